"""One turn of a conversation: the message is kept, the coach answers in a stream, and what came is kept as it comes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from desktop_app.domain.goals import GoalDraft, storable_text
from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Conversation, Message, MessageStatus, Role, TextPart, Transcript
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import Author, AuthorKind
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError, InvalidValueError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, ToolResult, UsageReported
from desktop_app.services.context import TurnContext, build_context
from desktop_app.services.goal_tool_handler import GoalToolHandler
from desktop_app.services.goals import GoalService
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.usage import UsageRepository

_log = logging.getLogger(__name__)

MESSAGE_LIMIT: Final = 4_000_000
TITLE_LENGTH: Final = 48
SAVE_INTERVAL_S: Final = 1.0
UNEXPECTED: Final = "Something went wrong that should not have. Your message is safe; try again."


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The person's message is on disk; the coach's is there too, still empty."""

    conversation: Conversation
    you: Message
    coach: Message


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """How the turn ended; always the last event of a turn that started. `error` says how it failed, if it did."""

    message: Message
    error: ProviderError | None = None


TurnEvent: TypeAlias = TurnStarted | Event | TurnEnded
TurnListener: TypeAlias = Callable[[TurnEvent], None]


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """What the person chose for a turn: who answers, which goal is open, what stands unsaved in the editor."""

    choice: ModelChoice
    active_goal_id: GoalId | None = None
    drafts: tuple[GoalDraft, ...] = ()


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
        self._usage = usage
        self._goals = goals
        self._service_for = service_for
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
        turn = _Turn(coach, self._conversations)
        status, error = MessageStatus.FAILED, None
        try:
            history = [message for message in transcript.messages if message.id != coach.id]
            context = build_context(
                _up_to(history, you), await self._goals.list_goals(), options.drafts, options.active_goal_id
            )
            async with turn.saved_every_second():
                await self._stream(conversation, turn, context, options.choice, listener)
            status = MessageStatus.COMPLETE
        except ProviderError as failure:
            error = failure
        except asyncio.CancelledError:
            status = MessageStatus.STOPPED
            raise
        except AppError as failure:
            error = ProviderError(ErrorKind.SERVER, str(failure))
        finally:
            await to_the_end(self._finish(turn, status, error, listener))

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

    async def _stream(
        self,
        conversation: Conversation,
        turn: "_Turn",
        context: TurnContext,
        choice: ModelChoice,
        listener: TurnListener,
    ) -> None:
        service = await self._service_for(choice.provider)
        author = Author(AuthorKind.COACH, choice.provider, choice.model, conversation.id)
        tools = GoalToolHandler(self._goals, author, context.active_goal_id, lambda: self._now().astimezone().date())
        stream = service.stream_message(
            context.messages,
            context.user_phase,
            context.saved_goals,
            context.draft_goals,
            context.active_goal_id,
            model=choice.model,
            tools=tools,
        )
        async with aclosing(stream) as events:
            async for event in events:
                turn.add(event)
                if isinstance(event, UsageReported):
                    await self._record(event.usage, turn.message, conversation.id)
                elif isinstance(event, ToolResult):
                    await self._keep_goal(conversation, event)
                    await turn.save()
                listener(event)

    async def _keep_goal(self, conversation: Conversation, result: ToolResult) -> None:
        """A conversation belongs to the first goal that was written in it."""
        if result.goal_id is not None and conversation.goal_id is None:
            await self._conversations.set_goal(conversation.id, result.goal_id)

    async def _record(self, usage: Usage, message: Message, conversation_id: ConversationId) -> None:
        await self._usage.record(
            UsageRecord(
                at=self._now(),
                provider=message.provider or "",
                model=message.model or "",
                outcome="complete",
                usage=usage,
                conversation_id=conversation_id,
                message_id=message.id,
            )
        )

    async def _finish(
        self, turn: "_Turn", status: MessageStatus, error: ProviderError | None, listener: TurnListener
    ) -> None:
        if status is MessageStatus.FAILED and error is None:
            error = ProviderError(ErrorKind.SERVER, UNEXPECTED)
        try:
            message = await turn.finish(status, str(error) if error else None)
        except AppError as failure:
            error = error or ProviderError(ErrorKind.SERVER, str(failure))
            message = turn.message_with(MessageStatus.FAILED, str(error))
        listener(TurnEnded(message, error))


class _Turn:
    """The coach's message while it comes in."""

    def __init__(self, message: Message, conversations: ConversationRepository) -> None:
        self.message = message
        self._conversations = conversations
        self._collector = PartsCollector()
        self._usage: Usage | None = None
        self._has_news = False
        self._saving = asyncio.Lock()

    def add(self, event: Event) -> None:
        self._collector.add(event)
        self._has_news = True
        if isinstance(event, Done):
            self._usage = event.usage

    def message_with(self, status: MessageStatus, error: str | None) -> Message:
        return replace(self.message, parts=self._collector.parts(), status=status, error=error, usage=self._usage)

    async def save(self) -> None:
        async with self._saving:
            if self._has_news:
                self._has_news = False
                await self._conversations.save_message(self.message_with(MessageStatus.STREAMING, None))

    async def finish(self, status: MessageStatus, error: str | None) -> Message:
        async with self._saving:
            message = self.message_with(status, error)
            await self._conversations.save_message(message)
        return message

    @asynccontextmanager
    async def saved_every_second(self) -> AsyncIterator[None]:
        """Save what came, every second while the body runs."""
        saver = asyncio.create_task(self._save_regularly())
        try:
            yield
        finally:
            # Not in the middle of a write: the connection would have to be thrown away.
            async with self._saving:
                saver.cancel()
            await asyncio.wait([saver])

    async def _save_regularly(self) -> None:
        while True:
            await asyncio.sleep(SAVE_INTERVAL_S)
            try:
                await self.save()
            except AppError as error:
                # The reply goes on; the save at its end tells the person if it still fails.
                self._has_news = True
                _log.warning("a reply could not be saved yet: %s", type(error).__name__)


def checked_text(text: str) -> str:
    """The message as it is kept. Raises InvalidValueError for one that is empty or beyond 4,000,000 characters."""
    cleaned = storable_text(text).strip()
    if not cleaned:
        raise InvalidValueError("There is nothing to send yet. Write a message first.")
    if len(cleaned) > MESSAGE_LIMIT:
        raise InvalidValueError(
            f"The message has {len(cleaned):,} characters; {MESSAGE_LIMIT:,} is the most. It is still in the box."
        )
    return cleaned


def title_of(text: str) -> str:
    """A title from the first words of a conversation, cut between words."""
    line = " ".join(text[:400].split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH + 1].rpartition(" ")[0]
    return (cut if len(cut) > TITLE_LENGTH // 2 else line[:TITLE_LENGTH]).rstrip(" ,.;:") + "…"


def _up_to(messages: Sequence[Message], last: Message) -> list[Message]:
    """History that ends with `last`."""
    index = next(index for index, message in enumerate(messages) if message.id == last.id)
    return list(messages[: index + 1])
