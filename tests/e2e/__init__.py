"""The whole program as a person drives it."""
