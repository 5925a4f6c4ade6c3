"""Sets GoalGetter up where something is missing, and starts it: `python3 build_scripts/run.py [arguments]`.

`--without-builtin` leaves the built-in coach and its model (1.1 GB) out; everything else goes to the program.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_scripts.setup.console import SetupError, end_with
from build_scripts.setup.launch import become
from build_scripts.setup.options import has_screen, take_flag
from build_scripts.setup.preparation import add_model, prepare, program_environment
from build_scripts.setup.system_libraries import WINDOW

ANSWERS_AT_ONCE = {"--version", "--help", "-h"}


def main(arguments: list[str]) -> int:
    """Start the program with the arguments that are its own."""
    without_builtin, arguments = take_flag(arguments, "--without-builtin")
    environment = prepare(["app"] if without_builtin else ["app", "builtin"], WINDOW)
    if not without_builtin and not ANSWERS_AT_ONCE.intersection(arguments):
        add_model(environment)
    if not arguments and not has_screen(sys.platform, os.environ):
        raise SetupError(
            "GoalGetter is set up, but there is no screen here to open its window on: start it from a desktop session, "
            "or try `python3 build_scripts/run.py --self-test`, which needs none."
        )
    return become([str(environment.python), "-m", "desktop_app", *arguments], program_environment(environment))


if __name__ == "__main__":
    end_with(main)
