"""The headings of conversations in the database: their titles, which are pinned, which are deleted."""

from datetime import datetime

from sqlalchemy import delete, select

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation
from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.conversation_rows import conversation_from, conversation_row
from desktop_app.storage.database import Database
from desktop_app.storage.models import ConversationRow, MessageRow


class HeadingRepository:
    """Changes headings; each call returns the heading as it is then. Any call may raise StorageError.

    NotFoundError is raised for what does not exist, and for what is deleted where that makes no sense.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def rename(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give a conversation the title that the person wants."""
        async with self._database.writing() as session:
            row = await conversation_row(session, conversation_id)
            row.title, row.is_title_given = title, True
            return conversation_from(row)

    @never_left_in_the_middle
    async def suggest_title(self, conversation_id: ConversationId, title: str) -> Conversation:
        """Give a conversation a title unless it has one from the person."""
        async with self._database.writing() as session:
            row = await conversation_row(session, conversation_id)
            row.title = row.title if row.is_title_given else title
            return conversation_from(row)

    @never_left_in_the_middle
    async def pin(self, conversation_id: ConversationId, *, is_pinned: bool) -> Conversation:
        """Pin a conversation or let go of it."""
        async with self._database.writing() as session:
            row = await conversation_row(session, conversation_id)
            row.is_pinned = is_pinned
            return conversation_from(row)

    @never_left_in_the_middle
    async def delete(self, conversation_id: ConversationId, at: datetime) -> Conversation:
        """Take a conversation out of sight; all that is in it stays until it is purged."""
        async with self._database.writing() as session:
            row = await conversation_row(session, conversation_id)
            row.deleted_at = at
            return conversation_from(row)

    @never_left_in_the_middle
    async def restore(self, conversation_id: ConversationId) -> Conversation:
        """Bring a deleted conversation back as it was."""
        async with self._database.writing() as session:
            row = await conversation_row(session, conversation_id, is_deleted=True)
            row.deleted_at = None
            return conversation_from(row)

    async def deleted(self) -> tuple[Conversation, ...]:
        """The conversations that can be restored, the one deleted last first."""
        query = select(ConversationRow).where(ConversationRow.deleted_at.is_not(None))
        async with self._database.reading() as session:
            rows = await session.scalars(query.order_by(ConversationRow.deleted_at.desc(), ConversationRow.id.desc()))
            return tuple(conversation_from(row) for row in rows)

    async def purge(self, before: datetime, at_once: int = 2_000) -> int:
        """Remove for good what was deleted before a moment; returns how many conversations went.

        `at_once` is how many messages go in one transaction, so that other writers need not wait for long.
        """
        old = [one.id for one in await self.deleted() if one.deleted_at and one.deleted_at < before]
        for conversation_id in old:
            while await self._remove_some_messages(conversation_id, at_once):
                pass
            await self._remove(conversation_id)
        return len(old)

    @never_left_in_the_middle
    async def _remove_some_messages(self, conversation_id: ConversationId, count: int) -> bool:
        """Remove some, the newest first, so that the tree is whole at any moment; whether there were any."""
        async with self._database.writing() as session:
            newest = select(MessageRow.id).where(MessageRow.conversation_id == conversation_id)
            newest = newest.order_by(MessageRow.id.desc()).limit(count)
            removed = delete(MessageRow).where(MessageRow.id.in_(newest)).returning(MessageRow.id)
            return bool((await session.scalars(removed)).all())

    @never_left_in_the_middle
    async def _remove(self, conversation_id: ConversationId) -> None:
        async with self._database.writing() as session:
            await session.execute(delete(ConversationRow).where(ConversationRow.id == conversation_id))
