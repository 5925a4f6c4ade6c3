"""Reports of what should not have happened: files on this computer, without keys and without anybody's words."""

import faulthandler
import hashlib
import os
import platform
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, TextIO

from desktop_app import __version__
from desktop_app.telling import place, told

NATIVE_NAME: Final = "running.txt"
MOST_KEPT: Final = 20
MOST_WRITTEN: Final = 10


@dataclass(frozen=True, slots=True)
class CrashReport:
    """A report as it was written; `path` is None where the folder cannot be written."""

    text: str
    path: Path | None
    is_native: bool = False


class CrashReports:
    """The reports of one profile, kept in `folder`. Any thread may use it.

    Each text is written as `clean` gives it back, on top of being made without values and without foreign words.
    """

    def __init__(self, folder: Path, clean: Callable[[str], str], now: Callable[[], datetime]) -> None:
        self.folder = folder
        self._clean = clean
        self._now = now
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._native: TextIO | None = None

    def write(self, error: BaseException, doing: str) -> CrashReport | None:
        """Write down what went wrong while `doing`; None for what was told in this session already."""
        body = "\n".join(told(error))
        mark = hashlib.sha256(body.encode()).hexdigest()
        with self._lock:
            if mark in self._known or len(self._known) >= MOST_WRITTEN:
                return None
            self._known.add(mark)
        text = self._clean(f"{self._head()}While: {doing}\n\n{body}\n")
        return CrashReport(text, self._keep(text))

    def watch(self) -> CrashReport | None:
        """From now on note where the program is if it dies; returns the report of the last one that died, if it did."""
        running = self.folder / NATIVE_NAME
        died = None
        with suppress(OSError, UnicodeDecodeError):
            if where := running.read_text("utf-8").strip():
                text = self._clean(
                    f"{self._head()}The program died. Where each of its threads was:\n\n{_shortened(where)}\n"
                )
                died = CrashReport(text, self._keep(text), is_native=True)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._native = running.open("w", encoding="utf-8")
            faulthandler.enable(self._native, all_threads=True)
        return died

    def close(self) -> None:
        """The program ends in order: nothing is left to be found."""
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            self._native = None
            with suppress(OSError):
                (self.folder / NATIVE_NAME).unlink(missing_ok=True)

    def _head(self) -> str:
        return (
            f"GoalGetter {__version__}, {self._now():%Y-%m-%d %H:%M} UTC\n"
            f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {platform.machine()}\n"
        )

    def _keep(self, text: str) -> Path | None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"crash-{self._now():%Y%m%d-%H%M%S-%f}.txt"
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            for old in sorted(self.folder.glob("crash-*.txt"))[:-MOST_KEPT]:
                old.unlink(missing_ok=True)
        except OSError:
            return None
        return path


def _shortened(where: str) -> str:
    """What Python tells of a death, with places in place of paths."""
    lines = []
    for line in where.splitlines():
        before, quote, rest = line.partition('"')
        file, closing, after = rest.partition('"')
        lines.append(f"{before}{quote}{place(file)}{closing}{after}" if quote and closing else line)
    return "\n".join(lines)


def note_uncaught(note: Callable[[BaseException, str], None]) -> Callable[[], None]:
    """Hand whatever nobody catches, in slots of Qt and in threads, to `note` too; returns what ends that."""
    of_python, of_threads = sys.excepthook, threading.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        of_python(kind, error, trace)
        if isinstance(error, Exception):
            note(error, "answer the window")

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        of_threads(args)
        if isinstance(args.exc_value, Exception):
            note(args.exc_value, "work in the background")

    def end() -> None:
        sys.excepthook, threading.excepthook = of_python, of_threads

    sys.excepthook, threading.excepthook = hook, thread_hook
    return end
