"""Makes a program that starts on a machine without Python, in `dist/goalgetter`: `python3 build_scripts/package.py`.

`--with-weights` puts the built-in model beside it (1.1 GB more, and it works offline from the first start);
`--without-builtin` leaves the built-in coach out. The program's own `--self-test` decides about the exit code.
`--installer` then makes what people install on this kind of system: a Debian package and a tarball, an installer, or
a disk image.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_scripts.installers.contents import file_list, largest_parts, source_date
from build_scripts.installers.licences import write_licences
from build_scripts.setup.console import SetupError, end_with, run_tool, say
from build_scripts.setup.environment import ROOT
from build_scripts.setup.options import take_flag
from build_scripts.setup.preparation import add_model, continue_inside, prepare
from build_scripts.setup.system_libraries import PACKAGE_PROGRAMS, WINDOW
from desktop_app import __version__

SPEC = ROOT / "build_scripts" / "package" / "goalgetter.spec"
OUTPUT = ROOT / "dist" / "goalgetter"
PROGRAM = OUTPUT / ("goalgetter.exe" if os.name == "nt" else "goalgetter")


def main(arguments: list[str]) -> int:
    """Build, say how large it is, and try it; goes on inside `.venv` if this is another Python."""
    without_builtin, rest = take_flag(arguments, "--without-builtin")
    with_weights, rest = take_flag(rest, "--with-weights")
    with_installer, rest = take_flag(rest, "--installer")
    if rest:
        raise SetupError(f"{rest[0]} is not known here: only --with-weights, --without-builtin and --installer are.")
    groups = ["app", "package"] if without_builtin else ["app", "builtin", "package"]
    environment = prepare(groups, {**WINDOW, **PACKAGE_PROGRAMS})
    if with_weights:
        add_model(environment)
    continue_inside(environment)
    build()
    if with_weights:
        add_weights()
    say(f"The licences of {write_licences(OUTPUT, ROOT / 'resources')} things that come along are in it.")
    say(f"{OUTPUT}: {size_mb(OUTPUT):,} MB. Trying it …")
    code = subprocess.call([str(PROGRAM), "--self-test"], stdin=subprocess.DEVNULL, env=bare_environment())
    if code == 0 and with_installer:
        make_installers("goalgetter-offline" if with_weights else "goalgetter")
    return code


def build() -> None:
    """Run PyInstaller on the spec; its working files go to `build/pyinstaller`."""
    say("Building the program, which takes one to three minutes …")
    run_tool(
        [
            *[sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", str(SPEC)],
            *["--distpath", str(OUTPUT.parent), "--workpath", str(ROOT / "build" / "pyinstaller")],
        ],
        failure="PyInstaller could not build the program: the lines above say why.",
        cwd=ROOT,
        # The same source gives the same bytes.
        env={**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(source_date())},
    )
    if sys.platform.startswith("linux"):
        # The engine alone comes with 80 MB of symbols. Qt's libraries are stripped already.
        libraries = [file for file in OUTPUT.rglob("*.so*") if "PySide6" not in file.parts and not file.is_symlink()]
        subprocess.run(["strip", "--strip-unneeded", *map(str, libraries)], check=False)


def make_installers(edition: str) -> None:
    """Make them in `dist`, with the list of files beside them, and say how large everything is."""
    listed = OUTPUT.parent / f"{edition}-{__version__}-files.txt"
    listed.write_text(file_list(OUTPUT), "utf-8")
    say(f"{listed}: hash, size and name of every file.")
    for part, size in largest_parts(OUTPUT):
        say(f"{size / 1e6:9.1f} MB  {part}")
    for made in installers().write_installers(OUTPUT, edition, __version__):
        say(f"{made}: {made.stat().st_size / 1e6:,.1f} MB")


def installers() -> ModuleType:
    """What makes installers on this system."""
    names = {"win32": "windows", "darwin": "macos"}
    return importlib.import_module(f"build_scripts.installers.{names.get(sys.platform, 'linux')}")


def add_weights() -> None:
    """Put the built-in model's file, checked by its hash, beside the program."""
    # Only here: the rest of this script runs before the program's own packages are installed.
    from desktop_app.errors import AppError  # noqa: PLC0415
    from desktop_app.llm.builtin.catalog import CODER_1_5B  # noqa: PLC0415
    from desktop_app.llm.builtin.weights import WeightsSource  # noqa: PLC0415

    say("Putting the model beside the program …")
    working = ROOT / "build" / "weights"  # what is found there may be moved, which a file of the person may not
    try:
        found = WeightsSource(CODER_1_5B, working, working).find(lambda *_: None, threading.Event())
    except AppError as error:
        raise SetupError(str(error)) from error
    found.replace(OUTPUT / found.name)


def size_mb(folder: Path) -> int:
    """The size of all files in it, in millions of bytes."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) // 1_000_000


def bare_environment() -> dict[str, str]:
    """The variables of this process without those that would lend the program a Python from here."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


if __name__ == "__main__":
    end_with(main)
