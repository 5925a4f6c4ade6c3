"""Starts the window, where there is a screen for it."""

import builtins
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop_app.cli.exit_codes import FAILED, OK
from desktop_app.instance import Call, Instance, NoAnswerError, claim, items_of
from desktop_app.paths import default_paths

# Where a desktop leaves word that what it starts may come to the front.
_ACTIVATION = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")


def open_window(arguments: Sequence[str] = ()) -> int:
    """Open the window with the files and links of `arguments`, and stay until it is closed; returns the exit code.

    Where the profile's window is open already, that one comes to the front with them, and this is over.
    """
    if reason := _no_screen():
        print(reason, file=sys.stderr)
        return FAILED
    activation = next((os.environ[name] for name in _ACTIVATION if os.environ.get(name)), "")
    call = Call(items_of(arguments, Path.cwd()) if arguments else (), activation)
    try:
        instance = claim(default_paths().data, call)
    except NoAnswerError as error:
        print(f"{error} {error.detail}", file=sys.stderr)
        _tell(error)
        return FAILED
    if instance is None:
        return OK
    try:
        return _run(instance, call.items)
    finally:
        instance.close()


def _run(instance: Instance, items: tuple[str, ...]) -> int:
    # PySide6 replaces the import function by one that reads the source of every later module.
    original_import = builtins.__import__
    # Nothing made before the first paint is garbage, and a collection would delay it.
    gc.disable()
    from desktop_app.app import run

    builtins.__import__ = original_import
    return run(instance, items)


def _tell(error: NoAnswerError) -> None:
    from desktop_app.app import tell

    tell(str(error), error.detail)


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
