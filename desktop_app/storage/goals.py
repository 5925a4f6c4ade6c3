"""Goals and their revisions in the database."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.goals import Goal, GoalFields
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.revisions import Author, Cause, FieldChange, GoalChange, Revision, field_changes, joined, joins
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.database import Database
from desktop_app.storage.goal_rows import (
    WHOLE_GOAL,
    goal_from,
    new_uid,
    revision_from,
    revision_row,
    with_known_rows,
    write_fields,
)
from desktop_app.storage.models import GoalRow, RevisionRow
from desktop_app.storage.revision_codec import encoded_changes
from desktop_app.storage.search import index_goal


@dataclass(frozen=True, slots=True)
class Write:
    """Who changes a goal, when and by what; `undoes` and `restores` as in a revision."""

    author: Author
    at: datetime
    cause: Cause = Cause.EDIT
    undoes: RevisionId | None = None
    restores: RevisionId | None = None


class GoalRepository:
    """Reads and writes goals; each write adds its revision in the same transaction. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_goals(self) -> tuple[Goal, ...]:
        """All goals that are not deleted, the oldest first."""
        query = select(GoalRow).where(GoalRow.deleted_at.is_(None)).order_by(GoalRow.id).options(*WHOLE_GOAL)
        async with self._database.reading() as session:
            return tuple(goal_from(row) for row in await session.scalars(query))

    async def goal(self, goal_id: GoalId) -> Goal:
        """The goal with this number. Raises NotFoundError."""
        async with self._database.reading() as session:
            return goal_from(await goal_row(session, goal_id))

    async def goals(self, ids: Collection[GoalId]) -> dict[GoalId, Goal]:
        """Some goals by their ids; those that are gone or deleted are left out."""
        possible = [goal_id for goal_id in ids if is_possible_id(goal_id)]
        query = select(GoalRow).where(GoalRow.id.in_(possible), GoalRow.deleted_at.is_(None)).options(*WHOLE_GOAL)
        async with self._database.reading() as session:
            return {goal.id: goal for goal in map(goal_from, await session.scalars(query))}

    async def titles(self, ids: Collection[GoalId]) -> dict[GoalId, str]:
        """The titles of some goals; those that are gone or deleted are left out."""
        possible = [goal_id for goal_id in ids if is_possible_id(goal_id)]
        query = select(GoalRow.id, GoalRow.title).where(GoalRow.id.in_(possible), GoalRow.deleted_at.is_(None))
        async with self._database.reading() as session:
            return {GoalId(goal_id): title for goal_id, title in await session.execute(query)}

    @never_left_in_the_middle
    async def create(self, fields: GoalFields, write: Write) -> tuple[Goal, Revision]:
        """Add a goal, with a first revision that lists what it began with."""
        async with self._database.writing() as session:
            return await create_in(session, fields, write)

    @never_left_in_the_middle
    async def update(
        self, goal_id: GoalId, change: Callable[[GoalFields], GoalFields], write: Write
    ) -> tuple[Goal, GoalChange | None]:
        """Put what `change` makes of the fields in their place; None instead of a change where nothing differs.

        No other write comes between reading and writing. Milestones and measures keep their identity by id. An edit may
        join the revision before it. Raises NotFoundError, and what `change` raises, with the goal left as it was.
        """
        async with self._database.writing() as session:
            return await update_in(session, goal_id, change, write)

    async def revisions(self, goal_id: GoalId) -> tuple[Revision, ...]:
        """What changed in a goal, newest first; empty for a goal that does not exist."""
        if not is_possible_id(goal_id):
            return ()
        async with self._database.reading() as session:
            return await revisions_in(session, goal_id)

    async def goal_with_revisions(self, goal_id: GoalId) -> tuple[Goal, tuple[Revision, ...]]:
        """A goal with its whole history, newest first, as both stood at one moment. Raises NotFoundError."""
        async with self._database.reading() as session:
            return goal_from(await goal_row(session, goal_id)), await revisions_in(session, goal_id)

    async def revisions_by_id(self, ids: Collection[RevisionId]) -> dict[RevisionId, Revision]:
        """Some revisions by their ids; those that do not exist are left out."""
        possible = {revision_id for revision_id in ids if is_possible_id(revision_id)}
        async with self._database.reading() as session:
            rows = await session.scalars(select(RevisionRow).where(RevisionRow.id.in_(possible)))
            return {revision.id: revision for revision in map(revision_from, rows)}


async def create_in(session: AsyncSession, fields: GoalFields, write: Write) -> tuple[Goal, Revision]:
    """As `GoalRepository.create`, in a transaction that does more."""
    row = GoalRow(created_at=write.at, uid=new_uid(), milestones=[], tag_links=[], measures=[])
    session.add(row)
    with session.no_autoflush:
        known = await with_known_rows(session, fields, GoalFields(title=""))
        await write_fields(session, row, known, write.at)
    goal = await flushed(session, row)
    changes = field_changes(None, goal.fields)
    added = revision_row(goal.id, changes, write.author, write.at, created=True, cause=write.cause)
    return goal, await _added(session, added)


async def update_in(
    session: AsyncSession, goal_id: GoalId, change: Callable[[GoalFields], GoalFields], write: Write
) -> tuple[Goal, GoalChange | None]:
    """As `GoalRepository.update`, in a transaction that does more."""
    row = await goal_row(session, goal_id)
    before = goal_from(row)
    brings_back = write.cause is not Cause.EDIT
    after = await with_known_rows(session, change(before.fields), before.fields, brings_back=brings_back)
    if after == before.fields:
        return before, None
    await write_fields(session, row, after, write.at)
    goal = await flushed(session, row)
    changes = field_changes(before.fields, goal.fields)
    last = await _newest(session, goal_id)
    if last is not None and write.cause is Cause.EDIT:
        known = revision_from(last)
        if joins(known, write.author, changes, write.at):
            return goal, GoalChange(goal, await _join(session, last, known, changes), changes=changes)
    added = revision_row(
        goal.id,
        changes,
        write.author,
        write.at,
        undoes=write.undoes,
        cause=write.cause,
        restores=write.restores,
    )
    return goal, GoalChange(goal, await _added(session, added), changes=changes)


async def revisions_in(session: AsyncSession, goal_id: GoalId) -> tuple[Revision, ...]:
    """What changed in a goal, newest first."""
    query = select(RevisionRow).where(RevisionRow.goal_id == goal_id).order_by(RevisionRow.id.desc())
    return tuple(revision_from(row) for row in await session.scalars(query))


async def _newest(session: AsyncSession, goal_id: GoalId) -> RevisionRow | None:
    newest = select(func.max(RevisionRow.id)).where(RevisionRow.goal_id == goal_id).scalar_subquery()
    return await session.scalar(select(RevisionRow).where(RevisionRow.id == newest))


async def _join(session: AsyncSession, row: RevisionRow, last: Revision, changes: tuple[FieldChange, ...]) -> Revision:
    """Let the newest revision tell of `changes` too; where all returned to the start, it goes."""
    both = joined(last.changes, changes)
    if both:
        row.changes = encoded_changes(both)
    else:
        await session.delete(row)
    await session.flush()
    return replace(last, changes=both)


async def goal_row(session: AsyncSession, goal_id: GoalId, *, even_deleted: bool = False) -> GoalRow:
    """The row with all that belongs to it, as the database has it now. Raises NotFoundError."""
    query = select(GoalRow).where(GoalRow.id == goal_id).options(*WHOLE_GOAL).execution_options(populate_existing=True)
    row = await session.scalar(query) if is_possible_id(goal_id) else None
    if row is None:
        raise NotFoundError(f"There is no goal {goal_id}.")
    if row.deleted_at is not None and not even_deleted:
        raise NotFoundError(f"Goal {goal_id} was deleted. It can be restored for 30 days.")
    return row


async def flushed(session: AsyncSession, row: GoalRow) -> Goal:
    """Write `row`, let it be found, and read it back, so that what is returned is what is stored."""
    await session.flush()
    goal = goal_from(await goal_row(session, GoalId(row.id)))
    await index_goal(session, goal)
    return goal


async def _added(session: AsyncSession, row: RevisionRow) -> Revision:
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return revision_from(row)
