"""The `compatible` providers: servers that speak OpenAI's chat completions, at any address."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Final

import openai
from agents import ModelSettings, OpenAIChatCompletionsModel

from desktop_app.domain.providers import HealthState, ModelInfo, ProviderHealth
from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.catalog.catalog import completed, model_facts
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.failures import health_after
from desktop_app.llm.openai_agents.agents_service import AgentsService
from desktop_app.llm.openai_agents.chat_client import ChatClient
from desktop_app.llm.openai_agents.guarded_model import InnerCall
from desktop_app.llm.openai_agents.models import listed_models
from desktop_app.llm.tools import TOOLS
from desktop_app.settings import CompatibleSettings

# What the SDK takes from the environment of an OpenAI account.
_NOT_FOR_OTHERS: Final = ("openai-organization", "openai-project")


class CompatibleService(AgentsService):
    """One server; there may be several. Without a key none is sent."""

    _speaks_chat: ClassVar[bool] = True

    def __init__(
        self,
        today: Callable[[], date],
        settings: CompatibleSettings,
        deadlines: Deadlines | None = None,
    ) -> None:
        # Elsewhere a class is one provider; here each server is. The client's making needs the label.
        self.provider_name = settings.provider
        self.label = settings.name
        never_send = _NOT_FOR_OTHERS if settings.api_key else (*_NOT_FOR_OTHERS, "authorization")
        deadlines = deadlines or Deadlines()
        if is_loopback(settings.base_url):
            # A processor without help reads a long conversation for minutes before the first word.
            deadlines = deadlines.while_loading()
        self._chosen = settings
        self._windows: dict[str, int | None] = {}
        super().__init__(today, settings.api_key or "", settings.base_url, deadlines, never_send)

    def get_tools(self) -> list[dict[str, Any]]:
        """The goal tools as chat completions take them."""
        return [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.json_schema(),
                },
            }
            for tool in TOOLS
        ]

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The models that the server lists, in its order. Raises ProviderError."""
        try:
            listed = await self._fetch_models()
        except ProviderError as error:
            if not await self._only_lists_nothing(error):
                raise
            return ()
        models = listed_models(listed, self.provider_name, self._base_url)
        self._windows = {model.name: model.context_window for model in models}
        return await completed(models, self._today(), self._base_url)

    async def context_limit(self, model: str) -> ContextLimit:
        """The window as the server listed it, or as it is known of the server at this address."""
        if (window := self._windows.get(model)) is not None:
            return ContextLimit(window)
        facts = await model_facts(self.provider_name, model, self._today(), self._base_url)
        return ContextLimit(facts.context_window)

    async def check_health(self) -> ProviderHealth:
        """As `AgentsService.check_health`; a server without a list of models answers those whose name is typed."""
        try:
            await self._fetch_models()
        except ProviderError as error:
            if not await self._only_lists_nothing(error):
                return health_after(error, self.label)
            return ProviderHealth(
                HealthState.WORKING, "Ready, but it lists no models", "Type the name of its model in the settings."
            )
        return ProviderHealth(HealthState.WORKING, "Ready")

    async def _only_lists_nothing(self, error: ProviderError) -> bool:
        """Whether the server, which knows no list of models, knows chats: it refuses one without a message."""
        if error.kind is not ErrorKind.MODEL_NOT_FOUND:
            return False
        try:
            async with asyncio.timeout(self._deadlines.answer_s):
                await self._client.chat.completions.create(model="", messages=[])
        except (openai.BadRequestError, openai.UnprocessableEntityError):
            return True
        except openai.NotFoundError as refusal:
            return "model" in str(refusal.message).casefold()
        except (openai.OpenAIError, TimeoutError):
            return False
        return True

    def _inner_call(self, model: str) -> InnerCall:
        client = self._make_client(ChatClient)
        inner = OpenAIChatCompletionsModel(model, client)
        return InnerCall(inner, model, lambda: client.finish_reason, may_print_calls=True)

    async def _settings(self, _model: str) -> ModelSettings:
        return ModelSettings(
            include_usage=True, temperature=self._chosen.temperature, max_tokens=self._chosen.max_tokens
        )

    def _require_key(self) -> None:
        self._refuse_unsound_key()
