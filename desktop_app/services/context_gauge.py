"""How much of a model's window a conversation fills."""

from collections.abc import Awaitable, Callable

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.providers import ContextUse, ModelChoice
from desktop_app.llm.base import BaseLLMService
from desktop_app.services.coach_reader import CoachReader
from desktop_app.services.context import build_context
from desktop_app.storage.conversations import ConversationRepository


class ContextGauge:
    """Measures conversations as they would be sent to a model, by estimates."""

    def __init__(
        self,
        conversations: ConversationRepository,
        reader: CoachReader,
        service_for: Callable[[str], Awaitable[BaseLLMService]],
    ) -> None:
        self._conversations = conversations
        self._reader = reader
        self._service_for = service_for

    async def use(self, conversation_id: ConversationId, choice: ModelChoice) -> ContextUse:
        """What the current path of a conversation fills of the window of `choice`.

        Raises NotFoundError, and ProviderError where the provider is not set up.
        """
        transcript = await self._conversations.transcript(conversation_id)
        context = build_context(transcript.messages, await self._reader.read(), (), None, transcript.folds)
        service = await self._service_for(choice.provider)
        return await service.context_use(
            context.messages,
            context.user_phase,
            context.saved_goals,
            context.draft_goals,
            context.active_goal_id,
            model=choice.model,
            notes=context.notes,
        )
