"""The `openai` provider: the Responses API."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from agents import ModelSettings, OpenAIResponsesModel
from openai.types.shared import Reasoning

from desktop_app.domain.providers import ModelInfo
from desktop_app.llm import addresses
from desktop_app.llm.catalog.catalog import completed, model_facts
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.failures import failure
from desktop_app.llm.openai_agents.agents_service import AgentsService
from desktop_app.llm.openai_agents.guarded_model import InnerCall
from desktop_app.llm.openai_agents.models import openai_models
from desktop_app.llm.tools import TOOLS
from desktop_app.settings import OpenAISettings

# What calls and results of a turn's later rounds may add, in tokens; the reply's own room is taken off before.
TOOLS_ROOM: Final = 2_048


class OpenAIService(AgentsService):
    """OpenAI by the Responses API; nothing is stored there unless that is chosen."""

    provider_name = "openai"
    label = "OpenAI"

    def __init__(
        self,
        today: Callable[[], date],
        settings: OpenAISettings,
        deadlines: Deadlines | None = None,
    ) -> None:
        super().__init__(today, settings.api_key or "", settings.base_url or addresses.OPENAI, deadlines)
        self._chosen = settings

    def get_tools(self) -> list[dict[str, Any]]:
        """The goal tools as the Responses API takes them."""
        return [
            {
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.json_schema(),
                "strict": False,
            }
            for tool in TOOLS
        ]

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """The models of this key that chat, the best default first. Raises ProviderError."""
        return await completed(openai_models(await self._fetch_models(), self.provider_name), self._today())

    async def context_limit(self, model: str) -> ContextLimit:
        """The window without the longest reply, as OpenAI counts it; see `BaseLLMService.context_limit`."""
        facts = await model_facts(self.provider_name, model, self._today())
        window, reply = facts.context_window, facts.max_output or 0
        return ContextLimit(None if window is None else window - min(reply, window // 3), TOOLS_ROOM)

    async def _deadlines_for(self, model: str) -> Deadlines:
        facts = await model_facts(self.provider_name, model, self._today())
        return self._deadlines.while_reasoning() if facts.can_reason else self._deadlines

    def _inner_call(self, model: str) -> InnerCall:
        return InnerCall(OpenAIResponsesModel(model, self._client), model)

    async def _settings(self, model: str) -> ModelSettings:
        facts = await model_facts(self.provider_name, model, self._today())
        chosen = ModelSettings(
            store=self._chosen.store_at_provider,
            temperature=self._chosen.temperature,
            max_tokens=self._chosen.max_tokens,
        )
        # Names that nobody knows are taken for newer ones, which reason.
        if facts.can_reason is False:
            return chosen
        # Reasoning comes encrypted and goes back as it came while the turn lasts: that works without storing it there.
        return replace(chosen, reasoning=Reasoning(summary="auto"), response_include=["reasoning.encrypted_content"])

    def _require_key(self) -> None:
        if not self._key:
            raise failure(ErrorKind.NOT_SET_UP, self.label)
        self._refuse_unsound_key()
