"""What is in the program: every file with its size and hash, always in the same order, and where the room goes."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections import Counter
from pathlib import Path

from build_scripts.setup.environment import ROOT


def source_date() -> int:
    """The time that stands for "now" in whatever is built: that of the commit, or what SOURCE_DATE_EPOCH says."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "log", "-1", "--format=%ct"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return int(told) if told else 0


def file_list(folder: Path) -> str:
    """A line for every file: hash, size in bytes, name."""
    lines = []
    for file in sorted(folder.rglob("*"), key=lambda file: file.as_posix()):
        name = file.relative_to(folder).as_posix()
        if file.is_symlink():
            lines.append(f"{'link':64} {0:>12} {name} -> {file.readlink().as_posix()}")
        elif file.is_file():
            with file.open("rb") as data:
                lines.append(f"{hashlib.file_digest(data, 'sha256').hexdigest()} {file.stat().st_size:>12} {name}")
    return "\n".join(lines) + "\n"


def largest_parts(folder: Path, count: int = 12) -> list[tuple[str, int]]:
    """The parts that take most room, with their bytes."""
    sizes: Counter[str] = Counter()
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            sizes["/".join(file.relative_to(folder).parts[:2])] += file.stat().st_size
    return sizes.most_common(count)
