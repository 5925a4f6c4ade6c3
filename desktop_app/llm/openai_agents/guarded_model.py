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
    ResponsePromptParam,
)

from desktop_app.domain.usage import Usage
from desktop_app.llm.base import MAX_TOOL_ROUNDS
from desktop_app.llm.call_account import CallAccount, NoAccount
from desktop_app.llm.deadlines import CallClock, Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Notice, RetryScheduled, StopReason, UsageReported
from desktop_app.llm.failures import failure
from desktop_app.llm.no_tools import no_tools_notice
from desktop_app.llm.openai_agents.call_ids import CallIds
from desktop_app.llm.openai_agents.call_reader import CallReader
from desktop_app.llm.openai_agents.errors import UNREADABLE, translated
from desktop_app.llm.openai_agents.input_items import encodable
from desktop_app.llm.openai_agents.optional_parts import OptionalPart, notice_of, refused_part, without
from desktop_app.llm.openai_agents.printed_calls import PrintedCalls
from desktop_app.llm.openai_agents.raw_events import RawTeller
from desktop_app.llm.resilience.guard import NO_RETRIES, CallGuard
from desktop_app.llm.resilience.wait import RetryWait
from desktop_app.llm.turn_trace import CallTraces

# How long the end of the connection's answer is waited for after the reply ended, so that it can be used again.
_LAST_BYTES_S: Final = 0.2
_CHARACTERS_PER_TOKEN: Final = 4
_TERMINAL: Final = frozenset({"response.completed", "response.incomplete", "response.failed", "error"})
# How chat completions say that a reply did not end by itself.
_FINISH_REASONS: Final = {"length": StopReason.LENGTH, "content_filter": StopReason.REFUSED}


@dataclass(frozen=True, slots=True)
class InnerCall:
    """One call of a model of the SDK's own, called `name`.

    `finish_reason` tells how it ended, where the protocol has that. `may_print_calls` is for servers that leave calls
    of tools in the text.
    """

    model: Model
    name: str
    finish_reason: Callable[[], str | None] = lambda: None
    may_print_calls: bool = False


@dataclass(slots=True)
class RunFacts:
    """What the calls of a run leave behind: a usage each, in order, why the last one stopped, ids of tool calls.

    `carried` are the ids of the reasoning of earlier turns that goes along; `account` is asked before each call.
    """

    used_ids: set[str] = field(default_factory=set)
    carried: frozenset[str] = frozenset()
    usages: deque[Usage] = field(default_factory=deque)
    stop_reason: StopReason = StopReason.END
    calls_made: int = 0
    account: CallAccount = field(default_factory=NoAccount)


@dataclass(frozen=True, slots=True)
class Retries:
    """What stands around each call, and the turn's handle on its waits."""

    guard: CallGuard
    wait: RetryWait | None = None


class GuardedModel(Model):
    """Wraps the model that `make_inner` gives for each call, and records the calls in `traces`. Made for one run.

    The call after the last round gets no tools, so that the turn ends with words. What the server refuses of what a
    request may do without is added to `refused`, and the call is then made without.

    """

    def __init__(
        self,
        label: str,
        deadlines: Deadlines,
        make_inner: Callable[[], InnerCall],
        facts: RunFacts,
        refused: set[OptionalPart],
        traces: CallTraces,
        retries: Retries | None = None,
    ) -> None:
        self._traces = traces
        self._label = label
        self._deadlines = deadlines
        self._make_inner = make_inner
        self._facts = facts
        self._refused = refused
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

            def begin() -> AsyncGenerator[TResponseStreamEvent, None]:
                events = inner.model.stream_response(
                    system_instructions,
                    self._taken(items),
                    without(model_settings, self._refused),
                    [] if OptionalPart.TOOLS in self._refused else offered,
                    output_schema,
                    handoffs,
                    tracing,
                    previous_response_id=previous_response_id,
                    conversation_id=conversation_id,
                    prompt=prompt,
                )
                return cast("AsyncGenerator[TResponseStreamEvent, None]", events)

            def learn(error: openai.APIStatusError) -> OptionalPart | None:
                asks_tools = bool(offered) and OptionalPart.TOOLS not in self._refused
                part = refused_part(
                    error, without(model_settings, self._refused), asks_tools=asks_tools, carries=self._carries
                )
                if part is not None:
                    self._refused.add(part)
                return part

            reader = CallReader(
                self._label,
                CallIds(self._facts.used_ids),
                PrintedCalls([tool.name for tool in tools]) if tools and inner.may_print_calls else None,
                keeps_calls=bool(offered),
            )
            return self._try(_Begun(begin, learn, inner), reader, items, wants_tools=bool(tools))

        await self._facts.account.before_call()
        with self._traces.model_call(system_instructions or "", offers_tools=bool(offered)) as trace:
            teller = RawTeller({} if offered else None)
            async with aclosing(self._retries.guard.stream(begin_try, _is_piece, self._retries.wait)) as events:
                async for event in events:
                    trace.add_each(teller.tell(event))
                    if isinstance(event, ResponseCompletedEvent):
                        usage = self._facts.usages[-1]
                        trace.add_each((UsageReported(usage), Done(usage, self._facts.stop_reason)))
                    yield _passed_on(event) if isinstance(event, RetryScheduled) else event

    @property
    def _carries(self) -> bool:
        """Whether reasoning of earlier turns goes along."""
        refusals = {OptionalPart.CARRIED_REASONING, OptionalPart.REASONING}
        return bool(self._facts.carried) and not refusals & self._refused

    def _taken(self, items: str | list[TResponseInputItem]) -> str | list[TResponseInputItem]:
        """What goes along of `items`."""
        if isinstance(items, str) or self._carries:
            return items
        return [item for item in items if item.get("type") != "reasoning" or item.get("id") not in self._facts.carried]

    async def _try(
        self, call: "_Begun", reader: CallReader, items: str | list[TResponseInputItem], *, wants_tools: bool
    ) -> AsyncGenerator[TResponseStreamEvent, None]:
        """One try of the call; raises ProviderError."""
        clock = CallClock(self._deadlines)
        must_tell = wants_tools and self._facts.calls_made == 1
        try:
            with translated(self._label, clock):
                async with aclosing(_received(call, clock)) as events:
                    async for event in events:
                        if must_tell and OptionalPart.TOOLS in self._refused:
                            must_tell = False
                            yield _passed_on(no_tools_notice(call.inner.name))
                        if isinstance(event, OptionalPart):
                            if notice := notice_of(event, self._label):
                                yield _passed_on(notice)
                            continue
                        for fixed in reader.read(event):
                            yield fixed
        except ProviderError:
            for held in reader.rest(was_cut=True):
                yield held
            raise
        reason = call.inner.finish_reason() or ""
        for held in reader.rest(was_cut=reason == "length"):
            yield held
        final = reader.final
        if final is None:
            raise failure(ErrorKind.PROTOCOL, self._label, details="no terminal event")
        self._facts.stop_reason = _FINISH_REASONS.get(reason, reader.stop_reason)
        usage = clock.timed(_usage(final, items, reader.characters))
        self._facts.usages.append(self._facts.account.priced(usage))
        yield ResponseCompletedEvent(response=final, sequence_number=0, type="response.completed")


@dataclass(frozen=True, slots=True)
class _Begun:
    """A call that can be begun, and begun again without what `learn` found out that the server refuses."""

    begin: Callable[[], AsyncGenerator[TResponseStreamEvent, None]]
    learn: Callable[[openai.APIStatusError], OptionalPart | None]
    inner: InnerCall


async def _received(call: _Begun, clock: CallClock) -> AsyncGenerator[TResponseStreamEvent | OptionalPart, None]:
    """The events as they come, each in its time, up to the terminal one; before them the parts that were refused."""
    created: Response | None = None
    while True:
        try:
            async with aclosing(call.begin()) as events:
                while (event := await _next(events, clock)) is not None:
                    if isinstance(event, ResponseCreatedEvent):
                        created = event.response
                    if event.type in _TERMINAL:
                        await _await_last_bytes(events)
                        yield event
                        return
                    yield event
        except openai.APIStatusError as error:
            refused = call.learn(error) if created is None else None
            if refused is None:
                raise
            yield refused
            continue
        except ModelBehaviorError:
            # The SDK takes a reply that was cut before its first word for a mistake of the model.
            if created is None or call.inner.finish_reason() != "length":
                raise
            empty = created.model_copy(update={"output": []})
            yield ResponseCompletedEvent(response=empty, sequence_number=0, type="response.completed")
        return


def _passed_on(event: Notice | RetryScheduled) -> TResponseStreamEvent:
    """An event of our own; the SDK passes on what it does not know, and so it comes to the turn's end of the stream."""
    return cast("TResponseStreamEvent", event)


async def _next(events: AsyncIterator[TResponseStreamEvent], clock: CallClock) -> TResponseStreamEvent | None:
    with clock.waiting():
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
    with suppress(TimeoutError, httpx2.HTTPError, openai.OpenAIError, AgentsException, *UNREADABLE):
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
