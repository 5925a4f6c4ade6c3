"""Conversations and their messages in the database."""

from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.messages import Conversation, Message, MessageStatus, Place, Transcript
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.conversation_rows import HEADING, conversation_from, conversation_row, heading_from
from desktop_app.storage.database import Database
from desktop_app.storage.folds import load_folds
from desktop_app.storage.message_rows import load_messages, put_into, write_parts
from desktop_app.storage.message_tree import choose, current_path, make_current, path_to, places, tip
from desktop_app.storage.models import ConversationRow, MessageRow
from desktop_app.storage.search import index_message

_AT_ONCE: Final = 200
_NO_MESSAGE: Final = "This message does not exist any more."


class ConversationRepository:
    """Reads and writes conversations. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def create(self, title: str, at: datetime, goal_id: GoalId | None = None) -> Conversation:
        """Begin a conversation."""
        async with self._database.writing() as session:
            row = ConversationRow(title=title, created_at=at, updated_at=at, goal_id=goal_id)
            session.add(row)
            await session.flush()
            await session.refresh(row)
            return conversation_from(row)

    async def list_conversations(self) -> tuple[Conversation, ...]:
        """All conversations that are not deleted, that with the newest message first."""
        newest_first = (ConversationRow.updated_at.desc(), ConversationRow.id.desc())
        query = select(*HEADING).where(ConversationRow.deleted_at.is_(None)).order_by(*newest_first)
        found: list[Conversation] = []
        async with self._database.reading() as session:
            # Of thousands some at a time: whoever waits for them goes on meanwhile.
            async for rows in (await session.stream(query)).partitions(_AT_ONCE):
                found += map(heading_from, rows)
        return tuple(found)

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """The heading of a conversation. Raises NotFoundError."""
        async with self._database.reading() as session:
            return conversation_from(await conversation_row(session, conversation_id))

    @never_left_in_the_middle
    async def set_goal(self, conversation_id: ConversationId, goal_id: GoalId | None) -> None:
        """Say which goal a conversation is about. Raises NotFoundError."""
        async with self._database.writing() as session:
            (await conversation_row(session, conversation_id)).goal_id = goal_id

    async def transcript(self, conversation_id: ConversationId) -> Transcript:
        """A conversation with the messages of its current path. Raises NotFoundError."""
        async with self._database.reading() as session:
            conversation = conversation_from(await conversation_row(session, conversation_id))
            messages = await load_messages(session, MessageRow.id.in_(current_path(conversation_id)))
            return Transcript(
                conversation,
                messages,
                await places(session, conversation_id),
                await load_folds(session, conversation_id),
            )

    async def path_to(self, conversation_id: ConversationId, message_id: MessageId) -> tuple[Message, ...]:
        """The messages of a conversation that lead to one, itself included, on the current path or not.

        Raises NotFoundError.
        """
        async with self._database.reading() as session:
            await _message_in(session, conversation_id, message_id)
            return await load_messages(session, MessageRow.id.in_(path_to(message_id)))

    async def places(self, conversation_id: ConversationId) -> dict[MessageId, Place]:
        """Where the messages that have siblings stand among them; empty for a conversation that does not exist."""
        async with self._database.reading() as session:
            return await places(session, conversation_id)

    @never_left_in_the_middle
    async def add_message(self, conversation_id: ConversationId, message: Message, at: datetime) -> Message:
        """Add a message at the end of the current path; returns it as it is stored, with id and time.

        Raises NotFoundError.
        """
        async with self._database.writing() as session:
            return await add_at_the_tip(session, conversation_id, message, at)

    @never_left_in_the_middle
    async def add_branch(
        self, conversation_id: ConversationId, parent_id: MessageId | None, message: Message, at: datetime
    ) -> Message:
        """Add a message under `parent_id`, beside those that are there, and let the current path lead to it.

        None begins the conversation in another way. Raises NotFoundError.
        """
        async with self._database.writing() as session:
            conversation = await conversation_row(session, conversation_id)
            if parent_id is not None:
                await _message_in(session, conversation_id, parent_id)
                await choose(session, parent_id)
            return await _added(session, conversation, message, parent_id, at)

    @never_left_in_the_middle
    async def choose(self, message_id: MessageId) -> ConversationId:
        """Let the current path of a message's conversation lead through it. Raises NotFoundError."""
        async with self._database.writing() as session:
            row = await _message_row(session, message_id)
            await choose(session, message_id)
            return ConversationId(row.conversation_id)

    async def is_childless(self, message_id: MessageId) -> bool:
        """Whether nothing follows a message."""
        async with self._database.reading() as session:
            return (
                await session.scalar(select(MessageRow.id).where(MessageRow.parent_id == message_id).limit(1)) is None
            )

    @never_left_in_the_middle
    async def save_message(self, message: Message) -> None:
        """Put `message` in the place of the stored one with its id, apart from role and time. Raises NotFoundError.

        Parts that did not change are not written again, so it can be called while a reply comes in.
        """
        async with self._database.writing() as session:
            row = await _message_row(session, message.id)
            (stored,) = await load_messages(session, MessageRow.id == row.id)
            put_into(row, message)
            await write_parts(session, row.id, message.parts, stored.parts)
            await index_message(session, message)

    @never_left_in_the_middle
    async def mark_interrupted(self) -> int:
        """Mark replies that were coming in when the program ended; returns how many there were."""
        async with self._database.writing() as session:
            streaming = MessageRow.status == MessageStatus.STREAMING.value
            found = await session.scalars(
                update(MessageRow)
                .where(streaming)
                .values(status=MessageStatus.INTERRUPTED.value)
                .returning(MessageRow.id)
            )
            ids = found.all()
            for message in await load_messages(session, MessageRow.id.in_(ids)):
                await index_message(session, message)
            return len(ids)


async def add_at_the_tip(
    session: AsyncSession, conversation_id: ConversationId, message: Message, at: datetime
) -> Message:
    """Add a message at the end of the current path. Raises NotFoundError."""
    conversation = await conversation_row(session, conversation_id)
    return await _added(session, conversation, message, await tip(session, conversation_id), at)


async def _message_row(session: AsyncSession, message_id: MessageId | None) -> MessageRow:
    row = await session.get(MessageRow, message_id) if message_id and is_possible_id(message_id) else None
    if row is None:
        raise NotFoundError(_NO_MESSAGE)
    return row


async def _message_in(session: AsyncSession, conversation_id: ConversationId, message_id: MessageId) -> None:
    """Make sure that a message is in this conversation. Raises NotFoundError."""
    if (await _message_row(session, message_id)).conversation_id != conversation_id:
        raise NotFoundError(_NO_MESSAGE)


async def _added(
    session: AsyncSession, conversation: ConversationRow, message: Message, parent_id: int | None, at: datetime
) -> Message:
    conversation.updated_at = at
    row = MessageRow(
        conversation_id=conversation.id, parent_id=parent_id, is_current=False, role=message.role.value, created_at=at
    )
    session.add(put_into(row, message))
    await session.flush()
    await make_current(session, row)
    await write_parts(session, row.id, message.parts, ())
    (stored,) = await load_messages(session, MessageRow.id == row.id)
    await index_message(session, stored)
    return stored
