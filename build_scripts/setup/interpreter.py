"""Which Python the program runs on; parses and runs on older ones, to tell them so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from build_scripts.setup.console import SetupError, say
from build_scripts.setup.launch import become

OLDEST = (3, 11)
NEWEST = (3, 13)  # qasync 0.28 breaks on 3.14 (its issue 176)


def is_supported(version: tuple[int, int]) -> bool:
    """Whether the program runs on this major and minor version."""
    return OLDEST <= version <= NEWEST


def ensure_supported_interpreter() -> None:
    """Return on a supported Python; else start the script again on one found here, or raise `SetupError`."""
    if is_supported(sys.version_info[:2]):
        return
    command = _find_supported()
    if command is None:
        raise SetupError(
            f"GoalGetter needs Python 3.11, 3.12 or 3.13 and this is {sys.version.split()[0]}: "
            "install one of them and start this command with it, for example `python3.13 build_scripts/run.py`."
        )
    say(f"This is Python {sys.version.split()[0]}; going on with {' '.join(command)}.")
    sys.exit(become([*command, *sys.argv], dict(os.environ)))


def _find_supported() -> list[str] | None:
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        candidates = [[f"python3.{minor}"], ["py", f"-3.{minor}"]]
        for candidate in candidates:
            program = shutil.which(candidate[0])
            if program and _version_of([program, *candidate[1:]]) == f"3.{minor}":
                return [program, *candidate[1:]]
    return None


def _version_of(command: list[str]) -> str:
    # A name on the path can be an empty shim; only one that answers counts.
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        return subprocess.run(
            [*command, "-c", code], capture_output=True, text=True, check=False, timeout=20
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""
