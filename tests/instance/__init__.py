"""Tests of desktop_app.instance."""
