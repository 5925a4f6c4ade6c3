"""How the headings of conversations lie in their table: rows to values."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Conversation
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.models import ConversationRow

HEADING: Final = (
    ConversationRow.id,
    ConversationRow.title,
    ConversationRow.created_at,
    ConversationRow.updated_at,
    ConversationRow.goal_id,
    ConversationRow.is_pinned,
    ConversationRow.deleted_at,
)
"""What a heading is made of, in the order of `Conversation`."""


async def conversation_row(
    session: AsyncSession, conversation_id: ConversationId, *, is_deleted: bool = False
) -> ConversationRow:
    """The row of a conversation, a deleted one only where that is asked for. Raises NotFoundError."""
    row = await session.get(ConversationRow, conversation_id) if is_possible_id(conversation_id) else None
    if row is None or (row.deleted_at is not None) is not is_deleted:
        raise NotFoundError("This chat does not exist any more.")
    return row


def conversation_from(row: ConversationRow) -> Conversation:
    """The heading as a value."""
    return Conversation(
        id=ConversationId(row.id),
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        goal_id=None if row.goal_id is None else GoalId(row.goal_id),
        is_pinned=row.is_pinned,
        deleted_at=row.deleted_at,
    )


def heading_from(row: Sequence[Any]) -> Conversation:
    """The heading in a row of `HEADING`."""
    number, title, created_at, updated_at, goal_id, is_pinned, deleted_at = row
    goal = None if goal_id is None else GoalId(goal_id)
    return Conversation(ConversationId(number), title, created_at, updated_at, goal, is_pinned, deleted_at)
