"""An open span, as those who make it see it; behind it stands the Agents SDK's, or nothing where tracing is off."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Any, Protocol

from desktop_app.tracing.records import Content, Outcome, SpanError, SpanRecord


class SpanBackend(Protocol):
    """The span behind an open one."""

    def child(self, record: SpanRecord) -> "SpanBackend":
        """Start the span of `record` below this one."""
        ...

    def event_time(self) -> str:
        """The time now, as records have it."""
        ...

    def finish(self) -> None:
        """End it; its record is complete."""
        ...


class Span:
    """An open span. It ends once; whatever is still open below it ends before it, and likewise.

    It may be ended in another context than that it was made in, as happens to generators that are closed early.
    """

    def __init__(self, record: SpanRecord, backend: SpanBackend | None) -> None:
        self.record = record
        self._backend = backend
        self._open: list[Span] = []
        self.is_ended = False
        self.before_end: Callable[[], None] | None = None  # completes the record, whoever ends the span

    @property
    def is_recorded(self) -> bool:
        """Whether anybody will read it."""
        return self._backend is not None

    def child(self, kind: str, name: str, *, input: Content = None, **attributes: Any) -> "Span":  # noqa: A002, ANN401 - JSON values
        """Open a span below this one, for a part of the work: a model call, a tool, a wait before another try."""
        mine = self.record
        record = SpanRecord(
            kind,
            name,
            provider=mine.provider,
            model=mine.model,
            conversation_id=mine.conversation_id,
            message_id=mine.message_id,
            input=input,
            attributes=attributes,
        )
        if self.is_ended or self._backend is None:
            return Span(record, None)
        span = Span(record, self._backend.child(record))
        self._open.append(span)
        return span

    def event(self, name: str, **attributes: object) -> None:
        """Note what happened at this moment: a notice, a retry that was put off, a breaker that opened."""
        if self._backend is not None and not self.is_ended:
            self.record.events.append({"name": name, "at": self._backend.event_time(), **attributes})

    def end(self, outcome: Outcome = Outcome.COMPLETE, error: SpanError | None = None) -> None:
        """End it; only the first call counts."""
        if self.is_ended:
            return
        for span in self._open:
            span.end(outcome, error)
        self._open.clear()
        if self.before_end is not None:
            self.before_end()
        self.is_ended = True
        self.record.outcome = outcome
        self.record.error = error
        if self._backend is not None:
            self._backend.finish()


# The span of the turn, or the id of a trace that has no span just now.
_current: ContextVar[Span | str] = ContextVar("current_trace", default="-")


def new_trace_id() -> str:
    """An id for a trace, as the SDK has them."""
    return f"trace_{uuid.uuid4().hex}"


def enter(span: Span) -> Token[Span | str]:
    """Let log lines of this context carry the span's trace id, until `leave` or the span's end."""
    return _current.set(span)


def leave(token: Token[Span | str]) -> None:
    """Undo `enter`. A generator that is closed from elsewhere cannot; the end of its span does as well then."""
    try:
        _current.reset(token)
    except ValueError:
        return


@contextmanager
def logged_under(trace_id: str) -> Iterator[None]:
    """Let log lines carry this id while the body runs, in which several turns of a trace may be made."""
    token = _current.set(trace_id)
    try:
        yield
    finally:
        _current.reset(token)


def note(name: str, **attributes: object) -> None:
    """Note on the turn that is made in this context what happened at this moment; outside of one nothing is."""
    current = _current.get()
    if isinstance(current, Span):
        current.event(name, **attributes)


def current_trace_id() -> str:
    """The id of the trace that is made in this context, a dash outside of one."""
    current = _current.get()
    if isinstance(current, str):
        return current
    return "-" if current.is_ended else current.record.trace_id
