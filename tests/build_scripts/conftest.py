"""A checkout in a temporary folder: the real scripts, with a program, packages and a uv that only say what they get."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from build_scripts.setup.environment import ROOT, Environment

PROGRAM = """import os, sys
print("arguments", sys.argv[1:])
print("folder", os.getcwd())
print("path", os.environ["PYTHONPATH"])
"""

UV = """#!/bin/sh
if [ "$1" = --version ]; then echo "uv 0.13.8"; exit 0; fi
echo "$@" >> "{log}"
case "$*" in *"{refused}"*) echo "uv: no route" >&2; exit 2;; esac
"""


@dataclass(frozen=True)
class Checkout:
    """The folder, and the folder that is the whole PATH of the scripts started in it."""

    root: Path
    programs: Path

    @property
    def environment(self) -> Environment:
        """Its `.venv`, which is made of stamps and a link to this Python."""
        return Environment(self.root)

    @property
    def uv_calls(self) -> list[str]:
        """The arguments that the stand-in for uv was given, one line per call."""
        log = self.root / "uv.log"
        return log.read_text("utf-8").splitlines() if log.exists() else []

    def add_uv(self, refused: str = "nothing at all") -> str:
        """Put a uv on the path that does nothing, and fails if its arguments contain `refused`; returns its path."""
        program = self.programs / "uv"
        program.write_text(UV.format(log=self.root / "uv.log", refused=refused), "utf-8")
        program.chmod(0o755)
        return str(program)

    def mark_installed(self, *names: str) -> None:
        """Write the stamps of these requirements files as an installation does."""
        self.environment.install(names, self.add_uv(), {})
        (self.programs / "uv").unlink()
        (self.root / "uv.log").unlink()

    def run(self, script: str, arguments: Sequence[str] = (), **env: str) -> subprocess.CompletedProcess[str]:
        """Start a script from a folder elsewhere, with nothing of this environment but what is given."""
        return subprocess.run(
            [sys.executable, str(self.root / "build_scripts" / script), *arguments],
            cwd=self.programs,
            env={"PATH": str(self.programs), "HOME": str(self.root), "SSL_CERT_FILE": "certificates", **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout whose `.venv` exists and has nothing in it yet."""
    if os.name != "posix":
        pytest.skip("the stand-ins are shell scripts")
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "build_scripts", root / "build_scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "requirements", root / "requirements")
    (root / "desktop_app").mkdir()
    (root / "desktop_app" / "__main__.py").write_text(PROGRAM, "utf-8")
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    version = "{}.{}.{}".format(*sys.version_info)
    (root / ".venv" / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion_info = {version}\n", "utf-8")
    programs = tmp_path / "programs"
    programs.mkdir()
    return Checkout(root, programs)
