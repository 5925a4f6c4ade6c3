"""Puts the licences of everything that is bundled into one folder of the program, with a list of what is what."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from build_scripts.setup.console import SetupError

FOLDER = "licences"
_TEXTS = ("licen", "copying", "notice", "authors")
# Said by packages that bring no text of their own; the texts lie among the program's resources.
_STANDARD = {"LGPL-3.0": ("LGPL-3.0.txt", "GPL-3.0.txt"), "Apache-2.0": ("Apache-2.0.txt",)}


@dataclass(frozen=True)
class Bundled:
    """One thing that is not ours: its name, version and licence, and the files with the words of that."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]


def write_licences(program: Path, resources: Path) -> int:
    """Write `licences` into the folder of the program; returns how many things it tells of.

    Raises `SetupError` where something is bundled whose licence has no text.
    """
    inner = program / "_internal"
    bundled = [
        *_packages(inner, resources / "licences"),
        _python(),
        *_system_libraries(inner),
        Bundled(
            "Inter and JetBrains Mono (fonts)", "", "OFL-1.1", tuple(sorted((resources / "fonts").glob("*OFL.txt")))
        ),
        Bundled("Lucide (icons)", "", "ISC", (resources / "icons" / "lucide" / "LICENSE",)),
    ]
    if without := [one.name for one in bundled if not one.texts]:
        raise SetupError(f"No licence text was found for {', '.join(without)}: add it to resources/licences.")
    folder = program / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for one in bundled:
        _copy(one, folder / one.name.split(" (")[0].replace(" ", "-"))
    lines = [f"{one.name} {one.version}".strip() + f": {one.licence}" for one in bundled]
    (folder / "README.txt").write_text(
        "GoalGetter is under the MIT licence (LICENSE). It comes with these, each with its texts in a folder here.\n"
        "Qt and PySide6 are used under the LGPL 3: they are shared libraries, which you may replace by your own.\n\n"
        + "\n".join(lines)
        + "\n",
        "utf-8",
    )
    return len(bundled)


def _packages(inner: Path, standard: Path) -> Iterator[Bundled]:
    for folder in sorted(inner.glob("*.dist-info")):
        distribution = importlib.metadata.PathDistribution(folder)
        licence = _named_licence(distribution)
        own = tuple(sorted(file for file in folder.rglob("*") if file.is_file() and _is_text(file)))
        names = next((files for said, files in _STANDARD.items() if said in licence), ())
        yield Bundled(
            str(distribution.metadata["Name"]),
            distribution.version,
            licence,
            own or tuple(standard / one for one in names),
        )


def _named_licence(distribution: importlib.metadata.Distribution) -> str:
    told = distribution.metadata
    classified = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License")]
    said = str(_first(told, "License-Expression") or ", ".join(classified) or _first(told, "License") or "see its text")
    return said.splitlines()[0]


def _first(told: importlib.metadata.PackageMetadata, name: str) -> str:
    return next(iter(told.get_all(name) or ()), "")


def _is_text(file: Path) -> bool:
    return any(word in file.name.casefold() for word in _TEXTS)


def _python() -> Bundled:
    places = (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt")
    text = next((place for place in places if place.is_file()), None)
    debian = sorted(Path("/usr/share/doc").glob(f"python{sys.version_info.major}.{sys.version_info.minor}*/copyright"))
    texts = (text,) if text else tuple(debian[:1])
    return Bundled("Python", sys.version.split()[0], "PSF-2.0", texts)


def _system_libraries(inner: Path) -> Iterator[Bundled]:
    """The libraries of this Linux that were taken along, by the Debian package that they are of."""
    owners: dict[str, Path] = {}
    for library in sorted(inner.glob("lib*.so*")):
        if (found := _owner(library.name)) is not None:
            owners[found] = Path("/usr/share/doc") / found / "copyright"
    for package, text in sorted(owners.items()):
        yield Bundled(package, _version(package), "see its text", (text,) if text.is_file() else ())


def _owner(name: str) -> str | None:
    """The Debian package of a library, None where it came with a Python package or this is no Debian."""
    if shutil.which("dpkg-query") is None:
        return None
    asked = subprocess.run(["dpkg-query", "-S", f"*/{name}"], capture_output=True, text=True, check=False).stdout
    for line in asked.splitlines():
        packages, _, path = line.rpartition(": ")
        if Path(path).parent.name.endswith("-linux-gnu"):
            return packages.split(",")[0].split(":")[0]
    return None


def _version(package: str) -> str:
    command = ["dpkg-query", "-W", "-f", "${Version}", package]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _copy(one: Bundled, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for text, name in zip(one.texts, _names(one.texts), strict=True):
        shutil.copyfile(text, folder / name)


def _names(texts: Iterable[Path]) -> Iterator[str]:
    """The names of the files, told apart where several are called the same."""
    taken: set[str] = set()
    for text in texts:
        name, number = text.name, 2
        while name in taken:
            name, number = f"{text.stem}-{number}{text.suffix}", number + 1
        taken.add(name)
        yield name
