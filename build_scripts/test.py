"""Sets up what the tests need and runs them: `python3 build_scripts/test.py [pytest arguments]`.

`--without-builtin` leaves the built-in coach and its model (1.1 GB) out, and the tests that need it are skipped.
Where pytest is told nothing, the tests are shared out to as many processes as there are cores.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_scripts.setup.console import end_with
from build_scripts.setup.launch import become
from build_scripts.setup.options import take_flag
from build_scripts.setup.preparation import add_model, prepare, program_environment
from build_scripts.setup.system_libraries import TEST_PROGRAMS, WINDOW

SHARED_OUT = ["--numprocesses", "logical", "--dist", "loadgroup"]


def main(arguments: list[str]) -> int:
    """Run pytest in the checkout with the arguments given."""
    without_builtin, arguments = take_flag(arguments, "--without-builtin")
    groups = ["app", "dev"] if without_builtin else ["app", "builtin", "dev"]
    environment = prepare(groups, {**WINDOW, **TEST_PROGRAMS})
    if not without_builtin:
        add_model(environment)
    command = [str(environment.python), "-m", "pytest", *(arguments or SHARED_OUT)]
    return become(command, program_environment(environment), cwd=environment.root)


if __name__ == "__main__":
    end_with(main)
