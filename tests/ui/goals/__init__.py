"""Tests of the goal editor."""
