"""Whole goals out of the database and into it, with check-ins and history; what goes in goes in as one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.check_ins import CheckIn
from desktop_app.domain.goal_files import GoalRecord, ImportAction, ImportStep
from desktop_app.domain.goal_records import ids_of, renumbered_changes, without_row_ids
from desktop_app.domain.goals import Goal, GoalFields, Milestone
from desktop_app.domain.ids import GoalId, MeasureId, RevisionId
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import YOU, Cause, GoalChange, Revision, field_changes
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.check_ins import check_in_row, check_ins_in
from desktop_app.storage.database import Database
from desktop_app.storage.goal_rows import (
    goal_from,
    revision_from,
    revision_row,
    write_fields,
)
from desktop_app.storage.goals import Write, flushed, goal_row, revisions_in, update_in
from desktop_app.storage.models import GoalRow, MeasureRow, MilestoneRow


@dataclass(frozen=True, slots=True)
class StoredGoal:
    """A goal with its check-ins and its history, both oldest first."""

    goal: Goal
    check_ins: tuple[CheckIn, ...]
    revisions: tuple[Revision, ...]
    is_deleted: bool = False


class GoalTransferRepository:
    """Reads goals with all that belongs to them, and adds them. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def whole(self, goal_id: GoalId) -> StoredGoal:
        """A goal as it stood at one moment with all that belongs to it. Raises NotFoundError."""
        async with self._database.reading() as session:
            return await _whole(session, await goal_row(session, goal_id))

    async def known(self, uids: Collection[str]) -> dict[str, StoredGoal]:
        """Those of these goals that are here, deleted ones included, by uid."""
        found: dict[str, StoredGoal] = {}
        async with self._database.reading() as session:
            for uid in uids:
                goal_id = await session.scalar(select(GoalRow.id).where(GoalRow.uid == uid))
                if goal_id is not None:
                    found[uid] = await _whole(session, await goal_row(session, GoalId(goal_id), even_deleted=True))
        return found

    @never_left_in_the_middle
    async def take_in(self, steps: Sequence[ImportStep], at: datetime) -> tuple[GoalChange, ...]:
        """Do all steps or none; returns what changed. Raises NotFoundError where a goal went meanwhile."""
        changes: list[GoalChange] = []
        async with self._database.writing() as session:
            for step in steps:
                match step.action:
                    case ImportAction.ADD:
                        changes.append(await _add(session, step.record, at))
                    case ImportAction.CHANGE:
                        changes += await _change(session, step, at)
                    case ImportAction.SAME:
                        pass
        return tuple(changes)


async def _whole(session: AsyncSession, row: GoalRow) -> StoredGoal:
    goal = goal_from(row)
    check_ins, revisions = await check_ins_in(session, goal.id), await revisions_in(session, goal.id)
    return StoredGoal(goal, check_ins[::-1], revisions[::-1], row.deleted_at is not None)


async def _change(session: AsyncSession, step: ImportStep, at: datetime) -> tuple[GoalChange, ...]:
    if step.goal_id is None:
        raise NotFoundError("The goal that the file would change is no longer there. Nothing was taken in.")
    row = await goal_row(session, step.goal_id, even_deleted=True)
    row.deleted_at = None
    await session.flush()

    def as_in_the_file(now: GoalFields) -> GoalFields:
        """Rows that are called the same stay the same ones."""
        steps, measures = ({one.title: one.id for one in now.milestones}, {one.name: one.id for one in now.measures})
        new = step.record.goal.fields
        return replace(
            new,
            milestones=tuple(replace(one, id=steps.pop(one.title, None)) for one in new.milestones),
            measures=tuple(replace(one, id=measures.pop(one.name, None)) for one in new.measures),
        )

    goal, change = await update_in(session, step.goal_id, as_in_the_file, Write(YOU, at, Cause.IMPORT))
    ids = {one.name: one.id for one in goal.fields.measures}
    for check_in in step.new_check_ins:
        readings = tuple(replace(one, measure_id=ids.get(one.name)) for one in check_in.readings)
        session.add(check_in_row(replace(check_in, goal_id=goal.id, readings=readings)))
    return () if change is None else (change,)


async def _add(session: AsyncSession, record: GoalRecord, at: datetime) -> GoalChange:
    new = record.goal
    row = GoalRow(created_at=new.created_at, uid=new.uid, milestones=[], tag_links=[], measures=[])
    session.add(row)
    with session.no_autoflush:
        await write_fields(session, row, without_row_ids(new.fields), new.updated_at)
    goal = await flushed(session, row)
    steps, measures = await _ids(session, record, goal)
    for check_in in record.check_ins:
        readings = tuple(
            replace(one, measure_id=MeasureId(measures[one.measure_id]) if one.measure_id in measures else None)
            for one in check_in.readings
        )
        session.add(check_in_row(replace(check_in, goal_id=goal.id, readings=readings)))
    first = await _add_history(session, record, goal, steps, measures)
    if first is None:
        changes = field_changes(None, goal.fields)
        added = revision_row(goal.id, changes, YOU, at, created=True, cause=Cause.IMPORT)
        session.add(added)
        await session.flush()
        await session.refresh(added)
        first = revision_from(added)
    return GoalChange(goal, first, changes=field_changes(None, goal.fields))


async def _ids(session: AsyncSession, record: GoalRecord, goal: Goal) -> tuple[dict[int, int], dict[int, int]]:
    """What milestones and measures of the record are called here, those that are only in the history too."""
    old, new = record.goal.fields, goal.fields
    steps: dict[int, int] = {a.id: b.id for a, b in zip(old.milestones, new.milestones, strict=True) if a.id and b.id}
    measures: dict[int, int] = {a.id: b.id for a, b in zip(old.measures, new.measures, strict=True) if a.id and b.id}
    place = {"goal_id": goal.id, "position": 0}
    gone: list[MilestoneRow | MeasureRow] = []
    # An id is never given out twice, so what is only in the history gets one too.
    for key in ids_of(record, Milestone):
        if key not in steps:
            gone.append(MilestoneRow(**place, title="", description=""))
            session.add(gone[-1])
            await session.flush()
            steps[key] = gone[-1].id
    for key in ids_of(record, Measure):
        if key not in measures:
            gone.append(MeasureRow(**place, name="", unit="", start=Decimal(0), target=Decimal(0), weight=1))
            session.add(gone[-1])
            await session.flush()
            measures[key] = gone[-1].id
    for row in gone:
        await session.delete(row)
    await session.flush()
    return steps, measures


async def _add_history(
    session: AsyncSession, record: GoalRecord, goal: Goal, steps: Mapping[int, int], measures: Mapping[int, int]
) -> Revision | None:
    """Add the history as it is; returns its last revision, None where there is none."""
    ids: dict[RevisionId | None, RevisionId] = {}
    last: Revision | None = None
    for revision in record.revisions:
        added = revision_row(
            goal.id,
            renumbered_changes(revision.changes, lambda key: steps[key], lambda key: measures[key]),
            revision.author,
            revision.at,
            created=revision.created,
            undoes=ids.get(revision.undoes),
            cause=revision.cause,
            restores=ids.get(revision.restores),
        )
        session.add(added)
        await session.flush()
        await session.refresh(added)
        last = revision_from(added)
        ids[revision.id] = last.id
    return last
