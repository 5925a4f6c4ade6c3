"""Spans of turns that begin before the Agents SDK is loaded: kept with their times, given to it once it is there."""

from collections.abc import Callable
from datetime import datetime

from desktop_app.tracing.records import SpanRecord, timestamp
from desktop_app.tracing.spans import SpanBackend


class PendingTrace:
    """The spans of one trace, in the order in which they began and ended; `on_end` is told when the first one ends."""

    def __init__(self, now: Callable[[], datetime], on_end: "Callable[[PendingTrace], None]") -> None:
        self._now = now
        self.began: list[PendingSpan] = []
        self.ended: list[PendingSpan] = []
        self.on_end = on_end

    def time(self) -> str:
        """The time now, as records have it."""
        return timestamp(self._now())

    def begin(self, record: SpanRecord) -> "PendingSpan":
        """Start the span that stands below none."""
        return PendingSpan(self, record, None)

    def give_to(self, begin: Callable[[SpanRecord], SpanBackend]) -> None:
        """Start and end all of its spans again; `begin` starts the first one."""
        made: dict[int, SpanBackend] = {}
        for span in self.began:
            parent = span.parent
            made[id(span)] = begin(span.record) if parent is None else made[id(parent)].child(span.record)
        for span in self.ended:
            made[id(span)].finish()


class PendingSpan:
    """A span of a `PendingTrace`; its record has its times."""

    def __init__(self, trace: PendingTrace, record: SpanRecord, parent: "PendingSpan | None") -> None:
        self.record = record
        self.parent = parent
        self._trace = trace
        record.started_at = trace.time()
        trace.began.append(self)

    def child(self, record: SpanRecord) -> "PendingSpan":
        """Start the span of `record` below this one."""
        return PendingSpan(self._trace, record, self)

    def event_time(self) -> str:
        """The time now, as records have it."""
        return self._trace.time()

    def finish(self) -> None:
        """End it."""
        self.record.ended_at = self._trace.time()
        self._trace.ended.append(self)
        if self.parent is None:
            self._trace.on_end(self._trace)
