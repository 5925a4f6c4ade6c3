"""Goals and their revisions in the database."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.goals import Goal, GoalFields
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.revisions import Author, Revision, field_changes
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.database import Database
from desktop_app.storage.goal_rows import (
    WHOLE_GOAL,
    goal_from,
    revision_from,
    revision_row,
    with_known_milestones,
    write_fields,
)
from desktop_app.storage.models import GoalRow, RevisionRow
from desktop_app.storage.search import index_goal


class GoalRepository:
    """Reads and writes goals; each write adds its revision in the same transaction. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_goals(self) -> tuple[Goal, ...]:
        """All goals, the oldest first."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(GoalRow).order_by(GoalRow.id).options(*WHOLE_GOAL))
            return tuple(goal_from(row) for row in rows)

    async def goal(self, goal_id: GoalId) -> Goal:
        """The goal with this number. Raises NotFoundError."""
        async with self._database.reading() as session:
            return goal_from(await _row(session, goal_id))

    @never_left_in_the_middle
    async def create(self, fields: GoalFields, author: Author, at: datetime) -> tuple[Goal, Revision]:
        """Add a goal, with a first revision that lists what it began with."""
        async with self._database.writing() as session:
            row = GoalRow(created_at=at, milestones=[], tag_links=[])
            session.add(row)
            with session.no_autoflush:
                await write_fields(session, row, with_known_milestones(fields, ()), at)
            goal = await _flushed(session, row)
            added = revision_row(goal.id, field_changes(None, goal.fields), author, at, created=True)
            return goal, await _added(session, added)

    @never_left_in_the_middle
    async def update(
        self,
        goal_id: GoalId,
        change: Callable[[GoalFields], GoalFields],
        author: Author,
        at: datetime,
        *,
        undoes: RevisionId | None = None,
    ) -> tuple[Goal, Revision | None]:
        """Put what `change` makes of the fields in their place; None instead of a revision where nothing differs.

        No other write comes between reading and writing. Milestones keep their identity by id. Raises NotFoundError,
        and what `change` raises, with the goal left as it was.
        """
        async with self._database.writing() as session:
            row = await _row(session, goal_id)
            before = goal_from(row)
            after = with_known_milestones(change(before.fields), before.fields.milestones)
            if after == before.fields:
                return before, None
            await write_fields(session, row, after, at)
            goal = await _flushed(session, row)
            added = revision_row(goal.id, field_changes(before.fields, goal.fields), author, at, undoes=undoes)
            return goal, await _added(session, added)

    async def revisions(self, goal_id: GoalId) -> tuple[Revision, ...]:
        """What changed in a goal, newest first; empty for a goal that does not exist."""
        if not is_possible_id(goal_id):
            return ()
        async with self._database.reading() as session:
            query = select(RevisionRow).where(RevisionRow.goal_id == goal_id).order_by(RevisionRow.id.desc())
            return tuple(revision_from(row) for row in await session.scalars(query))

    async def revisions_by_id(self, ids: Collection[RevisionId]) -> dict[RevisionId, Revision]:
        """Some revisions by their ids; those that do not exist are left out."""
        possible = {revision_id for revision_id in ids if is_possible_id(revision_id)}
        async with self._database.reading() as session:
            rows = await session.scalars(select(RevisionRow).where(RevisionRow.id.in_(possible)))
            return {revision.id: revision for revision in map(revision_from, rows)}


async def _row(session: AsyncSession, goal_id: GoalId) -> GoalRow:
    """The row with all that belongs to it, as the database has it now."""
    query = select(GoalRow).where(GoalRow.id == goal_id).options(*WHOLE_GOAL).execution_options(populate_existing=True)
    row = await session.scalar(query) if is_possible_id(goal_id) else None
    if row is None:
        raise NotFoundError(f"There is no goal {goal_id}.")
    return row


async def _flushed(session: AsyncSession, row: GoalRow) -> Goal:
    """Write `row`, let it be found, and read it back, so that what is returned is what is stored."""
    await session.flush()
    goal = goal_from(await _row(session, GoalId(row.id)))
    await index_goal(session, goal)
    return goal


async def _added(session: AsyncSession, row: RevisionRow) -> Revision:
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return revision_from(row)
