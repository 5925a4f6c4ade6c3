"""The tree of a conversation's messages: its current path, what leads to a message, and who stands beside it."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.messages import Place
from desktop_app.storage.models import MessageRow


def current_path(conversation_id: ConversationId) -> Select[tuple[int]]:
    """The ids of the current path, from the first message to the last."""
    begin = select(MessageRow.id).where(
        MessageRow.conversation_id == conversation_id, MessageRow.parent_id.is_(None), MessageRow.is_current
    )
    path = begin.cte("current_path", recursive=True)
    step = select(MessageRow.id).join(path, MessageRow.parent_id == path.c.id).where(MessageRow.is_current)
    path = path.union_all(step)
    return select(path.c.id)


def path_to(message_id: MessageId) -> Select[tuple[int]]:
    """The ids of the messages that lead to one, itself included."""
    path = select(MessageRow.id, MessageRow.parent_id).where(MessageRow.id == message_id).cte("path", recursive=True)
    path = path.union_all(select(MessageRow.id, MessageRow.parent_id).join(path, MessageRow.id == path.c.parent_id))
    return select(path.c.id)


async def tip(session: AsyncSession, conversation_id: ConversationId) -> int | None:
    """The id of the last message of the current path, None in an empty conversation."""
    last: int | None = await session.scalar(select(func.max(current_path(conversation_id).subquery().c.id)))
    return last


async def choose(session: AsyncSession, message_id: MessageId) -> None:
    """Let the current path lead through a message; below it the path goes on as it was when it was left."""
    left = MessageRow.id.in_(path_to(message_id)), MessageRow.is_current.is_(False)
    for row in (await session.scalars(select(MessageRow).where(*left))).all():
        await make_current(session, row)


async def make_current(session: AsyncSession, row: MessageRow) -> None:
    """Let the path lead through this one of its siblings."""
    beside = MessageRow.parent_id == row.parent_id
    if row.parent_id is None:
        beside = MessageRow.parent_id.is_(None)
    of_conversation = MessageRow.conversation_id == row.conversation_id
    await session.execute(
        update(MessageRow).where(of_conversation, beside, MessageRow.is_current).values(is_current=False)
    )
    row.is_current = True
    await session.flush()


async def places(session: AsyncSession, conversation_id: ConversationId) -> dict[MessageId, Place]:
    """Where the messages that have siblings stand among them, on the current path or not."""
    of_conversation = MessageRow.conversation_id == conversation_id
    parent = func.coalesce(MessageRow.parent_id, 0)  # ids begin at 1
    forks = select(parent).where(of_conversation).group_by(parent).having(func.count() > 1)
    query = select(parent, MessageRow.id).where(of_conversation, parent.in_(forks)).order_by(MessageRow.id)
    families: dict[int, list[int]] = {}
    for parent_id, message_id in await session.execute(query):
        families.setdefault(parent_id, []).append(message_id)
    return {MessageId(one): _place(one, family) for family in families.values() for one in family}


def _place(message_id: int, ids: Sequence[int]) -> Place:
    at = ids.index(message_id)
    return Place(
        number=at + 1,
        total=len(ids),
        previous=MessageId(ids[at - 1]) if at else None,
        next=MessageId(ids[at + 1]) if at + 1 < len(ids) else None,
    )
