"""What `openai` and `compatible` services share: a client on a pool, turns through the Agents SDK, health."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from datetime import date
from typing import ClassVar, TypeVar

from agents import ModelSettings
from openai import AsyncOpenAI
from openai.types import Model as WireModel

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.llm.api_keys import NO_KEY, is_sound
from desktop_app.llm.base import BaseLLMService, TurnRequest
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Event
from desktop_app.llm.failures import failure, health_after
from desktop_app.llm.history import Reader
from desktop_app.llm.http_pool import open_pool
from desktop_app.llm.openai_agents.errors import translated
from desktop_app.llm.openai_agents.guarded_model import GuardedModel, InnerCall, Retries, RunFacts
from desktop_app.llm.openai_agents.input_items import call_ids, carried_ids, input_items
from desktop_app.llm.openai_agents.optional_parts import OptionalPart
from desktop_app.llm.openai_agents.turn import AgentTurn, run_turn
from desktop_app.llm.surrogates import without_surrogates
from desktop_app.tracing.sdk import send_nothing_elsewhere

_Client = TypeVar("_Client", bound=AsyncOpenAI)

send_nothing_elsewhere()


class AgentsService(BaseLLMService):
    """A provider that is reached through the Agents SDK. `key` is empty where the server wants none."""

    _speaks_chat: ClassVar[bool] = False

    def __init__(
        self,
        today: Callable[[], date],
        key: str,
        base_url: str,
        deadlines: Deadlines | None,
        never_send: Collection[str] = (),
    ) -> None:
        super().__init__(today)
        self._deadlines = deadlines or Deadlines()
        self._key = key.strip()
        self._base_url = base_url
        self._refused: dict[str, set[OptionalPart]] = {}
        self._pool = open_pool(self._deadlines, base_url, never_send)
        with translated(self.label):
            self._client = self._make_client(AsyncOpenAI)

    @abstractmethod
    def _inner_call(self, model: str) -> InnerCall:
        """The SDK's model for one call."""

    @abstractmethod
    async def _settings(self, model: str) -> ModelSettings:
        """How the model is asked; what it was found to refuse of that is left out of each call."""

    @abstractmethod
    def _require_key(self) -> None:
        """Raises ProviderError if the key is missing or cannot be one."""

    async def _stream_turn(self, request: TurnRequest) -> AsyncGenerator[Event, None]:
        """One turn by the Agents SDK's runner; see `BaseLLMService.stream_message`."""
        self._require_key()
        model = request.model
        prompt = self.system_prompt_of(request)
        reader = Reader(self.provider_name, model, reads_earlier_turns=not self._speaks_chat)
        items = input_items(request.messages, for_chat=self._speaks_chat, reader=reader)
        refused = self._refused.setdefault(model, set())
        facts = RunFacts(used_ids=call_ids(items), carried=carried_ids(items), account=request.account)
        turn = AgentTurn(
            label=self.label,
            model=GuardedModel(
                self.label,
                await self._deadlines_for(model),
                lambda: self._inner_call(model),
                facts,
                refused,
                request.traced_calls(),
                Retries(self.guard, request.wait),
            ),
            facts=facts,
            settings=await self._settings(model),
            instructions=without_surrogates(prompt.text),
            items=items,
            handler=request.tools,
        )
        async with aclosing(run_turn(turn)) as events:
            async for event in events:
                yield event

    async def _deadlines_for(self, model: str) -> Deadlines:  # noqa: ARG002 - for those that know more of it
        """How long the model may be silent."""
        return self._deadlines

    async def check_health(self) -> ProviderHealth:
        """Whether the address answers and the key works, tried by listing models."""
        try:
            await self._fetch_models()
        except ProviderError as error:
            return health_after(error, self.label)
        return ProviderHealth(HealthState.WORKING, "Ready")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def _fetch_models(self) -> list[WireModel]:
        self._require_key()
        with translated(self.label):
            async with asyncio.timeout(self._deadlines.answer_s):
                return [model async for model in self._client.models.list()]

    def _make_client(self, kind: type[_Client]) -> _Client:
        return kind(
            api_key=self._key if is_sound(self._key) else NO_KEY,
            base_url=self._base_url,
            max_retries=0,
            http_client=self._pool,
        )

    def _refuse_unsound_key(self) -> None:
        if self._key and not is_sound(self._key):
            raise failure(ErrorKind.INVALID_KEY, self.label)
