"""Whole conversations out of the database and into it, with all their branches."""

from collections.abc import Collection, Hashable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.archive import ConversationTree, TreeNode
from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.messages import AttachmentPart, Message
from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.attachments import keep_content
from desktop_app.storage.conversation_rows import conversation_row
from desktop_app.storage.database import Database
from desktop_app.storage.message_rows import load_messages, put_into, write_parts
from desktop_app.storage.models import ConversationRow, MessageRow
from desktop_app.storage.search import index_message


class ArchiveRepository:
    """Reads and adds trees. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def conversation_ids(self) -> list[ConversationId]:
        """Every conversation that is not deleted, the oldest first."""
        async with self._database.reading() as session:
            query = select(ConversationRow.id).where(ConversationRow.deleted_at.is_(None))
            return [ConversationId(one) for one in await session.scalars(query.order_by(ConversationRow.id))]

    async def tree(self, conversation_id: ConversationId) -> ConversationTree:
        """A conversation with all its branches; attachments without what they hold. Raises NotFoundError."""
        async with self._database.reading() as session:
            row = await conversation_row(session, conversation_id)
            is_its = MessageRow.conversation_id == conversation_id
            messages = await load_messages(session, is_its)
            current = set(await session.scalars(select(MessageRow.id).where(is_its, MessageRow.is_current)))
            nodes = (TreeNode(one.id, one.parent_id, one, one.id in current) for one in messages)
            return ConversationTree(row.title, row.created_at, row.updated_at, tuple(nodes), row.origin)

    @never_left_in_the_middle
    async def add(self, tree: ConversationTree) -> ConversationId:
        """Add a conversation, wholly or not at all."""
        async with self._database.writing() as session:
            row = ConversationRow(
                title=tree.title,
                created_at=tree.created_at,
                updated_at=tree.updated_at,
                origin=tree.origin,
                is_title_given=True,
            )
            session.add(row)
            await session.flush()
            ids: dict[Hashable, int] = {}
            for node in tree.nodes:
                parent_id = None if node.parent_key is None else ids[node.parent_key]
                ids[node.key] = await _add_message(session, row, parent_id, node, tree.created_at)
            return ConversationId(row.id)

    async def origins(self) -> set[str]:
        """By what the imported conversations are known that are here, be it deleted but not gone."""
        async with self._database.reading() as session:
            query = select(ConversationRow.origin)
            return {origin for origin in await session.scalars(query) if origin is not None}

    async def begun_at(self) -> set[datetime]:
        """The moments at which the conversations here began."""
        async with self._database.reading() as session:
            return set(await session.scalars(select(ConversationRow.created_at)))

    async def moments(self, origin: str | None, begun_at: datetime | None) -> set[datetime]:
        """When the messages were written of the conversations here that are known by `origin`, or began then."""
        is_one = ConversationRow.origin == origin
        if begun_at is not None:
            is_one = or_(is_one, ConversationRow.created_at == begun_at)
        async with self._database.reading() as session:
            query = select(MessageRow.created_at).join(ConversationRow).where(is_one)
            return set(await session.scalars(query))

    @never_left_in_the_middle
    async def take_back(self, conversation_ids: Collection[ConversationId]) -> None:
        """Remove what was just added."""
        async with self._database.writing() as session:
            await session.execute(delete(ConversationRow).where(ConversationRow.id.in_(conversation_ids)))


async def _add_message(
    session: AsyncSession, conversation: ConversationRow, parent_id: int | None, node: TreeNode, began: datetime
) -> int:
    message = node.message
    row = MessageRow(
        conversation_id=conversation.id,
        parent_id=parent_id,
        is_current=node.is_current,
        role=message.role.value,
        created_at=message.created_at or began,
    )
    session.add(put_into(row, message))
    await session.flush()
    await write_parts(session, row.id, message.parts, ())
    for part in _filled(message):
        await keep_content(session, part)
    await index_message(session, replace(message, id=MessageId(row.id)))
    return row.id


def _filled(message: Message) -> Iterator[AttachmentPart]:
    return (part for part in message.attachments if part.data is not None)
