"""Hands over to the program that was asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def become(command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run the command in place of this process, which does not return on POSIX; elsewhere return its exit code."""
    if os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        if cwd is not None:
            os.chdir(cwd)
        os.execvpe(command[0], list(command), dict(env))  # noqa: S606 - no shell is wanted
    return subprocess.call(command, env=dict(env), cwd=cwd)
