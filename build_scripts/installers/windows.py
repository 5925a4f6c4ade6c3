"""The packaged program as an installer for Windows, made by Inno Setup. Not tried yet."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from build_scripts.setup.console import SetupError, run_tool
from build_scripts.setup.environment import ROOT

SCRIPT = ROOT / "build_scripts" / "package" / "windows" / "goalgetter.iss"


def write_installers(program: Path, edition: str, version: str) -> list[Path]:
    """`dist/<edition>-<version>-windows-setup.exe`; signed where GOALGETTER_SIGNTOOL names a command for that."""
    compiler = shutil.which("ISCC") or shutil.which("ISCC", path=r"C:\Program Files (x86)\Inno Setup 6")
    if compiler is None:
        raise SetupError("An installer for Windows needs Inno Setup 6: install it, or put ISCC on the path.")
    options = [f"/DVersion={version}", f"/DEdition={edition}", f"/DProgram={program}", f"/O{program.parent}"]
    if signing := os.environ.get("GOALGETTER_SIGNTOOL"):
        # For example: signtool sign /fd SHA256 /tr http://timestamp.example /td SHA256 $f
        options += [f"/Sgoalgetter={signing}", "/DSignTool=goalgetter"]
    run_tool([compiler, "/Q", *options, str(SCRIPT)], failure="Inno Setup could not build the installer.")
    return [program.parent / f"{edition}-{version}-windows-setup.exe"]
