"""The checkout's `.venv`: made once, filled from pinned requirements, and left alone while they stay the same."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from build_scripts.setup.console import run_tool, say

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Environment:
    """The virtual environment of the checkout at `root`.

    What is installed is remembered in one stamp file per requirements file: a hash over its text and the version of
    Python. A start that finds its stamps needs neither uv nor the network.
    """

    root: Path = ROOT

    @property
    def folder(self) -> Path:
        """`.venv` in the checkout."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter in it; it may not exist yet."""
        return self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def stale(self, names: Sequence[str]) -> list[str]:
        """Those of the requirements files named (without `.txt`) that are not installed as they now read."""
        if not self.python.is_file() or self._version() != _running_version():
            return list(names)
        return [name for name in names if self._read_stamp(name) != self._digest(name)]

    def install(self, names: Sequence[str], uv: str, env: Mapping[str, str], *, with_dependencies: bool = True) -> None:
        """Install the requirements files named, making the environment first if it is missing or of another Python.

        Raises `SetupError` if a download or its hash fails; what was installed stays and the next start goes on.
        """
        if not self.python.is_file() or self._version() != _running_version():
            self._create(uv, env)
        files = [argument for name in names for argument in ("-r", str(self._requirements(name)))]
        run_tool(
            [uv, "pip", "install", "--python", str(self.python), "--require-hashes", "--no-build"]
            + ([] if with_dependencies else ["--no-deps"])
            + files,
            failure="The packages could not be installed (the lines above say why): "
            "check the network connection and the free disk space and start this command again.",
            cwd=self.root,
            env=env,
        )
        for name in names:
            self._stamp(name).write_text(self._digest(name), encoding="utf-8")

    def _create(self, uv: str, env: Mapping[str, str]) -> None:
        say(f"Making the virtual environment {self.folder} …")
        run_tool(
            [uv, "venv", "--quiet", "--clear", "--no-python-downloads", "--python", sys.executable, str(self.folder)],
            failure=f"The virtual environment could not be made: close what uses {self.folder}, delete that folder, "
            "and start this command again.",
            cwd=self.root,
            env=env,
        )

    def _version(self) -> str:
        try:
            text = (self.folder / "pyvenv.cfg").read_text(encoding="utf-8")
        except OSError:
            return ""
        match = re.search(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", text, re.MULTILINE)
        return match.group(1) if match else ""

    def _requirements(self, name: str) -> Path:
        return self.root / "requirements" / f"{name}.txt"

    def _stamp(self, name: str) -> Path:
        return self.folder / f"installed-{name}"

    def _read_stamp(self, name: str) -> str:
        try:
            return self._stamp(name).read_text(encoding="utf-8")
        except OSError:
            return ""

    def _digest(self, name: str) -> str:
        content = self._requirements(name).read_bytes() + _running_version().encode()
        return hashlib.sha256(content).hexdigest()


def _running_version() -> str:
    return "{}.{}".format(*sys.version_info)
