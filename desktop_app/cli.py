"""The command line: which part of GoalGetter is started."""

import builtins
import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app import __version__

if TYPE_CHECKING:
    from argparse import ArgumentParser

BUILTIN_ENGINE = "--builtin-engine"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what `arguments` ask for; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == [BUILTIN_ENGINE]:
        # The child process of the built-in model: it never needs Qt.
        from desktop_app.llm.builtin.engine_process import main as run_engine

        return run_engine()
    # A start without arguments, the usual one, does without the parser.
    if given and _parser().parse_args(given).self_test:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from desktop_app.self_test import run_self_test

        return run_self_test()
    if reason := _no_screen():
        print(reason, file=sys.stderr)
        return 1
    return _run_window()


def _parser() -> "ArgumentParser":
    import argparse

    parser = argparse.ArgumentParser(
        prog="goalgetter", description="Talk a goal through with a coach, and it is written down."
    )
    parser.add_argument("--version", action="version", version=f"GoalGetter {__version__}")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="try the program on a profile of its own, without a screen, and print what was tried",
    )
    return parser


def _no_screen() -> str | None:
    """Why no window can open here, None where one can."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform != "linux" or any(os.environ.get(name) for name in names):
        return None
    return (
        "GoalGetter needs a screen, and neither DISPLAY nor WAYLAND_DISPLAY is set. "
        "Start it from a desktop session, or try it without one: goalgetter --self-test"
    )


def _run_window() -> int:
    # PySide6 replaces the import function by one that reads the source of every later module.
    original_import = builtins.__import__
    # Nothing made before the first paint is garbage, and a collection would delay it.
    gc.disable()
    from desktop_app.app import run

    builtins.__import__ = original_import
    return run()
