"""Tells of what should not have happened."""
