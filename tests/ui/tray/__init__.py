"""Tests of desktop_app.ui.tray."""
