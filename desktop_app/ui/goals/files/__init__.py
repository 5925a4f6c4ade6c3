"""Goals out into files and in from them, from the window."""
