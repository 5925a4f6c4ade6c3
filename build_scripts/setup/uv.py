"""Gets uv, which installs everything else: the one on the path if it is new enough, else a pinned one of our own."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from build_scripts.setup.console import SetupError, run_tool, say

OLDEST = (0, 11)  # the first with UV_SYSTEM_CERTS


def find_uv(root: Path) -> str | None:
    """The path of a usable uv, on the path or fetched earlier by `install_uv`; None if there is none."""
    for candidate in (shutil.which("uv"), str(_own_folder(root) / _own_program("uv"))):
        if candidate and _version_of(candidate) >= OLDEST:
            return candidate
    return None


def missing_packages_for_uv() -> list[str]:
    """The Debian packages without which this Python cannot make the virtual environment that uv is installed into."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return []
    return [f"python3.{sys.version_info.minor}-venv"]


def install_uv(root: Path, env: Mapping[str, str]) -> str:
    """Install the pinned uv with pip, checked by its hash, under `build/uv` and return its path."""
    requirements = root / "requirements" / "uv.txt"
    folder = _own_folder(root)
    say("Getting uv, the package installer …")
    run_tool(
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        failure="Python could not make a virtual environment: install its `venv` module and start this command again.",
        env=env,
    )
    run_tool(
        [
            *[str(folder / _own_program("python")), "-m", "pip", "install", "--quiet"],
            *["--require-hashes", "--only-binary", ":all:", "-r", str(requirements)],
        ],
        failure="uv could not be downloaded: check the network connection and start this command again.",
        env=env,
    )
    found = find_uv(root)
    if found is None:
        raise SetupError("uv was installed but does not start here: install uv yourself and start this command again.")
    return found


def _own_folder(root: Path) -> Path:
    return root / "build" / "uv"


def _own_program(name: str) -> Path:
    return Path("Scripts", f"{name}.exe") if os.name == "nt" else Path("bin", name)


def _version_of(program: str) -> tuple[int, ...]:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    match = re.match(r"uv (\d+)\.(\d+)", answer)
    return tuple(int(part) for part in match.groups()) if match else ()
