"""Begins traces, and has their records written."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.clock import utc_now
from desktop_app.imports import import_quietly
from desktop_app.tracing.files import TraceFiles
from desktop_app.tracing.pending import PendingTrace
from desktop_app.tracing.records import SpanRecord
from desktop_app.tracing.redaction import Redactor
from desktop_app.tracing.spans import Span, new_trace_id
from desktop_app.tracing.writer import TraceWriter

if TYPE_CHECKING:
    from desktop_app.tracing.sdk import SdkTracing

_log = logging.getLogger(__name__)

# Turns that end before the SDK is loaded, which are one or two.
_MOST_PENDING: Final = 100


class Tracer:
    """The traces of one profile; until `use` names a file none are kept. It is used on the loop's thread."""

    def __init__(self, redactor: Redactor | None = None, now: Callable[[], datetime] = utc_now) -> None:
        self.includes_content = True
        self._redactor = redactor or Redactor()
        self._now = now
        self._path: Path | None = None
        self._writer: TraceWriter | None = None
        self._sdk: SdkTracing | None = None
        self._cannot_load = False
        self._pending: deque[PendingTrace] = deque(maxlen=_MOST_PENDING)

    @property
    def is_failing(self) -> bool:
        """Whether the last record could not be written."""
        return self._writer is not None and (self._cannot_load or self._writer.is_failing)

    @property
    def lost(self) -> int:
        """How many records were dropped: the file could not be written, or could not keep up."""
        return self._writer.lost if self._writer is not None else 0

    def use(self, path: Path | None, *, includes_content: bool = True) -> None:
        """Keep the traces of later turns in the JSONL file `path` and its older ones; None keeps none.

        Without `includes_content` nothing that anybody wrote is in them.
        """
        self.includes_content = includes_content
        if path == self._path:
            return
        writer, self._path = self._writer, path
        self._writer = TraceWriter(TraceFiles(path, self._now), self._redactor) if path is not None else None
        self._stop()
        self._pending.clear()
        if writer is not None:
            writer.close(timeout_s=0)

    def keep_secret(self, *secrets: str | None) -> None:
        """Keep these out of traces, and out of the log that shares the redactor."""
        self._redactor.keep_secret(*secrets)

    async def ready(self) -> None:
        """Load what traces are made with, in a thread, which takes seconds. No turn waits for it; its trace does."""
        if self._writer is None or self._sdk is not None or self._cannot_load:
            return
        try:
            sdk = await asyncio.to_thread(_load)
        except ImportError:
            self._cannot_load = True
            self._pending.clear()
            _log.exception("no traces are kept: the library for them cannot be loaded")
            return
        # The settings may have changed meanwhile, and another turn may have waited too.
        self._begin(sdk)

    def begin(self, record: SpanRecord) -> Span:
        """Open a span that stands below none, in a new trace where `record` names none.

        A trace has an id even where none is kept: log lines carry it.
        """
        record.trace_id = record.trace_id or new_trace_id()
        if self._sdk is not None:
            return Span(record, self._sdk.start(record))
        if self._writer is not None and not self._cannot_load:
            return Span(record, PendingTrace(self._now, self._take).begin(record))
        return Span(record, None)

    async def aclose(self) -> None:
        """Write what waits to be written, then keep no traces."""
        if self._pending:
            await self.ready()
        self._stop()
        writer, self._writer, self._path = self._writer, None, None
        if writer is not None:
            await asyncio.to_thread(writer.close)

    def _begin(self, sdk: "type[SdkTracing]") -> None:
        writer = self._writer
        if writer is not None and self._sdk is None:
            self._sdk = sdk(writer.put, writer.flush)
            writer.start()
            for trace in self._pending:
                trace.give_to(self._sdk.start)
            self._pending.clear()

    def _take(self, trace: PendingTrace) -> None:
        """A turn ended that began before the SDK was there."""
        if self._sdk is not None:
            trace.give_to(self._sdk.start)
        elif self._writer is not None:
            self._pending.append(trace)

    def _stop(self) -> None:
        if self._sdk is not None:
            self._sdk.close()
            self._sdk = None


def _load() -> "type[SdkTracing]":
    sdk = import_quietly("desktop_app.tracing.sdk")
    # The first time this builds what it then takes away, which is no work for the window's thread either.
    sdk.send_nothing_elsewhere()
    made: type[SdkTracing] = sdk.SdkTracing
    return made
