"""The files that traces lie in: appended to by lines, rotated by size, rid of what is too old."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

from desktop_app.file_lock import locked
from desktop_app.tracing.records import timestamp

MAX_BYTES: Final = 10_000_000
FILES: Final = 5
MAX_AGE: Final = timedelta(days=30)
_TIDIED_EVERY: Final = timedelta(days=1)
_LINES_LOOKED_AT: Final = 10


class TraceFiles:
    """`path` and the older files beside it (`.1` is the newest of them), readable by their owner alone.

    Several programs may write at once: each line goes out in one piece at the file's end, and whoever rotates holds a
    lock. Every method raises OSError where the files cannot be read or written.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        *,
        max_bytes: int = MAX_BYTES,
        files: int = FILES,
        max_age: timedelta = MAX_AGE,
    ) -> None:
        self.path = path
        self._now = now
        self._max_bytes = max_bytes
        self._files = files
        self._max_age = max_age
        self._tidied_at: datetime | None = None

    def append(self, line: bytes) -> None:
        """Write `line`, which ends with a line feed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with locked(self._lock_path) as is_ours:
            # Without the lock another program is at it; a line at the end harms nothing.
            if is_ours:
                if self._is_full_with(line):
                    self._rotate()
                    self._tidy()
                elif self._tidied_at is None or self._now() - self._tidied_at >= _TIDIED_EVERY:
                    self._tidy()
            self._write(line)

    def tidy(self) -> None:
        """Delete what is older than the limit; where there are no files, none is made."""
        if any(path.is_file() for path in file_names(self.path, self._files)):
            with locked(self._lock_path) as is_ours:
                if is_ours:
                    self._tidy()

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

    def _is_full_with(self, line: bytes) -> bool:
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            return False
        return size > 0 and size + len(line) > self._max_bytes

    def _rotate(self) -> None:
        names = list(file_names(self.path, self._files))
        for newer, older in reversed(list(pairwise(names))):
            with suppress(FileNotFoundError):
                newer.replace(older)
        if len(names) == 1:
            self.path.unlink()

    def _write(self, line: bytes) -> None:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self.path, flags, 0o600)
        try:
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                _keep_private(descriptor)
                # Behind a line that was cut off, by a full disk or a lost program, a new one begins.
                if os.lseek(descriptor, 0, os.SEEK_END) and not _ends_a_line(descriptor):
                    line = b"\n" + line
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)

    def _tidy(self) -> None:
        self._tidied_at = self._now()
        oldest = self._tidied_at - self._max_age
        for path in file_names(self.path, self._files):
            with suppress(FileNotFoundError):
                status = path.stat()
                if not stat.S_ISREG(status.st_mode) or not _holds_traces(path):
                    continue
                if status.st_mtime < oldest.timestamp():
                    path.unlink()
                else:
                    _drop_before(path, timestamp(oldest))


def file_names(path: Path, files: int = FILES) -> Iterator[Path]:
    """The files of `path`, the newest first, whether they are there or not."""
    yield path
    for number in range(1, files):
        yield path.with_name(f"{path.name}.{number}")


def _ends_a_line(descriptor: int) -> bool:
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1) == b"\n"


def _keep_private(descriptor: int) -> None:
    """Conversations are in it: for its owner alone, also where it was made by somebody else's hand."""
    if os.name == "posix" and os.fstat(descriptor).st_mode & 0o077:
        os.fchmod(descriptor, 0o600)


def _holds_traces(path: Path) -> bool:
    """Whether it is ours to delete: a path that was set by mistake may name any file."""
    with path.open("rb") as file:
        return any(_ended_at(line) is not None for line in islice(file, _LINES_LOOKED_AT))


def _drop_before(path: Path, oldest: str) -> None:
    """Leave out the lines at the beginning of `path` that ended before `oldest`; the times of lines only grow."""
    with path.open("rb") as file:
        start = 0
        for line in file:
            ended = _ended_at(line)
            if ended is not None and ended >= oldest:
                break
            start += len(line)
        if not start:
            return
        file.seek(start)
        rest = file.read()
    kept = path.with_name(f"{path.name}.kept")
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(rest)
    kept.replace(path)


def _ended_at(line: bytes) -> str | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    ended = value.get("ended_at") if isinstance(value, dict) and "trace_id" in value else None
    return ended if isinstance(ended, str) else None
