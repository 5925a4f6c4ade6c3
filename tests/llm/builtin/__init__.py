"""The built-in coach."""
