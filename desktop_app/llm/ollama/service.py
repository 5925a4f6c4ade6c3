"""The coach by way of Ollama: its models, its health, and turns streamed over its native API."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from ollama import ListResponse

from desktop_app.domain.messages import Role
from desktop_app.domain.model_fetches import full_name
from desktop_app.domain.providers import FetchProgress, HealthState, ModelInfo, ModelOffer, ProviderHealth
from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.context_window import ContextLimit, message_tokens
from desktop_app.llm.deadlines import CallClock, Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Event, Notice
from desktop_app.llm.folding import EarlierMessages
from desktop_app.llm.history import Reader
from desktop_app.llm.no_tools import no_tools_notice
from desktop_app.llm.ollama.abilities import Abilities, best_first, model_info, read_abilities
from desktop_app.llm.ollama.cloud import is_cloud
from desktop_app.llm.ollama.connection import ChatRequest, OllamaConnection
from desktop_app.llm.ollama.doctor import installed_program, model_warning, start_server, unwell, without_model
from desktop_app.llm.ollama.failures import ToolsRefusedError
from desktop_app.llm.ollama.history import WireMessage, wire_history
from desktop_app.llm.ollama.library import offers_for
from desktop_app.llm.ollama.memory import LoadedModel, affordable_tokens, free_memory_bytes, total_memory_bytes
from desktop_app.llm.ollama.pull import model_name, pull
from desktop_app.llm.ollama.reply import ReplyReader
from desktop_app.llm.ollama.tool_format import ollama_tools
from desktop_app.llm.ollama.window import (
    REPLY_ROOM,
    THINKING_ROOM,
    TOOLS_ROOM,
    WindowRange,
    num_ctx_for,
    window_range,
)
from desktop_app.llm.surrogates import without_surrogates
from desktop_app.llm.tokens import raw_tokens
from desktop_app.llm.tool_loop import ModelCall, ToolLoopService
from desktop_app.llm.tools import TOOLS
from desktop_app.settings import OllamaSettings

# How long a server that was started is waited for, and how often it is looked for.
_START_S: Final = 15.0
_LOOK_AGAIN_S: Final = 0.3
LIST_KEPT_S: Final = 5.0
ASKED_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class _Plan:
    """What one model call will be: the request, its time, its estimate, and what the person should know about it."""

    request: ChatRequest
    deadlines: Deadlines
    estimated_tokens: int
    notices: tuple[Notice, ...]


class OllamaService(ToolLoopService):
    """Ollama at its address. Nothing is connected before the first request."""

    provider_name = "ollama"
    label = "Ollama"

    def __init__(
        self,
        today: Callable[[], date],
        settings: OllamaSettings,
        deadlines: Deadlines | None = None,
        free_memory: Callable[[], int] = free_memory_bytes,
        *,
        total_memory: Callable[[], int] = total_memory_bytes,
        find_program: Callable[[], str | None] = installed_program,
        stays_here: bool = False,
    ) -> None:
        """`free_memory` and `total_memory` tell bytes of this computer, `find_program` where Ollama is installed.

        With `stays_here` no model is used that Ollama would hand on to its own computers, and none is got.
        """
        super().__init__(today)
        self._settings = settings
        self._free_memory = free_memory
        self._total_memory = total_memory
        self._find_program = find_program
        self._stays_here = stays_here
        self._started: object = None  # kept: a process that is let go of while it runs is complained about
        self._deadlines = deadlines or Deadlines()
        self._connection = OllamaConnection(settings.host, self._deadlines)
        self._tools = ollama_tools()
        self._abilities: dict[str, Abilities] = {}
        self._digests: dict[str, str | None] = {}
        self._sizes: dict[str, int] = {}
        self._windows: dict[str, int] = {}
        self._listed: tuple[float, tuple[ModelInfo, ...]] | None = None

    def get_tools(self) -> list[dict[str, Any]]:
        """The goal tools as `/api/chat` takes them."""
        return ollama_tools()

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The models that can chat, best default first; a list is good for a few seconds. Raises ProviderError."""
        if self._listed is not None and time.monotonic() - self._listed[0] < LIST_KEPT_S:
            return self._listed[1]
        listed = [model for model in (await self._connection.tags()).models if model.model]
        gate = asyncio.Semaphore(ASKED_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(self._look_up(model, gate)) for model in listed]
        is_local = is_loopback(self._connection.host)
        models = best_first(
            model_info(self.provider_name, model, abilities, is_local=is_local)
            for model, abilities in zip(listed, [task.result() for task in asking], strict=True)
            if abilities.can_chat and not (self._stays_here and is_cloud(model.model or ""))
        )
        loaded, free = await self._loaded_until(), self._free_memory()
        models = tuple(
            replace(
                model,
                warning=model_warning(model, None if model.name in loaded else free),
                loaded_until=loaded.get(model.name),
            )
            for model in models
        )
        self._listed = (time.monotonic(), models)
        return models

    async def _loaded_until(self) -> dict[str | None, datetime | None]:
        """The models that are in memory, and until when; none where nobody can tell."""
        try:
            return {model.model: model.expires_at for model in (await self._connection.running()).models}
        except ProviderError:
            return {}

    def offered_models(self) -> tuple[ModelOffer, ...] | None:
        """Those of the library that suit a coach and are not there yet, while Ollama runs and may ask the library."""
        if self._listed is None or self._stays_here:
            return None
        total = self._total_memory() if is_loopback(self._connection.host) else None
        return offers_for(total, {full_name(model.name) for model in self._listed[1]})

    async def fetch_model(self, name: str) -> AsyncGenerator[FetchProgress, None]:
        """Have Ollama get a model from its library; see `BaseLLMService.fetch_model`."""
        if self._stays_here:
            raise ProviderError(ErrorKind.NOT_SET_UP, "Ollama gets models from the internet. Nothing was asked for.")
        known = model_name(name)
        async with aclosing(pull(self._connection, known)) as told:
            async for progress in told:
                yield progress
        # Another model may go by a name that was known.
        for memory in (self._abilities, self._digests, self._sizes):
            memory.pop(known, None)
        self._listed = None

    async def check_health(self) -> ProviderHealth:
        """Found, not running, without a model, or not Ollama at all; each with what to do."""
        try:
            models = await self.list_models()
        except ProviderError as error:
            self._listed = None
            return unwell(error, self._connection.host, self._find_program())
        if not models:
            return without_model(next(iter(self.offered_models() or ()), None))
        count = "1 model" if len(models) == 1 else f"{len(models)} models"
        return ProviderHealth(HealthState.WORKING, f"Running, {count}")

    async def mend(self) -> None:
        """Start Ollama's server on this computer; see `BaseLLMService.mend`."""
        program = self._find_program()
        if program is None:
            return
        try:
            self._started = await asyncio.to_thread(start_server, program)
        except OSError as error:
            text = f"Ollama could not be started ({error.strerror}). Start it yourself, then look again."
            raise ProviderError(ErrorKind.NOT_SET_UP, text, details=type(error).__name__) from error
        with contextlib.suppress(TimeoutError):  # that it is still not there is seen by whoever looks next
            async with asyncio.timeout(_START_S):
                while not await self._is_there():  # noqa: ASYNC110 - another program tells nobody that it listens
                    await asyncio.sleep(_LOOK_AGAIN_S)

    async def _is_there(self) -> bool:
        try:
            await self._connection.tags()
        except ProviderError:
            return False
        return True

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.aclose()

    async def stream_call(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        """One reply of the model; see `ToolLoopService.stream_call`."""
        if self._stays_here and is_cloud(call.model):
            text = f"{call.model} runs on Ollama's own computers, and nothing beyond this computer is to be used."
            raise ProviderError(ErrorKind.NOT_SET_UP, f"{text} Your message is kept. Choose another model.")
        try:
            async with aclosing(self._stream(call)) as events:
                async for event in events:
                    yield event
        except ToolsRefusedError:
            # A server that is too old to tell the model's abilities tells them now; nothing was answered yet.
            known = self._abilities.get(call.model, Abilities())
            if known.can_use_tools is False:
                raise
            self._abilities[call.model] = replace(known, can_use_tools=False)
            async with aclosing(self._stream(call)) as events:
                async for event in events:
                    yield event

    async def _stream(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        plan = await self._plan(call)
        for notice in plan.notices:
            yield notice
        may_print_calls = call.with_tools or call.messages[-1].role is Role.COACH
        names = [tool.name for tool in TOOLS] if may_print_calls else []
        clock = CallClock(plan.deadlines)
        reader = ReplyReader(names, plan.estimated_tokens, clock, is_free=not is_cloud(call.model))
        async with aclosing(self._connection.chat(plan.request, clock)) as lines:
            try:
                async for line in lines:
                    for event in reader.read(line):
                        yield event
            except ProviderError:
                for event in reader.rest(was_cut=True):
                    yield event
                raise

    async def context_limit(self, model: str) -> ContextLimit:
        """The longest window that it may be loaded with; see `BaseLLMService.context_limit`."""
        abilities = await self._abilities_of(model)
        window = await self._window_range(model, abilities, await self._loaded(model))
        return ContextLimit(window.most, _room(abilities) + TOOLS_ROOM, is_cut_silently=True)

    async def _plan(self, call: ModelCall) -> _Plan:
        abilities = await self._abilities_of(call.model)
        loaded = await self._loaded(call.model)
        offers_tools = call.with_tools and abilities.can_use_tools is not False
        window = await self._window_range(call.model, abilities, loaded)
        raw = raw_tokens(call.prompt.text) + sum(map(message_tokens, call.messages))
        tokens = self.estimates.tokens(
            self.provider_name, call.model, raw + (self.raw_tokens_of_tools() if offers_tools else 0.0)
        )
        is_folded = isinstance(call.messages[0], EarlierMessages)
        num_ctx = num_ctx_for(tokens, window, _room(abilities), will_grow=is_folded)
        self._windows[call.model] = num_ctx
        is_loaded = loaded is not None and (loaded.window or 0) >= num_ctx
        system: WireMessage = {"role": "system", "content": without_surrogates(call.prompt.text)}
        request = ChatRequest(
            model=call.model,
            messages=(system, *wire_history(call.messages, Reader(self.provider_name, call.model))),
            tools=self._tools if offers_tools else (),
            num_ctx=num_ctx,
            think=abilities.think,
            keep_alive=self._settings.keep_alive,
        )
        deadlines = self._deadlines if is_loaded else self._deadlines.while_loading()
        if abilities.can_think:
            deadlines = deadlines.while_reasoning()
        return _Plan(request, deadlines, tokens, _notices(call, abilities))

    async def _window_range(self, model: str, abilities: Abilities, loaded: LoadedModel | None) -> WindowRange:
        in_use = (loaded.window if loaded else None) or 0
        return window_range(
            abilities.context_length,
            max(self._windows.get(model, 0), in_use),
            await self._affordable(model, abilities, loaded),
            self._settings.num_ctx,
        )

    async def _abilities_of(self, model: str) -> Abilities:
        if model not in self._abilities:
            try:
                self._abilities[model] = read_abilities(await self._connection.show(model))
            except ProviderError as error:
                if error.kind in {ErrorKind.PROTOCOL, ErrorKind.BAD_REQUEST, ErrorKind.SERVER}:
                    return Abilities()  # a server that cannot tell may still be able to chat
                raise
        return self._abilities[model]

    async def _look_up(self, listed: ListResponse.Model, gate: asyncio.Semaphore) -> Abilities:
        """What a listed model can do; asked again only when another one goes by its name."""
        name = listed.model or ""
        if name not in self._abilities or self._digests.get(name) != listed.digest:
            async with gate:
                try:
                    self._abilities[name] = read_abilities(await self._connection.show(name))
                except ProviderError:
                    return Abilities()  # gone or broken since it was listed: that is told when it is used
            self._digests[name] = listed.digest
        return self._abilities[name]

    async def _affordable(self, model: str, abilities: Abilities, loaded: LoadedModel | None) -> int | None:
        """The longest window that there is memory for; None where nobody knows, as on another computer."""
        per_token = abilities.cache_bytes_per_token
        if per_token is None or not is_loopback(self._connection.host) or is_cloud(model):
            return None
        weights = await self._size_of(model)
        return None if weights is None else affordable_tokens(per_token, weights, self._free_memory(), loaded)

    async def _size_of(self, model: str) -> int | None:
        """The size of the model's file in bytes."""
        if model not in self._sizes:
            try:
                listed = (await self._connection.tags()).models
            except ProviderError:
                return None
            self._sizes |= {one.model: int(one.size) for one in listed if one.model and one.size}
        return self._sizes.get(model) or self._sizes.get(f"{model}:latest")

    async def _loaded(self, model: str) -> LoadedModel | None:
        """How `model` is loaded, None when it is not in memory or nobody can tell."""
        try:
            running = await self._connection.running()
        except ProviderError as error:
            if error.kind is ErrorKind.NETWORK:
                raise
            return None
        wanted = {model, f"{model}:latest"}
        found = next((one for one in running.models if {one.model, one.name} & wanted), None)
        return None if found is None else LoadedModel(found.context_length, int(found.size or 0))


def _room(abilities: Abilities) -> int:
    """The tokens that a reply and its thinking may need."""
    return REPLY_ROOM + (THINKING_ROOM if abilities.can_think else 0)


def _notices(call: ModelCall, abilities: Abilities) -> tuple[Notice, ...]:
    """What the person should know; told at a turn's beginning, not at each of its calls."""
    if call.messages[-1].role is not Role.YOU or not call.with_tools or abilities.can_use_tools is not False:
        return ()
    return (no_tools_notice(call.model),)
