"""Notifications of the desktop: one channel for whoever has something to say while nobody looks at the window."""
