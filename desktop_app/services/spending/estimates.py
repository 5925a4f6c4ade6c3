"""What a message will cost, before it is sent."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.money import dollars
from desktop_app.domain.prices import cost_micro_usd
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import Usage
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.tokens import raw_tokens
from desktop_app.services.coach_reader import CoachReader
from desktop_app.services.context import build_context
from desktop_app.services.spending.usual import Spending
from desktop_app.storage.conversations import ConversationRepository

_THOUSANDTHS = 3


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """Tokens that will be sent, and what that and a usual reply cost: from `low` to `high`, None for unknown prices."""

    tokens: int
    low: int | None
    high: int | None

    @property
    def words(self) -> str:
        """For example “≈ 1.8k tokens · $0.006–$0.011”."""
        return f"≈ {token_words(self.tokens)} tokens · {self._money()}"

    def _money(self) -> str:
        if self.low is None or self.high is None:
            return "price unknown"
        if self.high == 0:
            return "free"
        low, high = dollars(self.low, _THOUSANDTHS), dollars(self.high, _THOUSANDTHS)
        return low if low == high else f"{low}–{high}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is sent with what is typed: the chat, to whom, and the goal that is open."""

    conversation_id: ConversationId | None
    choice: ModelChoice
    active_goal_id: GoalId | None


class CostEstimator:
    """Estimates from what stands in a chat already, which is measured anew when told, and what is typed on top."""

    def __init__(
        self,
        conversations: ConversationRepository,
        reader: CoachReader,
        service_for: Callable[[str], Awaitable[BaseLLMService]],
        spending: Spending,
    ) -> None:
        self._conversations = conversations
        self._reader = reader
        self._service_for = service_for
        self._spending = spending
        self._measured: tuple[_Asked, int] | None = None

    def forget(self) -> None:
        """The chat, the goals or the model changed."""
        self._measured = None

    async def estimate(
        self,
        conversation_id: ConversationId | None,
        choice: ModelChoice,
        text: str,
        active_goal_id: GoalId | None = None,
    ) -> CostEstimate:
        """What `text` will cost. Raises ProviderError where the provider is not set up, NotFoundError, StorageError."""
        service = await self._service_for(choice.provider)
        before = await self._tokens_before(_Asked(conversation_id, choice, active_goal_id), service)
        raw = await asyncio.to_thread(raw_tokens, text)
        tokens = before + service.estimates.tokens(choice.provider, choice.model, raw)
        tariff, usual = await self._spending.tariff(choice), await self._spending.usual_output(choice)
        low, high = (
            cost_micro_usd(tariff.prices, Usage(input_tokens=tokens, output_tokens=output))
            for output in (usual.low, usual.high)
        )
        return CostEstimate(tokens, low, high)

    async def _tokens_before(self, asked: _Asked, service: BaseLLMService) -> int:
        """Instructions, goals, tools and history."""
        if self._measured is None or self._measured[0] != asked:
            chat = asked.conversation_id
            transcript = None if chat is None else await self._conversations.transcript(chat)
            messages, folds = (transcript.messages, transcript.folds) if transcript else ((), ())
            context = build_context(messages, await self._reader.read(), (), asked.active_goal_id, folds)
            use = await service.context_use(
                context.messages,
                context.user_phase,
                context.saved_goals,
                context.draft_goals,
                context.active_goal_id,
                model=asked.choice.model,
                notes=context.notes,
            )
            self._measured = (asked, use.tokens)
        return self._measured[1]


def token_words(tokens: int) -> str:
    """For example “980”, “1.8k”, “52k”, “1.2M”."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        # What would be rounded to 1,000k is 1.0M.
        if tokens >= unit - unit // 2_000:
            tenths = round(10 * tokens / unit)
            return f"{tenths // 10}.{tenths % 10}{letter}"
    return str(tokens)
