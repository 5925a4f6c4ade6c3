"""The trace of one turn, of the same shape for every provider: the turn, and in it model calls and tools in order."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any, Final

from desktop_app.domain.messages import AttachmentPart, Message, Part, ReasoningPart, TextPart, ToolCallPart
from desktop_app.domain.usage import Usage
from desktop_app.errors import AppError
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.errors import ProviderError
from desktop_app.llm.events import (
    Done,
    Event,
    HistoryFolded,
    Notice,
    ReasoningDelta,
    RetryScheduled,
    TextDelta,
    ToolCall,
    ToolResult,
    UsageReported,
)
from desktop_app.llm.tools import ToolHandler
from desktop_app.tracing.records import Kind, Outcome, SpanError, SpanRecord
from desktop_app.tracing.spans import Span, enter, leave
from desktop_app.tracing.tracer import Tracer

NO_TRACES: Final = Tracer()

_TIMES: Final = ("time_to_first_token_ms", "duration_ms")  # a span has its own


def untraced() -> "TurnTrace":
    """A trace that is kept nowhere."""
    return TurnTrace(NO_TRACES, SpanRecord(Kind.TURN, "untraced"))


class TurnTrace:
    """The trace of the turn that `record` describes and `messages` were sent to.

    `span` takes what else happens in the turn, such as a wait before another try.
    """

    def __init__(self, tracer: Tracer, record: SpanRecord, messages: Sequence[Message] = ()) -> None:
        self.has_content = tracer.includes_content
        self.span = Span(record, None)
        self._tracer = tracer
        self._record = record
        self._messages = messages
        self._calls: list[CallTrace] = []
        self._replies: list[CallTrace] = []
        self._results: list[ToolResult] = []
        self._done: Done | None = None

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Record the turn while the body runs; as the body ends, so did the turn."""
        if self.has_content and self._messages:
            self._record.input = self._messages[-1].text
        self.span = self._tracer.begin(self._record)
        self.span.before_end = self._complete
        token = enter(self.span)
        try:
            with _ending(self.span, lambda: self._done is not None):
                yield
        finally:
            leave(token)

    def watching(self, tools: ToolHandler | None) -> ToolHandler | None:
        """`tools`, each call of them recorded."""
        return None if tools is None else _WatchedTools(tools, self)

    def add(self, event: Event) -> None:
        """Take an event of the turn."""
        if isinstance(event, Done):
            self._done = event
        elif isinstance(event, Notice):
            self.span.event("notice", text=event.text)
        elif isinstance(event, HistoryFolded):
            self.span.event("history_folded")

    def calls(self, messages: Sequence[Message], *, is_beside: bool = False) -> "CallTraces":
        """Records the calls that answer `messages`; `is_beside` where that is no reply, but a task of our own."""
        return CallTraces(self, messages, is_beside=is_beside)

    def open_call(self, told: Callable[[], object] | None, *, is_beside: bool, offers_tools: bool) -> "CallTrace":
        """Begin a call of the model; whoever asked ends it."""
        purpose = "summary" if is_beside else "reply"
        name = self._record.model or ""
        span = self.span.child(Kind.GENERATION, name, input=told, purpose=purpose, offers_tools=offers_tools)
        call = CallTrace(span, keeps_content=self.has_content)
        self._calls.append(call)
        if not is_beside:
            self._replies.append(call)
        return call

    def new_results(self) -> list[ToolResult]:
        """What tools have brought since this was asked last."""
        results, self._results = self._results, []
        return results

    @contextmanager
    def tool_call(self, call: ToolCall) -> "Iterator[Callable[[ToolResult], None]]":
        """Record one call of a tool while the body runs; its result is to be given to what this gives."""
        arguments = call.arguments if self.has_content else None
        span = self.span.child(Kind.TOOL, call.name, input=arguments, call_id=call.call_id)
        with _ending(span, lambda: False):
            yield partial(self._take_result, span)

    def _take_result(self, span: Span, result: ToolResult) -> None:
        self._results.append(result)
        if self.has_content:
            span.record.output = result.text
        if result.goal_id is not None:
            span.record.attributes["goal_id"] = result.goal_id
        if not result.ok:
            # The model reads it and mends its call; the turn goes on.
            span.end(Outcome.FAILED, SpanError("tool_error", result.text if self.has_content else ""))

    def _complete(self) -> None:
        record = self._record
        total: Usage | None = None
        for usage in (call.usage for call in self._calls):
            total = usage if total is None else total if usage is None else total.plus(usage)
        record.usage = _told_usage(total)
        if self._replies:
            record.time_to_first_token_ms = self._replies[0].span.record.time_to_first_token_ms
        if self._done is not None:
            record.stop_reason = str(self._done.stop_reason)
        if self.has_content:
            parts = [part for call in self._replies for part in call.parts]
            record.output = "\n\n".join(part.text for part in parts if isinstance(part, TextPart))


class CallTraces:
    """Records the model calls that answer one request: the first is told with all it was sent, later ones with what
    tools brought since."""

    def __init__(self, trace: TurnTrace, messages: Sequence[Message], *, is_beside: bool) -> None:
        self._trace = trace
        self._messages = messages
        self._is_beside = is_beside
        self._has_begun = False

    @contextmanager
    def model_call(self, system_prompt: str, *, offers_tools: bool) -> "Iterator[CallTrace]":
        """Record one call while the body runs; what comes of it is to be added to what this gives."""
        told: Callable[[], object] | None = None
        if self._trace.has_content and self._has_begun:
            told = partial(_told_results, self._trace.new_results())
        elif self._trace.has_content:
            told = partial(_told_all, system_prompt, self._messages)
        self._has_begun = True
        call = self._trace.open_call(told, is_beside=self._is_beside, offers_tools=offers_tools)
        with _ending(call.span, lambda: call.is_done):
            yield call


class CallTrace:
    """One call of the model. A piece costs the same however long the reply is, and nearly nothing without content."""

    def __init__(self, span: Span, *, keeps_content: bool) -> None:
        self.span = span
        self.usage: Usage | None = None
        self.parts: tuple[Part, ...] = ()
        self.is_done = False
        self._collector = PartsCollector() if keeps_content else None
        self._started = time.perf_counter()
        self._first_piece_ms: int | None = None
        span.before_end = self._complete

    def add(self, event: Event) -> None:
        """Take an event of the call; `Done` carries its stop reason."""
        if not self.span.is_recorded:
            return
        if self._first_piece_ms is None and isinstance(event, TextDelta | ReasoningDelta | ToolCall):
            self._first_piece_ms = round((time.perf_counter() - self._started) * 1000)
        if isinstance(event, TextDelta):  # nearly all of them
            if self._collector is not None:
                self._collector.add(event)
        elif isinstance(event, Done):
            self.is_done = True
            self.span.record.stop_reason = str(event.stop_reason)
        elif isinstance(event, RetryScheduled):
            self.span.event("retry", try_number=event.attempt, delay_s=event.delay_s, error_kind=str(event.kind))
        elif isinstance(event, UsageReported):
            self.usage = event.usage if self.usage is None else self.usage.plus(event.usage)
        elif self._collector is not None:
            self._collector.add(event)

    def add_each(self, events: Iterable[Event]) -> None:
        """Take these events, which are told only where somebody will read them."""
        if self.span.is_recorded:
            for event in events:
                self.add(event)

    def _complete(self) -> None:
        record = self.span.record
        record.usage = _told_usage(self.usage)
        measured = self.usage.time_to_first_token_ms if self.usage else None
        record.time_to_first_token_ms = self._first_piece_ms if measured is None else measured
        if self._collector is not None:
            self.parts = self._collector.parts()
            record.output = partial(_told_parts, self.parts)


class _WatchedTools:
    """Runs tools by `handler` and records each call in `trace`."""

    def __init__(self, handler: ToolHandler, trace: TurnTrace) -> None:
        self._handler = handler
        self._trace = trace

    async def run(self, call: ToolCall) -> ToolResult:
        """Run `call` and say what it did."""
        with self._trace.tool_call(call) as take_result:
            result = await self._handler.run(call)
            take_result(result)
        return result


@contextmanager
def _ending(span: Span, is_done: Callable[[], bool]) -> Iterator[None]:
    """End `span` with the body, and say how."""
    try:
        yield
    except (asyncio.CancelledError, GeneratorExit):
        # Whoever has seen the end need not read on.
        span.end(Outcome.COMPLETE if is_done() else Outcome.STOPPED)
        raise
    except BaseException as error:
        span.end(Outcome.FAILED, _told_error(error))
        raise
    span.end()


def _told_error(error: BaseException) -> SpanError:
    """What may be written of an error; one that was not expected may hold anybody's words, so its name must do."""
    if isinstance(error, ProviderError):
        details = f" ({error.details})" if error.details else ""
        return SpanError(str(error.kind), f"{error}{details}")
    return SpanError(type(error).__name__, str(error) if isinstance(error, AppError) else "")


def _told_usage(usage: Usage | None) -> dict[str, Any] | None:
    if usage is None:
        return None
    return {name: value for name, value in asdict(usage).items() if name not in _TIMES and value is not None}


def _told_all(system_prompt: str, messages: Sequence[Message]) -> list[dict[str, Any]]:
    """What the first call of a turn is sent."""
    system = {"role": "system", "parts": [{"type": "text", "text": system_prompt}]}
    return [system, *({"role": str(each.role), "parts": _told_parts(each.parts)} for each in messages)]


def _told_results(results: Sequence[ToolResult]) -> list[dict[str, Any]]:
    """What a later call of a turn is sent beside what went before."""
    return [
        {"role": "tool", "call_id": each.call_id, "name": each.name, "text": each.text, "ok": each.ok}
        for each in results
    ]


def _told_parts(parts: Sequence[Part]) -> list[dict[str, Any]]:
    return [_told_part(part) for part in parts]


def _told_part(part: Part) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ReasoningPart(text):
            return {"type": "reasoning", "text": text}
        case AttachmentPart():
            # What it holds is kept with the conversation, and may be large.
            return {
                "type": "attachment",
                "name": part.name,
                "media_type": part.media_type,
                "size_bytes": part.size_bytes,
                "digest": part.digest,
            }
        case ToolCallPart():
            call = {"type": "tool_call", "call_id": part.call_id, "name": part.name, "arguments": part.arguments}
            return call if part.result is None else {**call, "result": part.result, "ok": part.ok}
