"""Starts the window, where there is a screen for it."""

import builtins
import gc
import os
import sys

from desktop_app.cli.exit_codes import FAILED


def open_window() -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    if reason := _no_screen():
        print(reason, file=sys.stderr)
        return FAILED
    # PySide6 replaces the import function by one that reads the source of every later module.
    original_import = builtins.__import__
    # Nothing made before the first paint is garbage, and a collection would delay it.
    gc.disable()
    from desktop_app.app import run

    builtins.__import__ = original_import
    return run()


def _no_screen() -> str | None:
    """Why no window can open here, None where one can."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform != "linux" or any(os.environ.get(name) for name in names):
        return None
    return (
        "GoalGetter needs a screen, and neither DISPLAY nor WAYLAND_DISPLAY is set. "
        "Start it from a desktop session, ask the coach without a window (goalgetter ask), "
        "or try the program without one: goalgetter --self-test"
    )
