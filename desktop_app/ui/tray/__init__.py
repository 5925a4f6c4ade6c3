"""The icon in the system tray, with a box for a quick message."""
