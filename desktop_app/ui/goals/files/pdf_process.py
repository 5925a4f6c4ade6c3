"""Draws a PDF in a process of its own: Qt lays text out in one go, and a long plan would hold the window."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Final

from desktop_app.errors import StorageError

# As the command line knows it, which stands above this floor.
GOAL_PDF: Final = "--goal-pdf"
_NO_CONSOLE: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_BROKEN: Final = "The PDF could not be made; the goals are as they were. Try again, or export them as Markdown."


async def write_pdf(path: Path, goals_json: str) -> None:
    """Draw the goals of an export to JSON. A file that is there stays until the new one is whole.

    Raises StorageError.
    """
    process = await asyncio.create_subprocess_exec(
        *_command(path),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        creationflags=_NO_CONSOLE,
    )
    try:
        told, _ = await process.communicate(goals_json.encode())
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    if process.returncode != 0:
        raise StorageError(told.decode(errors="replace").strip() or _BROKEN)


def _command(path: Path) -> tuple[str, ...]:
    program = (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "desktop_app")
    return (*program, GOAL_PDF, str(path))
