"""The command line: which part of GoalGetter is started. A bare start, the usual one, loads nothing but the window."""

import sys
from collections.abc import Sequence

BUILTIN_ENGINE = "--builtin-engine"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what `arguments` (the process's own by default) ask for; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == [BUILTIN_ENGINE]:
        # The child process of the built-in model: it never needs Qt.
        from desktop_app.llm.builtin.engine_process import main as run_engine

        return run_engine()
    if given:
        from desktop_app.cli.commands import run_command

        return run_command(given)
    from desktop_app.cli.window import open_window

    return open_window()
