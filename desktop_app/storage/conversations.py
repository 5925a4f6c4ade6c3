"""Conversations and their messages in the database."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Conversation, Message, MessageStatus, Transcript
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.database import Database
from desktop_app.storage.message_rows import load_messages, put_into, write_parts
from desktop_app.storage.models import ConversationRow, MessageRow


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
            return _conversation_from(row)

    async def list_conversations(self) -> tuple[Conversation, ...]:
        """All conversations, that with the newest message first."""
        newest_first = (ConversationRow.updated_at.desc(), ConversationRow.id.desc())
        async with self._database.reading() as session:
            rows = await session.scalars(select(ConversationRow).order_by(*newest_first))
            return tuple(_conversation_from(row) for row in rows)

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        """The heading of a conversation. Raises NotFoundError."""
        async with self._database.reading() as session:
            return _conversation_from(await _row(session, conversation_id))

    @never_left_in_the_middle
    async def rename(self, conversation_id: ConversationId, title: str) -> None:
        """Give a conversation another title. Raises NotFoundError."""
        async with self._database.writing() as session:
            (await _row(session, conversation_id)).title = title

    @never_left_in_the_middle
    async def set_goal(self, conversation_id: ConversationId, goal_id: GoalId | None) -> None:
        """Say which goal a conversation is about. Raises NotFoundError."""
        async with self._database.writing() as session:
            (await _row(session, conversation_id)).goal_id = goal_id

    async def transcript(self, conversation_id: ConversationId) -> Transcript:
        """A conversation with its messages. Raises NotFoundError."""
        async with self._database.reading() as session:
            conversation = _conversation_from(await _row(session, conversation_id))
            return Transcript(conversation, await load_messages(session, MessageRow.conversation_id == conversation_id))

    @never_left_in_the_middle
    async def add_message(self, conversation_id: ConversationId, message: Message, at: datetime) -> Message:
        """Add a message at the end; returns it as it is stored, with id and time. Raises NotFoundError."""
        async with self._database.writing() as session:
            (await _row(session, conversation_id)).updated_at = at
            row = MessageRow(conversation_id=conversation_id, role=message.role.value, created_at=at)
            session.add(put_into(row, message))
            await session.flush()
            await write_parts(session, row.id, message.parts, ())
            (stored,) = await load_messages(session, MessageRow.id == row.id)
            return stored

    @never_left_in_the_middle
    async def save_message(self, message: Message) -> None:
        """Put `message` in the place of the stored one with its id, apart from role and time. Raises NotFoundError.

        Parts that did not change are not written again, so it can be called while a reply comes in.
        """
        async with self._database.writing() as session:
            row = await session.get(MessageRow, message.id) if message.id and is_possible_id(message.id) else None
            if row is None:
                raise NotFoundError("This message does not exist any more.")
            (stored,) = await load_messages(session, MessageRow.id == row.id)
            put_into(row, message)
            await write_parts(session, row.id, message.parts, stored.parts)

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
            return len(found.all())


async def _row(session: AsyncSession, conversation_id: ConversationId) -> ConversationRow:
    row = await session.get(ConversationRow, conversation_id) if is_possible_id(conversation_id) else None
    if row is None:
        raise NotFoundError("This chat does not exist any more.")
    return row


def _conversation_from(row: ConversationRow) -> Conversation:
    return Conversation(
        id=ConversationId(row.id),
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        goal_id=None if row.goal_id is None else GoalId(row.goal_id),
    )
