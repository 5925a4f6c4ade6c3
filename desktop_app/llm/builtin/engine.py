"""Starts the engine's process, knows its address, notices its end, and ends it."""

import asyncio
import contextlib
import importlib.util
import json
import logging
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Final

from desktop_app.llm.builtin.problems import INSTALL_ADVICE, EngineError

_log = logging.getLogger(__name__)

START_TIMEOUT_S: Final = 120
_STOP_TIMEOUT_S: Final = 5
_MEMORY_ADVICE: Final = "Close other programs (it needs about 2 GB of memory) and try again."
# What may be kept of the engine's own words: lines of its log and last cries, cut short; never a prompt.
_LOG_LINE: Final = re.compile(r"^[\d.]+ [EW] |GGML_ASSERT|terminate called|bad_alloc|^\w+Error\b|error while loading")
_LOG_LINE_CHARS: Final = 160
# On Windows a console of its own would flash up; elsewhere there is no such flag.
_NO_CONSOLE: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_LOG_FILE: Final = "engine.log"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How the server runs: which file, how many tokens of context, how many threads, where prompts are saved."""

    model: Path
    context: int
    slots: Path
    threads: int = 0


def is_installed() -> bool:
    """Whether the engine's package is there; it is not imported."""
    return importlib.util.find_spec("xllamacpp") is not None


def default_command() -> tuple[str, ...]:
    """The program itself, asked to be the engine: from the source tree, installed or packaged."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--builtin-engine")
    return (sys.executable, "-m", "desktop_app", "--builtin-engine")


class Engine:
    """One process at a time. `address` and `api_key` are those of the running one."""

    def __init__(
        self, logs: Path, command: Sequence[str] | None = None, start_timeout_s: float = START_TIMEOUT_S
    ) -> None:
        self._logs = logs
        self._command = tuple(command or default_command())
        self._start_timeout_s = start_timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self.address = ""
        self.api_key = ""

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The process's id."""
        return self._process.pid if self._process else None

    async def start(self, settings: EngineSettings) -> None:
        """Start it and wait until it listens. Raises EngineError."""
        if not is_installed():
            raise EngineError("The built-in model's engine is not installed.", INSTALL_ADVICE)
        await self.stop()
        self.api_key = secrets.token_urlsafe(32)
        settings.slots.mkdir(parents=True, exist_ok=True)
        self._process = await self._spawn()
        try:
            async with asyncio.timeout(self._start_timeout_s):
                self.address = await self._listening(self._process, settings)
        except TimeoutError as error:
            await self.stop()
            raise EngineError("The built-in model took too long to start.", _MEMORY_ADVICE) from error
        except BaseException:
            await self.stop()
            raise

    async def wait_for_end(self) -> int:
        """Wait until the process ends; its exit code."""
        return await self._process.wait() if self._process else 0

    async def stop(self) -> None:
        """End the process and wait for it."""
        process, self._process = self._process, None
        if process is not None:
            await _end(process)
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader

    async def _spawn(self) -> asyncio.subprocess.Process:
        # Spawned on the loop's own thread: the kernel ends the child with the thread that made it.
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
            creationflags=_NO_CONSOLE,
        )
        if process.stderr is not None:
            self._reader = asyncio.create_task(_keep_log(process.stderr, self._logs / _LOG_FILE), name="engine log")
        return process

    async def _listening(self, process: asyncio.subprocess.Process, settings: EngineSettings) -> str:
        line = await _ask(process, settings, self.api_key)
        try:
            answer: dict[str, str] = json.loads(line)
        except ValueError:
            code = await process.wait()
            _log.error("the engine ended with %s before it listened", code)
            raise EngineError(
                "The built-in model's engine ended while it was loading the model.", _MEMORY_ADVICE
            ) from None
        if "address" not in answer:
            _log.error("the engine did not start: %s", answer.get("error"))
            raise EngineError(
                "The built-in model could not be loaded: the engine does not take its file.",
                "Choose another file in GOALGETTER_BUILTIN_FILE, or remove the model from the cache and start again.",
            )
        return answer["address"]


async def _ask(process: asyncio.subprocess.Process, settings: EngineSettings, api_key: str) -> bytes:
    """Hand over the settings and read the one line that says where it listens."""
    if process.stdin is None or process.stdout is None:
        raise EngineError("The built-in model's engine cannot be talked to.")
    request = {
        "model": str(settings.model),
        "context": settings.context,
        "threads": settings.threads or sensible_threads(),
        "slots": str(settings.slots),
        "api_key": api_key,
        "parent": os.getpid(),
    }
    with contextlib.suppress(ConnectionError):  # it died at once: the empty line below says so
        process.stdin.write(json.dumps(request).encode() + b"\n")
        await process.stdin.drain()
    return await process.stdout.readline()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    try:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _keep_log(source: asyncio.StreamReader, path: Path) -> None:
    """Write the engine's errors to a file until it ends; the file is begun anew with each start."""
    with _opened_log(path) as file:
        while True:
            try:
                line = await source.readline()
            except ValueError:  # a line beyond the reader's limit: not one of the log's
                continue
            if not line:
                return
            text = line.decode(errors="replace").rstrip()
            if _LOG_LINE.search(text):
                with contextlib.suppress(OSError):  # whatever the disk says, the engine must not wait for its reader
                    file.write(f"{text[:_LOG_LINE_CHARS]}\n".encode())


def _opened_log(path: Path) -> FileIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb", buffering=0)
    except OSError:  # a log that cannot be written stops nothing
        return Path(os.devnull).open("wb", buffering=0)


def sensible_threads() -> int:
    """Threads for this machine: all of few cores; half of many, which are mostly two to a real one; 8 at most."""
    count = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 2
    return count if count <= 4 else min(8, count // 2)


def _environment() -> dict[str, str]:
    """Ours, without keys, with patient threads and the places from which our own modules came."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_TOKEN"))}
    # Threads that wait for each other by spinning answer ten times slower once anything else runs on this computer.
    kept.setdefault("OMP_WAIT_POLICY", "passive")
    if not getattr(sys, "frozen", False):
        kept["PYTHONPATH"] = os.pathsep.join(str(Path(entry or ".").resolve()) for entry in sys.path)
    return kept
