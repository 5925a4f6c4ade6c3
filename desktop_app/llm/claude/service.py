"""The `claude` provider."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import date
from typing import Any, Final

from anthropic import AsyncAnthropic, AsyncStream, BadRequestError, omit
from anthropic.types import RawMessageStreamEvent

from desktop_app.domain.messages import Message, Role
from desktop_app.domain.providers import HealthState, ModelInfo, ProviderHealth
from desktop_app.domain.usage import Usage
from desktop_app.llm import addresses
from desktop_app.llm.api_keys import NO_KEY, is_sound
from desktop_app.llm.base import TurnRequest
from desktop_app.llm.catalog.catalog import completed, model_facts
from desktop_app.llm.claude.errors import UNREADABLE, readable, translated, unreadable
from desktop_app.llm.claude.models import ModelLimits, model_info, model_limits, ordered
from desktop_app.llm.claude.request import message_params, system_blocks, tool_params
from desktop_app.llm.claude.stream import PAUSED, MessageReader, has_content
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.deadlines import CallClock, Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, Notice, UsageReported
from desktop_app.llm.failures import failure, health_after
from desktop_app.llm.history import Reader
from desktop_app.llm.http_pool import open_pool
from desktop_app.llm.tool_loop import ModelCall, ToolLoopService
from desktop_app.settings import ClaudeSettings

# Long enough for any reply of a coach; thinking counts as output.
_MAX_TOKENS: Final = 8_192
_MAX_TOKENS_THINKING: Final = 16_000
_MAX_PAUSES: Final = 3
NO_TEMPERATURE: Final = Notice("Claude takes no temperature with this model; the one that is set was left out.")
# How long the end of the connection's answer is waited for after the message ended, so that it can be used again.
_LAST_BYTES_S: Final = 0.2


class ClaudeService(ToolLoopService):
    """Claude by the Messages API."""

    provider_name = "claude"
    label = "Claude"

    def __init__(
        self,
        today: Callable[[], date],
        settings: ClaudeSettings,
        deadlines: Deadlines | None = None,
    ) -> None:
        super().__init__(today)
        self._deadlines = deadlines or Deadlines()
        self._chosen = settings
        self._takes_no_temperature: set[str] = set()
        self._told_of_temperature: set[str] = set()
        self._key = (settings.api_key or "").strip()
        self._limits: dict[str, ModelLimits] = {}
        with translated(self.label):
            self._client = AsyncAnthropic(
                api_key=self._key if is_sound(self._key) else NO_KEY,
                base_url=settings.base_url or addresses.ANTHROPIC,
                max_retries=0,
                http_client=open_pool(self._deadlines, settings.base_url or addresses.ANTHROPIC),
            )

    def get_tools(self) -> list[dict[str, Any]]:
        """The goal tools as the Messages API takes them."""
        return [{**tool} for tool in tool_params()]

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The models of this key, the newest of the middle line first. Raises ProviderError."""
        self._require_key()
        with translated(self.label):
            async with asyncio.timeout(self._deadlines.answer_s):
                models = [model async for model in self._client.models.list(limit=1000)]
        with readable(self.label):
            models = ordered(models)
            self._limits = {model.id: model_limits(model) for model in models}
            infos = tuple(model_info(model, self.provider_name) for model in models)
        return await completed(infos, self._today())

    async def check_health(self) -> ProviderHealth:
        """Whether the key works, tried by asking for one model's name."""
        try:
            self._require_key()
            with translated(self.label):
                async with asyncio.timeout(self._deadlines.answer_s):
                    await self._client.models.list(limit=1)
        except ProviderError as error:
            return health_after(error, self.label)
        return ProviderHealth(HealthState.WORKING, "Ready")

    async def context_limit(self, model: str) -> ContextLimit:
        """As the API listed the model, else as the catalog knows it; the longest reply is kept free."""
        limits = await self._limits_of(model)
        return ContextLimit(limits.window, reply_room=self._reply_tokens(limits))

    async def _count(self, request: TurnRequest) -> int | None:
        """By the API's own endpoint; see `BaseLLMService.count_tokens`."""
        self._require_key()
        with translated(self.label):
            async with asyncio.timeout(self._deadlines.answer_s):
                counted = await self._client.messages.count_tokens(
                    model=request.model,
                    system=system_blocks(self.system_prompt_of(request)),
                    messages=message_params(request.messages, Reader(self.provider_name, request.model)),
                    tools=tool_params() if request.tools is not None else omit,
                )
        with readable(self.label):
            return int(counted.input_tokens)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def stream_call(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        """Stream one message; one that pauses is continued. See `ToolLoopService.stream_call`."""
        self._require_key()
        messages = call.messages
        total: Usage | None = None
        reader = MessageReader()
        for _ in range(_MAX_PAUSES + 1):
            reader = MessageReader()
            came: list[Event] = []
            async with aclosing(self._stream_once(call, messages, reader)) as events:
                async for event in events:
                    if isinstance(event, UsageReported):
                        total = event.usage if total is None else total.plus(event.usage)
                    came.append(event)
                    yield event
            if reader.stop_reason != PAUSED:
                break
            collector = PartsCollector()
            for event in came:
                collector.add(event)
            messages = (*messages, Message(Role.COACH, collector.parts()))
        yield Done(total or Usage(), reader.reason)

    async def _stream_once(
        self, call: ModelCall, messages: Sequence[Message], reader: MessageReader
    ) -> AsyncGenerator[Event, None]:
        thinks = self._limits.get(call.model, ModelLimits()).thinks_adaptively
        clock = CallClock(self._deadlines.while_reasoning() if thinks else self._deadlines)
        with translated(self.label, clock):
            with clock.waiting():
                stream = await self._open(call, messages)
            try:
                if call.model in self._takes_no_temperature - self._told_of_temperature:
                    self._told_of_temperature.add(call.model)
                    yield NO_TEMPERATURE
                events = aiter(stream)
                while not reader.is_finished:
                    with clock.waiting():
                        wire_event = await anext(events, None)
                    if wire_event is None:
                        raise failure(ErrorKind.PROTOCOL, self.label, details="no message_stop")
                    try:
                        ours = reader.read(wire_event)
                    except UNREADABLE as error:
                        raise unreadable(self.label, error) from None
                    if has_content(wire_event):
                        clock.piece_came()
                    for event in ours:
                        yield event
                await self._await_last_bytes(events)
            finally:
                await stream.close()
        yield UsageReported(clock.timed(reader.usage))

    async def _open(self, call: ModelCall, messages: Sequence[Message]) -> AsyncStream[RawMessageStreamEvent]:
        limits = await self._limits_of(call.model)
        # After tools ran they are not taken out, but not to be used: thinking is bound to all that precedes it.
        is_last_round = not call.with_tools and call.messages[-1].role is Role.COACH

        async def ask(extra: Mapping[str, float] | None = None) -> AsyncStream[RawMessageStreamEvent]:
            return await self._client.messages.create(
                model=call.model,
                max_tokens=self._reply_tokens(limits),
                system=system_blocks(call.prompt),
                messages=message_params(messages, Reader(self.provider_name, call.model)),
                tools=tool_params() if call.with_tools or is_last_round else omit,
                tool_choice={"type": "none"} if is_last_round else omit,
                thinking={"type": "adaptive", "display": "summarized"} if limits.thinks_adaptively else omit,
                stream=True,
                extra_body=extra,
            )

        if self._chosen.temperature is None or call.model in self._takes_no_temperature:
            return await ask()
        # Thinking and a temperature exclude each other; the newest version of the API takes none at all.
        if not limits.thinks_adaptively:
            try:
                return await ask({"temperature": self._chosen.temperature})
            except BadRequestError as error:
                if "temperature" not in error.message.casefold():
                    raise
        self._takes_no_temperature.add(call.model)
        return await ask()

    async def _limits_of(self, model: str) -> ModelLimits:
        if model in self._limits:
            return self._limits[model]
        facts = await model_facts(self.provider_name, model, self._today())
        return ModelLimits(facts.context_window, facts.max_output)

    def _reply_tokens(self, limits: ModelLimits) -> int:
        """The longest reply that is asked for, thinking included."""
        wanted = self._chosen.max_tokens or (_MAX_TOKENS_THINKING if limits.thinks_adaptively else _MAX_TOKENS)
        return min(wanted, limits.max_output_tokens or wanted)

    async def _await_last_bytes(self, events: AsyncIterator[RawMessageStreamEvent]) -> None:
        """Read the answer to its end, so that its connection is used again. The message is whole: errors are none."""
        with suppress(ProviderError), translated(self.label):
            async with asyncio.timeout(_LAST_BYTES_S):
                await anext(events, None)

    def _require_key(self) -> None:
        if not self._key:
            raise failure(ErrorKind.NOT_SET_UP, self.label)
        if not is_sound(self._key):
            raise failure(ErrorKind.INVALID_KEY, self.label)
