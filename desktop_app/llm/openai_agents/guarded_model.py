"""One model call as the Agents SDK makes it, with what the SDK leaves to its user: ends, limits, ids, errors, usage."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, Final, cast

import httpx2
import openai
from agents import AgentOutputSchemaBase, Handoff, Model, ModelResponse, ModelSettings, Tool, TResponseInputItem
from agents.exceptions import AgentsException, ModelBehaviorError
from agents.items import TResponseStreamEvent
from agents.models.interface import ModelTracing
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseCreatedEvent,
    ResponseErrorEvent,
    ResponseFailedEvent,
    ResponseFunctionToolCall,
    ResponseIncompleteEvent,
    ResponseOutputItem,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponsePromptParam,
)

from desktop_app.domain.usage import Usage
from desktop_app.llm.base import MAX_TOOL_ROUNDS
from desktop_app.llm.deadlines import CallClock, Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Notice, StopReason
from desktop_app.llm.failures import failure, failure_from_answer
from desktop_app.llm.openai_agents.call_ids import CallIds
from desktop_app.llm.openai_agents.errors import translated
from desktop_app.llm.openai_agents.input_items import encodable
from desktop_app.llm.openai_agents.optional_parts import OptionalPart, notice_of, refused_part, without
from desktop_app.llm.resilience.guard import NO_RETRIES, CallGuard
from desktop_app.llm.resilience.wait import RetryWait

# How long the end of the connection's answer is waited for after the reply ended, so that it can be used again.
_LAST_BYTES_S: Final = 0.2
_CHARACTERS_PER_TOKEN: Final = 4
_TERMINAL: Final = frozenset({"response.completed", "response.incomplete", "response.failed", "error"})
# How chat completions say that a reply did not end by itself.
_FINISH_REASONS: Final = {"length": StopReason.LENGTH, "content_filter": StopReason.REFUSED}


@dataclass(frozen=True, slots=True)
class InnerCall:
    """One call of a model of the SDK's own. `finish_reason` tells how it ended, where the protocol has that."""

    model: Model
    finish_reason: Callable[[], str | None]


@dataclass(slots=True)
class RunFacts:
    """What the calls of a run leave behind: a usage each, in order, why the last one stopped, ids of tool calls."""

    used_ids: set[str] = field(default_factory=set)
    usages: deque[Usage] = field(default_factory=deque)
    stop_reason: StopReason = StopReason.END
    calls_made: int = 0


@dataclass(frozen=True, slots=True)
class Retries:
    """What stands around each call, and the turn's handle on its waits."""

    guard: CallGuard
    wait: RetryWait | None = None


class GuardedModel(Model):
    """Wraps the model that `make_inner` gives for each call. Made for one run.

    The call after the last round gets no tools, so that the turn ends with words. `forget` is told what the
    server refuses of what a request may do without; the call is then made without.
    """

    def __init__(
        self,
        label: str,
        deadlines: Deadlines,
        make_inner: Callable[[], InnerCall],
        facts: RunFacts,
        forget: Callable[[OptionalPart], None],
        retries: Retries | None = None,
    ) -> None:
        self._label = label
        self._deadlines = deadlines
        self._make_inner = make_inner
        self._facts = facts
        self._forget = forget
        self._retries = retries or Retries(CallGuard(label, NO_RETRIES))

    async def get_response(self, *_args: Any, **_kwargs: Any) -> ModelResponse:  # noqa: ANN401 - as in the SDK
        """Not used: every turn is streamed."""
        raise NotImplementedError

    async def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],  # noqa: A002 - the SDK's name
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """Stream one call up to its terminal event. Raises ProviderError."""
        self._facts.calls_made += 1
        offered = tools if self._facts.calls_made <= MAX_TOOL_ROUNDS else []
        items = input if isinstance(input, str) else [encodable(item) for item in input]

        def begin_try() -> AsyncGenerator[TResponseStreamEvent, None]:
            inner = self._make_inner()

            def begin(settings: ModelSettings) -> AsyncGenerator[TResponseStreamEvent, None]:
                events = inner.model.stream_response(
                    system_instructions,
                    items,
                    settings,
                    offered,
                    output_schema,
                    handoffs,
                    tracing,
                    previous_response_id=previous_response_id,
                    conversation_id=conversation_id,
                    prompt=prompt,
                )
                return cast("AsyncGenerator[TResponseStreamEvent, None]", events)

            return self._try(begin, model_settings, inner, items, keeps_calls=bool(offered))

        async with aclosing(self._retries.guard.stream(begin_try, _is_piece, self._retries.wait)) as events:
            async for event in events:
                # The SDK passes on what it does not know, and so our own event comes to the turn's end of the stream.
                yield cast("TResponseStreamEvent", event)

    async def _try(
        self,
        begin: Callable[[ModelSettings], AsyncGenerator[TResponseStreamEvent, None]],
        settings: ModelSettings,
        inner: InnerCall,
        items: str | list[TResponseInputItem],
        *,
        keeps_calls: bool,
    ) -> AsyncGenerator[TResponseStreamEvent, None]:
        """One try of the call; raises ProviderError."""
        clock = CallClock(self._deadlines)
        reader = CallReader(self._label, CallIds(self._facts.used_ids), keeps_calls=keeps_calls)
        with translated(self._label, clock):
            async with aclosing(self._received(begin, settings, clock, inner)) as events:
                async for event in events:
                    if isinstance(event, Notice):
                        # The SDK passes on what it does not know.
                        yield cast("TResponseStreamEvent", event)
                        continue
                    for fixed in reader.read(event):
                        yield fixed
        if reader.final is None:
            raise failure(ErrorKind.PROTOCOL, self._label, details="no terminal event")
        self._facts.stop_reason = _FINISH_REASONS.get(inner.finish_reason() or "", reader.stop_reason)
        self._facts.usages.append(clock.timed(_usage(reader.final, items, reader.characters)))
        yield ResponseCompletedEvent(response=reader.final, sequence_number=0, type="response.completed")

    async def _received(
        self,
        begin: Callable[[ModelSettings], AsyncGenerator[TResponseStreamEvent, None]],
        settings: ModelSettings,
        clock: CallClock,
        inner: InnerCall,
    ) -> AsyncGenerator[TResponseStreamEvent | Notice, None]:
        """The events as they come, each in its time, up to the terminal one."""
        created: Response | None = None
        while True:
            try:
                async with aclosing(begin(settings)) as events:
                    while (event := await _next(events, clock)) is not None:
                        if isinstance(event, ResponseCreatedEvent):
                            created = event.response
                        if event.type in _TERMINAL:
                            await _await_last_bytes(events)
                            yield event
                            return
                        yield event
            except openai.BadRequestError as error:
                refused = refused_part(error, settings) if created is None else None
                if refused is None:
                    raise
                self._forget(refused)
                settings = without(settings, [refused])
                if notice := notice_of(refused, self._label):
                    yield notice
                continue
            except ModelBehaviorError:
                # The SDK takes a reply that was cut before its first word for a mistake of the model.
                if created is None or inner.finish_reason() != "length":
                    raise
                empty = created.model_copy(update={"output": []})
                yield ResponseCompletedEvent(response=empty, sequence_number=0, type="response.completed")
            return


class CallReader:
    """Reads the events of one call and mends what would abort the run; `final` is set by the terminal event.

    Without `keeps_calls` the model's tool calls are dropped: none were offered.
    """

    def __init__(self, label: str, ids: CallIds, *, keeps_calls: bool) -> None:
        self._label = label
        self._ids = ids
        self._keeps_calls = keeps_calls
        self.final: Response | None = None
        self.stop_reason = StopReason.END
        self.characters = 0

    def read(self, event: TResponseStreamEvent) -> tuple[TResponseStreamEvent, ...]:
        """What to pass on for `event`. Raises ProviderError if it says that the call failed."""
        self.characters += len(str(getattr(event, "delta", "")))
        match event:
            case ResponseCompletedEvent():
                self._finish(event.response)
                return ()
            case ResponseIncompleteEvent():
                details = event.response.incomplete_details
                is_filtered = details is not None and details.reason == "content_filter"
                self.stop_reason = StopReason.REFUSED if is_filtered else StopReason.LENGTH
                self._finish(event.response)
                return ()
            case ResponseFailedEvent():
                error = event.response.error
                raise self._failure(error.code if error else None, error.message if error else "")
            case ResponseErrorEvent():
                raise self._failure(event.code, event.message)
            case ResponseOutputItemDoneEvent(item=ResponseFunctionToolCall() as item):
                if not self._keeps_calls:
                    return ()
                return (event.model_copy(update={"item": self._ids.in_stream(item)}),)
            case _:
                if event.type == "response.refusal.delta":
                    self.stop_reason = StopReason.REFUSED
                return (event,)

    def _finish(self, response: Response) -> None:
        output = [_with_words(item) for item in response.output if self._keeps_calls or item.type != "function_call"]
        self.final = response.model_copy(update={"output": self._ids.in_response(output), "status": "completed"})

    def _failure(self, code: str | None, words: str | None) -> ProviderError:
        return failure_from_answer(self._label, 200, codes=(code,), words=words or "")


def _with_words(item: ResponseOutputItem) -> ResponseOutputItem:
    """`item` with refusals as plain text: the SDK ends a run that has one with an error, and the words are all told."""
    if not isinstance(item, ResponseOutputMessage):
        return item
    content = [
        ResponseOutputText(type="output_text", text=part.refusal, annotations=[])
        if isinstance(part, ResponseOutputRefusal)
        else part
        for part in item.content
    ]
    return item.model_copy(update={"content": content})


async def _next(events: AsyncIterator[TResponseStreamEvent], clock: CallClock) -> TResponseStreamEvent | None:
    async with clock.waiting():
        event = await anext(events, None)
    # Other events only say that the server is at it.
    if event is not None and event.type.endswith((".delta", ".added", ".done")) and getattr(event, "delta", True):
        clock.piece_came()
    return event


def _is_piece(event: object) -> bool:
    """Whether something of the reply came that cannot be taken back."""
    return getattr(event, "type", "").endswith((".delta", ".done")) and bool(getattr(event, "delta", True))


async def _await_last_bytes(events: AsyncIterator[TResponseStreamEvent]) -> None:
    """Read the answer to its end, so that its connection is used again. The reply is whole: errors are none."""
    with suppress(TimeoutError, httpx2.HTTPError, openai.OpenAIError, AgentsException):
        async with asyncio.timeout(_LAST_BYTES_S):
            await anext(events, None)


def _usage(response: Response, items: str | list[TResponseInputItem], characters: int) -> Usage:
    """The usage that the server reported, else an estimate."""
    usage = response.usage
    if usage is None:
        sent = len(items) if isinstance(items, str) else sum(len(str(item)) for item in items)
        return Usage(
            input_tokens=sent // _CHARACTERS_PER_TOKEN,
            output_tokens=characters // _CHARACTERS_PER_TOKEN,
            is_estimated=True,
        )
    of_input, of_output = usage.input_tokens_details, usage.output_tokens_details
    return Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=getattr(of_input, "cached_tokens", None) or 0,
        cache_write_tokens=getattr(of_input, "cache_write_tokens", None) or 0,
        reasoning_tokens=getattr(of_output, "reasoning_tokens", None) or 0,
    )
