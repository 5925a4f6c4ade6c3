"""What a person does with conversations: begin, list, read, rename, send, try again."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from desktop_app.domain.goals import storable_text
from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Conversation, Message, MessageStatus, Role, TextPart, Transcript
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import InvalidValueError
from desktop_app.llm.base import BaseLLMService
from desktop_app.services.chat.events import TurnListener, TurnOptions, TurnStarted
from desktop_app.services.chat.texts import checked_text, title_of
from desktop_app.services.chat.turn import TurnRunner
from desktop_app.services.goals import GoalService
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.usage import UsageRepository


class ChatService:
    """Keeps conversations and lets the coach answer in them."""

    def __init__(
        self,
        conversations: ConversationRepository,
        usage: UsageRepository,
        goals: GoalService,
        service_for: Callable[[str], Awaitable[BaseLLMService]],
        now: Callable[[], datetime],
    ) -> None:
        self._conversations = conversations
        self._turns = TurnRunner(conversations, usage, goals, service_for, now)
        self._now = now

    async def list_conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the one with the newest message first."""
        return await self._conversations.list_conversations()

    async def transcript(self, conversation_id: ConversationId) -> Transcript:
        """A conversation with its messages. Raises NotFoundError."""
        return await self._conversations.transcript(conversation_id)

    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """Give a conversation another title; an empty one is refused with InvalidValueError."""
        cleaned = " ".join(storable_text(title).split())[:200]
        if not cleaned:
            raise InvalidValueError("A chat needs a title; the old one stays.")
        await self._conversations.rename(conversation_id, cleaned)

    async def mark_interrupted(self) -> int:
        """Mark replies that an ended program left in the middle; call it once at start. Returns how many."""
        return await self._conversations.mark_interrupted()

    async def send(
        self, conversation_id: ConversationId | None, text: str, options: TurnOptions, listener: TurnListener
    ) -> None:
        """Keep the person's message, then let the coach answer it; a new conversation is begun where none is given.

        Raises InvalidValueError for a message that cannot be kept, StorageError where nothing can be. A provider's
        failure is told in `TurnEnded`. Cancelling it stops the reply, which keeps its text.
        """
        cleaned = checked_text(text)
        conversation = await self._begin(conversation_id, cleaned, options.active_goal_id)
        you = await self._conversations.add_message(
            conversation.id, Message(Role.YOU, (TextPart(cleaned),)), self._now()
        )
        await self._answer(conversation, you, options, listener)

    async def retry(self, conversation_id: ConversationId, options: TurnOptions, listener: TurnListener) -> None:
        """Let the coach answer the person's last message again. Raises and ends like `send`."""
        transcript = await self._conversations.transcript(conversation_id)
        you = next((message for message in reversed(transcript.messages) if message.role is Role.YOU), None)
        if you is None:
            raise InvalidValueError("There is no message in this chat to answer yet.")
        await self._answer(transcript.conversation, you, options, listener)

    async def _begin(self, conversation_id: ConversationId | None, text: str, goal_id: GoalId | None) -> Conversation:
        if conversation_id is None:
            return await self._conversations.create(title_of(text), self._now(), goal_id)
        return await self._conversations.conversation(conversation_id)

    async def _answer(
        self, conversation: Conversation, you: Message, options: TurnOptions, listener: TurnListener
    ) -> None:
        transcript = await self._conversations.transcript(conversation.id)
        coach = await self._reply_message(conversation.id, transcript.messages, options.choice)
        listener(TurnStarted(conversation, you, coach))
        history = [message for message in transcript.messages if message.id != coach.id]
        await self._turns.run(conversation, _up_to(history, you), coach, options, listener)

    async def _reply_message(
        self, conversation_id: ConversationId, messages: Sequence[Message], choice: ModelChoice
    ) -> Message:
        """The row for the coming reply: that of a last reply which failed without a word, or a new one."""
        empty = Message(Role.COACH, (), status=MessageStatus.STREAMING, provider=choice.provider, model=choice.model)
        last = messages[-1]
        if last.role is Role.COACH and not last.parts:
            reply = replace(empty, id=last.id, created_at=last.created_at)
            await self._conversations.save_message(reply)
            return reply
        return await self._conversations.add_message(conversation_id, empty, self._now())


def _up_to(messages: Sequence[Message], last: Message) -> list[Message]:
    """History that ends with `last`."""
    index = next(index for index, message in enumerate(messages) if message.id == last.id)
    return list(messages[: index + 1])
