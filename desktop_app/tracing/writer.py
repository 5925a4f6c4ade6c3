"""Writes records from a thread of its own: whoever ends a span waits for no disk, and no disk ends a turn."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

from desktop_app.tracing.files import TraceFiles
from desktop_app.tracing.lines import encode
from desktop_app.tracing.records import SpanRecord
from desktop_app.tracing.redaction import Redactor

_log = logging.getLogger(__name__)

CAPACITY: Final = 1_000
FLUSHED_WITHIN_S: Final = 5.0


class TraceWriter:
    """Takes records from any thread and appends them to `files`, in order.

    A record that cannot be written, or that comes while `capacity` others wait, is dropped and counted in `lost`.
    """

    def __init__(self, files: TraceFiles, redactor: Redactor, capacity: int = CAPACITY) -> None:
        self._files = files
        self._redactor = redactor
        self._capacity = capacity
        self._waiting: deque[SpanRecord] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._is_busy = False
        self._is_closed = False
        self.lost = 0
        self.is_failing = False

    def start(self) -> None:
        """Begin, with what is too old in the files; a second call does nothing."""
        with self._changed:
            if self._thread is None and not self._is_closed:
                self._is_busy = True
                # A hanging disk must not keep the program from ending.
                self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
                self._thread.start()

    def put(self, record: SpanRecord) -> None:
        """Have `record` written; it is not to be changed after."""
        with self._changed:
            if self._is_closed or len(self._waiting) >= self._capacity:
                self.lost += 1
                return
            self._waiting.append(record)
            self._changed.notify_all()
        self.start()

    def flush(self, timeout_s: float = FLUSHED_WITHIN_S) -> bool:
        """Wait until nothing waits to be written; whether that came in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._is_busy, timeout_s)

    def close(self, timeout_s: float = FLUSHED_WITHIN_S) -> None:
        """Write what waits, then end. Records that come later are lost."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _run(self) -> None:
        self._try(self._files.tidy)
        while (record := self._next()) is not None:
            if not self._try(partial(self._write, record)):
                self.lost += 1

    def _write(self, record: SpanRecord) -> None:
        self._files.append(encode(record, self._redactor))

    def _next(self) -> SpanRecord | None:
        """The next record, waited for; None when this is the end."""
        with self._changed:
            self._is_busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            if not self._waiting:
                return None
            self._is_busy = True
            return self._waiting.popleft()

    def _try(self, work: Callable[[], None]) -> bool:
        """Whether `work` succeeded; the first failure after a success is told in the log."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the chat goes on
            if not self.is_failing:
                reason = error.strerror if isinstance(error, OSError) else ""
                _log.warning(
                    "traces cannot be written to %s (%s %s); the chat goes on without them",
                    self._files.path,
                    type(error).__name__,
                    reason or "",
                )
            self.is_failing = True
            return False
        if self.is_failing:
            _log.info("traces are written again")
        self.is_failing = False
        return True
