"""Full-text search over messages and goals, in SQLite's FTS5.

Messages are put into the index by whoever writes them, in the same transaction, once they have ended; triggers take out
what is deleted. Goals the same.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnClause, Connection, column, text
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.goals import Goal, Phase, storable_text
from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.messages import Message, MessageStatus, Role
from desktop_app.domain.search import GoalHit, MessageHit, SearchResults
from desktop_app.storage.columns import UtcDateTime
from desktop_app.storage.database import Database
from desktop_app.storage.search_text import HIT_BEGINS, HIT_ENDS, TOKENIZER, indexed, match_of, pieces_of

_SNIPPET: Final = {"begins": HIT_BEGINS, "ends": HIT_ENDS, "words": 24}

_LEAVE: Final = (
    "CREATE TRIGGER {table}_leave_search AFTER DELETE ON {table} "
    "BEGIN DELETE FROM {one}_search WHERE rowid = old.id; END"
)
# Short prefixes have an index of their own: “r” while typing would gather every word that begins with it.
_CREATE: Final = (
    f'CREATE VIRTUAL TABLE message_search USING fts5(text, tokenize = "{TOKENIZER}", prefix = "1 2 3")',
    f'CREATE VIRTUAL TABLE goal_search USING fts5(title, text, tokenize = "{TOKENIZER}", prefix = "1 2 3")',
    _LEAVE.format(one="message", table="messages"),
    _LEAVE.format(one="goal", table="goals"),
)
# CROSS JOIN keeps the order: the index gives the newest first, and no more is read than is shown.
_MESSAGES: Final = (
    "SELECT messages.id, messages.conversation_id, conversations.title, messages.role, messages.created_at, "
    "snippet(message_search, 0, :begins, :ends, '…', :words) AS snippet "
    "FROM message_search CROSS JOIN messages ON messages.id = message_search.rowid "
    "CROSS JOIN conversations ON conversations.id = messages.conversation_id "
    "WHERE message_search MATCH :match AND conversations.deleted_at IS NULL ORDER BY {order} LIMIT :limit"
)
_MESSAGE_COLUMNS: Final[tuple[ColumnClause[Any], ...]] = (
    column("id"),
    column("conversation_id"),
    column("title"),
    column("role"),
    column("created_at", UtcDateTime),
    column("snippet"),
)
_NEWEST_MESSAGES: Final = text(_MESSAGES.format(order="message_search.rowid DESC")).columns(*_MESSAGE_COLUMNS)
_BEST_MESSAGES: Final = text(_MESSAGES.format(order="message_search.rank")).columns(*_MESSAGE_COLUMNS)
_GOALS: Final = text(
    "SELECT goals.id, goals.phase, highlight(goal_search, 0, :begins, :ends) AS title, "
    "snippet(goal_search, 1, :begins, :ends, '…', :words) AS snippet "
    "FROM goal_search CROSS JOIN goals ON goals.id = goal_search.rowid "
    "WHERE goal_search MATCH :match AND goals.deleted_at IS NULL "
    "ORDER BY bm25(goal_search, 10, 1), goals.id DESC LIMIT :limit"
)
_FORGET_MESSAGE: Final = text("DELETE FROM message_search WHERE rowid = :id")
_INDEX_MESSAGE: Final = text("INSERT INTO message_search (rowid, text) VALUES (:id, :text)")
_FORGET_GOAL: Final = text("DELETE FROM goal_search WHERE rowid = :id")
_INDEX_GOAL: Final = text("INSERT INTO goal_search (rowid, title, text) VALUES (:id, :title, :text)")


class SearchRepository:
    """Finds messages and goals. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, typed: str, limit: int, *, by_rank: bool = False) -> SearchResults:
        """What has all words of `typed`, at most `limit` of each kind; nothing where there is no word in it.

        Messages come newest first, which costs the same however many there are; by rank all of them are weighed.
        Deleted conversations are left out.
        """
        match = match_of(typed)
        if match is None:
            return SearchResults()
        values = {"match": match, "limit": limit, **_SNIPPET}
        async with self._database.reading() as session:
            goals = await session.execute(_GOALS, values)
            messages = await session.execute(_BEST_MESSAGES if by_rank else _NEWEST_MESSAGES, values)
            return SearchResults(tuple(_goal_hit(*row) for row in goals), tuple(_message_hit(*row) for row in messages))


async def index_message(session: AsyncSession, message: Message) -> None:
    """Let a stored message be found by what it says now; one that still comes in is not."""
    if message.status is MessageStatus.STREAMING:
        return
    await session.execute(_FORGET_MESSAGE, {"id": message.id})
    said = "\n\n".join([message.text, *(part.name for part in message.attachments)]).strip()
    if said:
        await session.execute(_INDEX_MESSAGE, {"id": message.id, "text": indexed(storable_text(said))})


async def index_goal(session: AsyncSession, goal: Goal) -> None:
    """Let a stored goal be found by what stands in it now."""
    fields = goal.fields
    steps = (f"{milestone.title}\n{milestone.description}".strip() for milestone in fields.milestones)
    body = "\n".join((fields.content, *steps, " ".join(fields.tags)))
    await session.execute(_FORGET_GOAL, {"id": goal.id})
    values = {"id": goal.id, "title": indexed(fields.title), "text": indexed(body)}
    await session.execute(_INDEX_GOAL, values)


def create_index(connection: Connection) -> None:
    """Make the index, and put in what is there already. For the migration that brings it."""
    for statement in _CREATE:
        connection.exec_driver_sql(statement)
    _fill_messages(connection)
    _fill_goals(connection)


def _fill_messages(connection: Connection) -> None:
    texts = connection.exec_driver_sql(
        "SELECT message_id, group_concat(text, char(10, 10)) FROM message_parts WHERE kind = 'text' GROUP BY message_id"
    )
    while rows := texts.fetchmany(1_000):
        values = [{"id": message_id, "text": indexed(said)} for message_id, said in rows]
        connection.execute(_INDEX_MESSAGE, values)


def _fill_goals(connection: Connection) -> None:
    steps = "SELECT group_concat(title || char(10) || description, char(10)) FROM milestones WHERE goal_id = goals.id"
    tags = "SELECT group_concat(name, ' ') FROM goal_tags JOIN tags ON tags.id = tag_id WHERE goal_id = goals.id"
    goals = connection.exec_driver_sql(
        f"SELECT id, title, content || char(10) || coalesce(({steps}), '') || char(10) || coalesce(({tags}), '') "  # noqa: S608
        "FROM goals"
    )
    values = [{"id": goal_id, "title": indexed(title), "text": indexed(body)} for goal_id, title, body in goals]
    if values:
        connection.execute(_INDEX_GOAL, values)


def _goal_hit(goal_id: int, phase: str, title: str, snippet: str) -> GoalHit:
    pieces = pieces_of(snippet)
    has_hit = any(piece.is_hit for piece in pieces)
    return GoalHit(GoalId(goal_id), Phase(phase), pieces_of(title), pieces if has_hit else ())


def _message_hit(
    message_id: int, conversation_id: int, title: str, role: str, at: datetime, snippet: str
) -> MessageHit:
    return MessageHit(MessageId(message_id), ConversationId(conversation_id), title, Role(role), at, pieces_of(snippet))
