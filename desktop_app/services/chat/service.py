"""What a person does in conversations: list, read; send, edit, answer again; go to another branch."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.messages import (
    AttachmentPart,
    Conversation,
    Message,
    MessageStatus,
    Role,
    TextPart,
    ToolCallPart,
    Transcript,
    Unsent,
)
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import InvalidValueError
from desktop_app.llm.base import BaseLLMService
from desktop_app.services.chat.comparing import CompareService
from desktop_app.services.chat.events import TurnListener, TurnOptions, TurnStarted
from desktop_app.services.chat.one_turn import OneTurnEach
from desktop_app.services.chat.repositories import ChatRepositories
from desktop_app.services.chat.texts import GO_ON, checked_unsent, from_you
from desktop_app.services.chat.titles import cut, title_of
from desktop_app.services.chat.turn import Fallback, TurnRunner, nobody_else
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.conversations import ConversationService
from desktop_app.services.spending import Ledger, Spending


class ChatService:
    """Keeps conversations and lets the coach answer in them."""

    def __init__(
        self,
        repositories: ChatRepositories,
        headings: ConversationService,
        coach: CoachWrites,
        service_for: Callable[[str], Awaitable[BaseLLMService]],
        now: Callable[[], datetime],
        fallback: Fallback = nobody_else,
        spending: Spending | None = None,
    ) -> None:
        """`fallback` says who answers where the chosen provider cannot; without `spending` there are no limits."""
        spending = spending or Spending(Ledger(repositories.usage, now), repositories.usage)
        self._conversations = repositories.conversations
        self._unsent = repositories.unsent
        self._turns = TurnRunner(repositories, headings, coach, service_for, now, fallback, spending)
        self._now = now
        self._one_turn = OneTurnEach()
        self.comparing = CompareService(repositories, coach, self._turns, self._one_turn, now)

    async def list_conversations(self) -> tuple[Conversation, ...]:
        """All conversations, the one with the newest message first."""
        return await self._conversations.list_conversations()

    async def transcript(self, conversation_id: ConversationId) -> Transcript:
        """A conversation with the messages of its current path. Raises NotFoundError."""
        return await self._conversations.transcript(conversation_id)

    async def mark_interrupted(self) -> int:
        """Mark replies that an ended program left in the middle; call it once at start. Returns how many."""
        return await self._conversations.mark_interrupted()

    async def send(
        self,
        conversation_id: ConversationId | None,
        text: str,
        options: TurnOptions,
        listener: TurnListener,
        attachments: tuple[AttachmentPart, ...] = (),
    ) -> None:
        """Keep the person's message, then let the coach answer it; a new conversation is begun where none is given.

        Raises InvalidValueError for a message that cannot be kept, StorageError where nothing can be. A provider's
        failure is told in `TurnEnded`. Cancelling it stops the reply, which keeps its text.
        """
        unsent = checked_unsent(Unsent(text, attachments))
        conversation = await self._begin(conversation_id, unsent, options.active_goal_id)
        with self._one_turn.turn_in(conversation.id):
            you = await self._conversations.add_message(conversation.id, from_you(unsent), self._now())
            await self._answer(conversation, you, options, listener)

    async def send_next(
        self,
        conversation_id: ConversationId,
        options: TurnOptions,
        listener: TurnListener,
        *,
        anyway: bool = False,
    ) -> bool:
        """Send the first message that waits, like `send`; whether there was one to send.

        Call it when a turn has ended. After a reply that did not end well nothing is sent, and all keep waiting until
        the person wants it `anyway`.
        """
        conversation = await self._conversations.conversation(conversation_id)
        with self._one_turn.turn_in(conversation_id):
            messages = (await self._conversations.transcript(conversation_id)).messages
            if messages and messages[-1].status is not MessageStatus.COMPLETE and not anyway:
                return False
            you = await self._unsent.send_first(conversation_id, from_you, self._now())
            if you is None:
                return False
            await self._answer(conversation, you, options, listener)
            return True

    async def edit(
        self,
        conversation_id: ConversationId,
        message_id: MessageId,
        text: str,
        options: TurnOptions,
        listener: TurnListener,
    ) -> None:
        """Say something else in the place of an own message, and let the coach answer that.

        The old message and all that followed it stay, as another branch. What was attached is attached to the new one
        as well. Raises and ends like `send`.
        """
        conversation = await self._conversations.conversation(conversation_id)
        with self._one_turn.turn_in(conversation_id):
            old = (await self._conversations.path_to(conversation_id, message_id))[-1]
            if old.role is not Role.YOU:
                raise InvalidValueError("Only your own messages can be edited. The coach's stay as they were written.")
            new = from_you(checked_unsent(Unsent(text, old.attachments)))
            you = await self._conversations.add_branch(conversation_id, old.parent_id, new, self._now())
            await self._answer(conversation, you, options, listener)

    async def retry(
        self,
        conversation_id: ConversationId,
        options: TurnOptions,
        listener: TurnListener,
        message_id: MessageId | None = None,
    ) -> None:
        """Let the coach answer again, with the model of `options`: instead of the reply `message_id`, or at the end.

        The earlier reply stays, as another branch; only one that ended without a word is replaced. Raises and ends
        like `send`.
        """
        conversation = await self._conversations.conversation(conversation_id)
        with self._one_turn.turn_in(conversation_id):
            path = await self._path_to(conversation_id, message_id)
            you = next((message for message in reversed(path) if message.role is Role.YOU), None)
            if you is None:
                raise InvalidValueError("There is no message in this chat to answer yet.")
            await self._answer(conversation, you, options, listener, instead_of=path[-1])

    async def go_on(
        self, conversation_id: ConversationId, message_id: MessageId, options: TurnOptions, listener: TurnListener
    ) -> None:
        """Let the coach go on with its last reply, which ended in the middle: what comes is added to it.

        Raises and ends like `send`; InvalidValueError for a reply that is whole, empty or not the last.
        """
        transcript = await self._conversations.transcript(conversation_id)
        with self._one_turn.turn_in(conversation_id):
            broken = transcript.messages[-1] if transcript.messages else None
            if broken is None or broken.id != message_id or not _may_go_on(broken):
                raise InvalidValueError("Only the last reply can go on, and only where it ended in the middle.")
            choice = options.choice
            kept = tuple(part for part in broken.parts if not isinstance(part, ToolCallPart) or part.is_answered)
            coach = replace(
                broken,
                parts=kept,
                status=MessageStatus.STREAMING,
                provider=choice.provider,
                model=choice.model,
                error=None,
                error_kind=None,
                error_details="",
                switched_from=None,
            )
            await self._conversations.save_message(coach)
            history = (
                *transcript.messages[:-1],
                replace(coach, status=MessageStatus.COMPLETE),
                Message(Role.YOU, (TextPart(GO_ON),)),
            )
            you = next(message for message in reversed(transcript.messages) if message.role is Role.YOU)
            listener(TurnStarted(transcript.conversation, you, coach, transcript.places))
            await self._turns.run(transcript.conversation, history, coach, options, listener)

    async def choose_branch(self, message_id: MessageId) -> Transcript:
        """Let the current path lead through this message, and keep that; below it it goes on as it was left.

        For ‹ and › (the ids of `Place`) and for a message that was found. Raises NotFoundError.
        """
        return await self._conversations.transcript(await self._conversations.choose(message_id))

    async def _begin(
        self, conversation_id: ConversationId | None, unsent: Unsent, goal_id: GoalId | None
    ) -> Conversation:
        if conversation_id is None:
            title = title_of(unsent.text) if unsent.text else cut(unsent.attachments[0].name)
            return await self._conversations.create(title, self._now(), goal_id)
        return await self._conversations.conversation(conversation_id)

    async def _path_to(self, conversation_id: ConversationId, message_id: MessageId | None) -> tuple[Message, ...]:
        if message_id is None:
            return (await self._conversations.transcript(conversation_id)).messages
        return await self._conversations.path_to(conversation_id, message_id)

    async def _answer(
        self,
        conversation: Conversation,
        you: Message,
        options: TurnOptions,
        listener: TurnListener,
        *,
        instead_of: Message | None = None,
    ) -> None:
        coach = await self._reply_message(conversation.id, you, options.choice, instead_of)
        places = await self._conversations.places(conversation.id)
        listener(TurnStarted(conversation, you, coach, places))
        history = (await self._conversations.path_to(conversation.id, _stored_id(coach)))[:-1]
        await self._turns.run(conversation, history, coach, options, listener)

    async def _reply_message(
        self, conversation_id: ConversationId, you: Message, choice: ModelChoice, instead_of: Message | None
    ) -> Message:
        """The row for the coming reply: that of a reply which ended without a word, or a new one beside it."""
        empty = Message(Role.COACH, (), status=MessageStatus.STREAMING, provider=choice.provider, model=choice.model)
        if instead_of and instead_of.role is Role.COACH and not instead_of.parts:
            old_id = _stored_id(instead_of)
            if await self._conversations.is_childless(old_id):
                reply = replace(empty, id=old_id, created_at=instead_of.created_at, parent_id=instead_of.parent_id)
                await self._conversations.save_message(reply)
                await self._conversations.choose(old_id)
                return reply
        return await self._conversations.add_branch(conversation_id, you.id, empty, self._now())


def _stored_id(message: Message) -> MessageId:
    if message.id is None:
        raise ValueError("this message is not stored")
    return message.id


def _may_go_on(reply: Message) -> bool:
    ended_early = {MessageStatus.FAILED, MessageStatus.STOPPED, MessageStatus.INTERRUPTED}
    return (
        reply.role is Role.COACH
        and reply.status in ended_early
        and any(isinstance(part, TextPart | ToolCallPart) for part in reply.parts)
    )
