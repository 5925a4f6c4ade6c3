"""The built-in coach: a small model that runs on this computer, with no account and no network."""
