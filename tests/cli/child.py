"""The command line as a child process, beside a server of the test's own loop."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

WITHIN_S: Final = 90.0  # against hanging only

# Any look at a window library is a mistake: it may not be there at all.
_WITHOUT_WINDOW_LIBRARIES: Final = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "qasync"}:
            raise ImportError(f"{name} is not there")
sys.meta_path.insert(0, Absent())
from desktop_app.cli import main
sys.exit(main(sys.argv[1:]))
"""
COMMAND: Final = [sys.executable, "-c", _WITHOUT_WINDOW_LIBRARIES]


@dataclass(frozen=True)
class Ended:
    """What a child said, and how it ended."""

    code: int | None
    out: str
    err: str


async def start(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: int = asyncio.subprocess.DEVNULL,
    stdout: int = asyncio.subprocess.PIPE,
) -> asyncio.subprocess.Process:
    """Start `goalgetter` with `arguments` where there are no window libraries."""
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        env={**os.environ, **(env or {})},
        stdin=stdin,
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process, given: bytes | None = None) -> Ended:
    """Wait for its end; `given` goes to its standard input."""
    async with asyncio.timeout(WITHIN_S):
        out, err = await process.communicate(given)
    return Ended(process.returncode, (out or b"").decode("utf-8"), err.decode("utf-8"))


async def run(*arguments: str, env: Mapping[str, str] | None = None, given: bytes | None = None) -> Ended:
    """Run `goalgetter` with `arguments` to its end."""
    stdin = asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE
    return await ended(await start(*arguments, env=env, stdin=stdin), given)
