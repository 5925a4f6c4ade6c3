"""Spans through the Agents SDK's tracing, with a processor of our own and nobody else's.

Importing it takes seconds: see `Tracer.ready`.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from agents import set_trace_processors, set_tracing_disabled, trace
from agents.tracing import (
    CustomSpanData,
    FunctionSpanData,
    GenerationSpanData,
    Span,
    SpanData,
    Trace,
    TracingProcessor,
    get_trace_provider,
)

from desktop_app.tracing.records import Kind, SpanRecord, timestamp


@cache
def send_nothing_elsewhere() -> None:
    """Take away the SDK's own processor, which sends traces to OpenAI whenever OPENAI_API_KEY is set."""
    set_trace_processors([])


class _Generation(GenerationSpanData):
    record: SpanRecord


class _Function(FunctionSpanData):
    record: SpanRecord


class _Custom(CustomSpanData):
    record: SpanRecord


class RecordProcessor(TracingProcessor):
    """Gives the record of each span that ends to `put`; `flush` waits until they are written."""

    def __init__(self, put: Callable[[SpanRecord], None], flush: Callable[[], object]) -> None:
        self._put = put
        self._flush = flush

    def on_trace_start(self, trace: Trace) -> None:
        """A trace is known by its spans."""

    def on_trace_end(self, trace: Trace) -> None:
        """Its turn's span ended before."""

    def on_span_start(self, span: Span[Any]) -> None:
        """Nothing is written before a span's end."""

    def on_span_end(self, span: Span[Any]) -> None:
        """Complete the record; a span that others made through the SDK gets one of its own."""
        record = getattr(span.span_data, "record", None) or _foreign(span.span_data)
        record.trace_id, record.span_id, record.parent_id = span.trace_id, span.span_id, span.parent_id
        # A span that began before the SDK was there has its own.
        record.started_at = record.started_at or _time(span.started_at)
        record.ended_at = record.ended_at or _time(span.ended_at)
        self._put(record)

    def force_flush(self) -> None:
        """Wait until everything is written."""
        self._flush()

    def shutdown(self) -> None:
        """As the process ends."""
        self._flush()


class SdkSpan:
    """A started span of the SDK; the first one of a trace ends it too."""

    def __init__(self, span: Span[Any], trace: Trace | None = None) -> None:
        self._span = span
        self._trace = trace

    def child(self, record: SpanRecord) -> "SdkSpan":
        """Start the span of `record` below this one."""
        return SdkSpan(_started(record, self._span))

    def event_time(self) -> str:
        """The time now, as records have it."""
        return timestamp(datetime.now(UTC))

    def finish(self) -> None:
        """End it."""
        record: SpanRecord = self._span.span_data.record
        if record.error is not None:
            self._span.set_error({"message": record.error.message, "data": {"kind": record.error.kind}})
        self._span.finish()
        if self._trace is not None:
            self._trace.finish()


class SdkTracing:
    """Starts traces in the SDK; their spans' records go to `put`. One at a time: the SDK's tracing is the process's."""

    def __init__(self, put: Callable[[SpanRecord], None], flush: Callable[[], object]) -> None:
        send_nothing_elsewhere()
        set_trace_processors([RecordProcessor(put, flush)])
        # Whatever the environment says to the SDK: these go nowhere but to a file.
        set_tracing_disabled(False)

    def start(self, record: SpanRecord) -> SdkSpan:
        """Start a trace, under the record's own id, with its first span."""
        group = str(record.conversation_id) if record.conversation_id is not None else None
        started = trace(record.name, trace_id=record.trace_id, group_id=group)
        # Never made current: generators are closed in whatever context, and an SDK's run has its own tracing off.
        started.start()
        return SdkSpan(_started(record, started), started)

    def close(self) -> None:
        """Take the processor away again."""
        set_trace_processors([])


def _started(record: SpanRecord, parent: Trace | Span[Any]) -> Span[Any]:
    data: _Generation | _Function | _Custom
    match record.kind:
        case Kind.GENERATION:
            data = _Generation(model=record.model)
        case Kind.TOOL:
            data = _Function(record.name, None, None)
        case _:
            data = _Custom(record.name, {})
    data.record = record
    span = get_trace_provider().create_span(data, parent=parent)
    span.start()
    return span


def _foreign(data: SpanData) -> SpanRecord:
    return SpanRecord(data.type, str(getattr(data, "name", None) or data.type))


def _time(iso: str | None) -> str:
    return timestamp(datetime.fromisoformat(iso) if iso else datetime.now(UTC))
