"""The packaged program as a tarball and as a Debian package."""

from __future__ import annotations

import gzip
import platform
import re
import shutil
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from build_scripts.installers.contents import source_date
from build_scripts.setup.console import SetupError, run_tool, say
from build_scripts.setup.environment import ROOT
from build_scripts.setup.system_libraries import WINDOW

TEMPLATES = ROOT / "build_scripts" / "package" / "linux"
ICONS = ROOT / "resources" / "icons"
APPSTREAM_ID = "org.goalgetter.GoalGetter"
_GLIBC = re.compile(rb"GLIBC_(2\.\d+)\0")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}

_DESCRIPTION = """\
 The chat streams on one side, the goal stands open in an editor on the other.
 What the coach changes is seen, explained and can be undone. It talks to Ollama
 on this computer, and to Claude and OpenAI with your own keys; a small model
 that runs on this computer is the coach where there is none of these.
"""


def write_tarball(program: Path, edition: str, version: str) -> Path:
    """`dist/<edition>-<version>-linux-<machine>.tar.gz`, the same bytes for the same files."""
    name = f"{edition}-{version}-linux-{platform.machine()}"
    output = program.parent / f"{name}.tar.gz"
    mtime = source_date()

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = mtime
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with (
        output.open("wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for path in [program, *sorted(program.rglob("*"), key=lambda path: path.as_posix())]:
            archive.add(path, f"{name}/{path.relative_to(program).as_posix()}", recursive=False, filter=plain)
    return output


def write_deb(program: Path, edition: str, version: str) -> Path:
    """`dist/<edition>_<version>_<architecture>.deb`."""
    if shutil.which("dpkg-deb") is None:
        raise SetupError("A Debian package needs dpkg-deb: build it on Debian or Ubuntu.")
    architecture = _ARCHITECTURES.get(platform.machine(), platform.machine())
    tree = ROOT / "build" / "deb" / edition
    shutil.rmtree(tree, ignore_errors=True)
    _lay_out(tree, program, edition, version)
    size_kib = sum(file.stat().st_size for file in tree.rglob("*") if file.is_file() and not file.is_symlink()) // 1024
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(_control(program, edition, version, architecture, size_kib), "utf-8")
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    output = program.parent / f"{edition}_{version}_{architecture}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z10", "--build", str(tree), str(output)]
    env = {"PATH": "/usr/bin:/bin", "SOURCE_DATE_EPOCH": str(source_date()), "LC_ALL": "C"}
    run_tool(command, failure="dpkg-deb could not build the package: the lines above say why.", env=env)
    shutil.rmtree(tree)
    return output


def _lay_out(tree: Path, program: Path, edition: str, version: str) -> None:
    shutil.copytree(program, tree / "usr" / "lib" / "goalgetter", symlinks=True)
    start = tree / "usr" / "bin" / "goalgetter"
    start.parent.mkdir(parents=True)
    start.symlink_to("../lib/goalgetter/goalgetter")
    _copy(TEMPLATES / "goalgetter.desktop", tree / "usr/share/applications/goalgetter.desktop")
    for picture in sorted((ICONS / "app").glob("goalgetter-*.png")):
        size = picture.stem.rpartition("-")[2]
        _copy(picture, tree / f"usr/share/icons/hicolor/{size}x{size}/apps/goalgetter.png")
    _copy(ICONS / "goalgetter.svg", tree / "usr/share/icons/hicolor/scalable/apps/goalgetter.svg")
    told = (TEMPLATES / f"{APPSTREAM_ID}.metainfo.xml").read_text("utf-8")
    day = datetime.fromtimestamp(source_date(), UTC).date().isoformat()
    metainfo = tree / f"usr/share/metainfo/{APPSTREAM_ID}.metainfo.xml"
    metainfo.parent.mkdir(parents=True)
    metainfo.write_text(told.replace("@VERSION@", version).replace("@DATE@", day), "utf-8")
    documents = tree / "usr" / "share" / "doc" / edition
    documents.mkdir(parents=True)
    (documents / "copyright").write_text(
        (ROOT / "LICENSE").read_text("utf-8")
        + "\nWhat it comes with, and the licences of that: /usr/lib/goalgetter/licences/README.txt\n",
        "utf-8",
    )
    changes = (ROOT / "CHANGELOG.md").read_bytes()
    with (documents / "CHANGELOG.md.gz").open("wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(changes)


def _control(program: Path, edition: str, version: str, architecture: str, size_kib: int) -> str:
    needed = [f"libc6 (>= {newest_glibc(program)})", "ca-certificates", *sorted(set(WINDOW.values()))]
    # Of the two editions one can be installed; the other takes its place.
    other = "" if edition == "goalgetter" else "Provides: goalgetter\nConflicts: goalgetter\nReplaces: goalgetter\n"
    if edition == "goalgetter":
        other = "Conflicts: goalgetter-offline\nReplaces: goalgetter-offline\n"
    what = (
        " The built-in model comes with it.\n"
        if edition != "goalgetter"
        else (" The built-in model is downloaded once, if it is wanted.\n")
    )
    return (
        f"Package: {edition}\nVersion: {version}\nArchitecture: {architecture}\n"
        "Maintainer: The GoalGetter developers <goalgetter@localhost>\n"
        f"Installed-Size: {size_kib}\nDepends: {', '.join(needed)}\n"
        "Recommends: gnome-keyring | kwalletmanager | keepassxc, xdg-utils\n"
        f"{other}Section: misc\nPriority: optional\n"
        f"Description: goal coach: talk a goal through, and it is written down\n{_DESCRIPTION}{what}"
    )


def newest_glibc(program: Path) -> str:
    """The C library that the program's own binaries ask for at least."""
    found = {(2, 17)}
    for file in program.rglob("*"):
        if file.is_file() and not file.is_symlink() and (".so" in file.name or file.name == "goalgetter"):
            found |= {_number(match) for match in _GLIBC.findall(file.read_bytes())}
    major, minor = max(found)
    return f"{major}.{minor}"


def _number(version: bytes) -> tuple[int, int]:
    major, _, minor = version.partition(b".")
    return int(major), int(minor)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def write_installers(program: Path, edition: str, version: str) -> list[Path]:
    """Both of them."""
    made = [write_tarball(program, edition, version)]
    if shutil.which("dpkg-deb"):
        made.append(write_deb(program, edition, version))
    else:
        say("No dpkg-deb here, so there is no Debian package.")
    return made
