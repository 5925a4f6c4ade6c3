"""Checks everything that has to hold before a change goes in: `python3 build_scripts/check.py [pytest arguments]`.

Format, lint, types and import contracts come first, then the tests by `test.py`, so that pytest's closing line is the
last one. All of them run even if one fails.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_scripts.setup.console import end_with, say
from build_scripts.setup.preparation import prepare, program_environment

STATIC_CHECKS = {
    "format": ["-m", "ruff", "format", "--check", "."],
    "lint": ["-m", "ruff", "check", "."],
    "types": ["-m", "mypy"],
    "import contracts": ["-c", "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo'])"],
}


def main(arguments: list[str]) -> int:
    """Return 0 if everything holds, 1 if not."""
    environment = prepare(["app", "builtin", "dev"], {})
    env = program_environment(environment)
    failed = []
    for name, command in STATIC_CHECKS.items():
        say(f"— {name}")
        if subprocess.call([str(environment.python), *command], cwd=environment.root, env=env) != 0:
            failed.append(name)
    say("— tests")
    if failed:
        say(f"Failed before the tests: {', '.join(failed)} (see above).")
    test_script = str(Path(__file__).with_name("test.py"))
    tests = subprocess.call([sys.executable, test_script, *arguments], stdin=subprocess.DEVNULL)
    return 1 if failed or tests else 0


if __name__ == "__main__":
    end_with(main)
