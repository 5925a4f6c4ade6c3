"""What is written but not sent, in the database: a draft per conversation, and the queue of those that wait."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.ids import ConversationId, QueuedId
from desktop_app.domain.messages import AttachmentPart, Message, QueuedMessage, Unsent
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.conversations import add_at_the_tip
from desktop_app.storage.database import Database
from desktop_app.storage.message_rows import attachment_values
from desktop_app.storage.models import ConversationRow, DraftRow, QueuedRow


class UnsentRepository:
    """Reads and writes drafts and the queue. Any call may raise StorageError.

    For a conversation None is the chat that has not begun.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def drafts(self) -> dict[ConversationId | None, Unsent]:
        """All drafts."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(DraftRow))
            return {_conversation_id(row.conversation_id): _unsent(row) for row in rows}

    @never_left_in_the_middle
    async def keep_draft(self, conversation_id: ConversationId | None, draft: Unsent) -> None:
        """Put `draft` in the place of what was kept; an empty one is none. That of a gone conversation goes too."""
        async with self._database.writing() as session:
            is_its = DraftRow.conversation_id == conversation_id
            await session.execute(
                delete(DraftRow).where(DraftRow.conversation_id.is_(None) if conversation_id is None else is_its)
            )
            is_gone = conversation_id is not None and await session.get(ConversationRow, conversation_id) is None
            if not draft.is_empty and not is_gone:
                session.add(DraftRow(conversation_id=conversation_id, text=draft.text, attachments=_json(draft)))

    async def queue(self, conversation_id: ConversationId) -> tuple[QueuedMessage, ...]:
        """What waits in a conversation, in the order in which it will be sent."""
        async with self._database.reading() as session:
            return tuple(QueuedMessage(QueuedId(row.id), _unsent(row)) for row in await _rows(session, conversation_id))

    @never_left_in_the_middle
    async def enqueue(self, conversation_id: ConversationId, unsent: Unsent) -> QueuedMessage:
        """Let a message wait behind the others. Raises NotFoundError."""
        async with self._database.writing() as session:
            if await session.get(ConversationRow, conversation_id) is None:
                raise NotFoundError("This chat does not exist any more.")
            last = await session.scalar(
                select(func.max(QueuedRow.position)).where(QueuedRow.conversation_id == conversation_id)
            )
            row = QueuedRow(
                conversation_id=conversation_id,
                position=0 if last is None else last + 1,
                text=unsent.text,
                attachments=_json(unsent),
            )
            session.add(row)
            await session.flush()
            return QueuedMessage(QueuedId(row.id), unsent)

    @never_left_in_the_middle
    async def change(self, queued_id: QueuedId, unsent: Unsent) -> None:
        """Say something else in the place of a waiting message. Raises NotFoundError."""
        async with self._database.writing() as session:
            row = await _row(session, queued_id)
            row.text, row.attachments = unsent.text, _json(unsent)

    @never_left_in_the_middle
    async def move(self, queued_id: QueuedId, index: int) -> None:
        """Put a waiting message at this place of the queue, counted from 0. Raises NotFoundError."""
        async with self._database.writing() as session:
            row = await _row(session, queued_id)
            rows = [one for one in await _rows(session, ConversationId(row.conversation_id)) if one.id != row.id]
            rows.insert(max(0, index), row)
            for position, one in enumerate(rows):
                one.position = position

    @never_left_in_the_middle
    async def drop(self, queued_id: QueuedId) -> Unsent:
        """Let a waiting message not be sent; returns what it said. Raises NotFoundError."""
        async with self._database.writing() as session:
            row = await _row(session, queued_id)
            await session.delete(row)
            return _unsent(row)

    @never_left_in_the_middle
    async def send_first(
        self, conversation_id: ConversationId, to_message: Callable[[Unsent], Message], at: datetime
    ) -> Message | None:
        """Make a message of the first that waits, at the end of the current path; None where none waits.

        It leaves the queue in the same moment, so that it is neither lost nor sent twice.
        """
        async with self._database.writing() as session:
            row = next(iter(await _rows(session, conversation_id)), None)
            if row is None:
                return None
            await session.delete(row)
            return await add_at_the_tip(session, conversation_id, to_message(_unsent(row)), at)


async def _rows(session: AsyncSession, conversation_id: ConversationId) -> list[QueuedRow]:
    in_order = (QueuedRow.position, QueuedRow.id)
    query = select(QueuedRow).where(QueuedRow.conversation_id == conversation_id).order_by(*in_order)
    return list(await session.scalars(query))


async def _row(session: AsyncSession, queued_id: QueuedId) -> QueuedRow:
    row = await session.get(QueuedRow, queued_id) if is_possible_id(queued_id) else None
    if row is None:
        raise NotFoundError("This message does not wait any more; it was sent or dropped.")
    return row


def _unsent(row: DraftRow | QueuedRow) -> Unsent:
    return Unsent(row.text, tuple(AttachmentPart(**values) for values in row.attachments))


def _json(unsent: Unsent) -> list[dict[str, Any]]:
    return [attachment_values(part) for part in unsent.attachments]


def _conversation_id(number: int | None) -> ConversationId | None:
    return None if number is None else ConversationId(number)
