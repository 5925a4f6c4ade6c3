"""Makes a program that starts on a machine without Python, in `dist/goalgetter`: `python3 build_scripts/package.py`.

`--with-weights` puts the built-in model beside it (1.1 GB more, and it works offline from the first start);
`--without-builtin` leaves the built-in coach out. Ends with the program's own `--self-test` and its exit code.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from build_scripts.setup.console import SetupError, end_with, run_tool, say
from build_scripts.setup.environment import ROOT
from build_scripts.setup.options import take_flag
from build_scripts.setup.preparation import add_model, continue_inside, prepare
from build_scripts.setup.system_libraries import PACKAGE_PROGRAMS, WINDOW

SPEC = ROOT / "build_scripts" / "package" / "goalgetter.spec"
OUTPUT = ROOT / "dist" / "goalgetter"
PROGRAM = OUTPUT / ("goalgetter.exe" if os.name == "nt" else "goalgetter")


def main(arguments: list[str]) -> int:
    """Build, say how large it is, and try it; goes on inside `.venv` if this is another Python."""
    without_builtin, rest = take_flag(arguments, "--without-builtin")
    with_weights, rest = take_flag(rest, "--with-weights")
    if rest:
        raise SetupError(f"{rest[0]} is not known here: only --with-weights and --without-builtin are.")
    groups = ["app", "package"] if without_builtin else ["app", "builtin", "package"]
    environment = prepare(groups, {**WINDOW, **PACKAGE_PROGRAMS})
    if with_weights:
        add_model(environment)
    continue_inside(environment)
    build()
    if with_weights:
        add_weights()
    say(f"{OUTPUT}: {size_mb(OUTPUT):,} MB. Trying it …")
    return subprocess.call([str(PROGRAM), "--self-test"], stdin=subprocess.DEVNULL, env=bare_environment())


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
    )
    if sys.platform.startswith("linux"):
        # The engine alone comes with 80 MB of symbols. Qt's libraries are stripped already.
        libraries = [file for file in OUTPUT.rglob("*.so*") if "PySide6" not in file.parts and not file.is_symlink()]
        subprocess.run(["strip", "--strip-unneeded", *map(str, libraries)], check=False)


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
