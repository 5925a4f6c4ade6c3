"""The command line: which part of GoalGetter is started. A bare start, the usual one, loads nothing but the window."""

import sys
from collections.abc import Sequence
from pathlib import Path

BUILTIN_ENGINE = "--builtin-engine"
# The endings of files that the window takes in.
OPENED = (".json", ".md", ".markdown", ".zip")
GOAL_PDF = "--goal-pdf"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what `arguments` (the process's own by default) ask for; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == [BUILTIN_ENGINE]:
        # The child process of the built-in model: it never needs Qt.
        from desktop_app.llm.builtin.engine_process import main as run_engine

        return run_engine()
    if len(given) == 2 and given[0] == GOAL_PDF:
        from desktop_app.ui.goals.files.pdf_child import main as draw

        return draw(Path(given[1]))
    if given and not _is_to_be_opened(given[0]):
        from desktop_app.cli.commands import run_command

        return run_command(given)
    from desktop_app.cli.window import open_window

    return open_window(given)


def _is_to_be_opened(argument: str) -> bool:
    """Whether it is a link or a file for the window, and no command or option."""
    if argument.casefold().startswith("goalgetter:"):
        return True
    return not argument.startswith("-") and argument.casefold().endswith(OPENED)
