"""Check-ins in the database, each written together with the measures that it changes."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.check_ins import CheckIn, CheckInStatus, NewCheckIn, Reading
from desktop_app.domain.goals import Goal, GoalFields
from desktop_app.domain.ids import CheckInId, GoalId, MeasureId, RevisionId
from desktop_app.domain.measures import number_text
from desktop_app.domain.progress import progress_of
from desktop_app.domain.revisions import GoalChange
from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.database import Database
from desktop_app.storage.goal_rows import author_from
from desktop_app.storage.goals import Write, update_in
from desktop_app.storage.models import CheckInRow, GoalRow


class CheckInRepository:
    """Reads and adds check-ins. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def record(
        self, goal_id: GoalId, new: NewCheckIn, change: Callable[[GoalFields], GoalFields], write: Write
    ) -> tuple[CheckIn, Goal, GoalChange | None]:
        """Add a check-in and what `change` makes of the goal, both or neither. Raises NotFoundError."""
        async with self._database.writing() as session:
            goal, changed = await update_in(session, goal_id, change, write)
            row = check_in_row(
                CheckIn(
                    id=CheckInId(0),
                    goal_id=goal_id,
                    author=write.author,
                    at=write.at,
                    status=new.status,
                    note=new.note,
                    readings=_readings(goal.fields),
                    progress=progress_of(goal.fields).share,
                    revision_id=changed.revision.id if changed else None,
                )
            )
            session.add(row)
            await session.flush()
            return check_in_from(row), goal, changed

    async def of(self, goal_id: GoalId) -> tuple[CheckIn, ...]:
        """The check-ins of a goal, newest first; empty for a goal that does not exist."""
        if not is_possible_id(goal_id):
            return ()
        async with self._database.reading() as session:
            return await check_ins_in(session, goal_id)

    async def since(self, at: datetime) -> tuple[tuple[CheckIn, str], ...]:
        """The check-ins after a moment in goals that are not deleted, newest first, each with its goal's title."""
        query = (
            select(CheckInRow, GoalRow.title)
            .join(GoalRow, GoalRow.id == CheckInRow.goal_id)
            .where(CheckInRow.at > at, GoalRow.deleted_at.is_(None))
            .order_by(CheckInRow.id.desc())
        )
        async with self._database.reading() as session:
            return tuple((check_in_from(row), title) for row, title in await session.execute(query))


async def check_ins_in(session: AsyncSession, goal_id: GoalId) -> tuple[CheckIn, ...]:
    """The check-ins of a goal, newest first."""
    query = select(CheckInRow).where(CheckInRow.goal_id == goal_id).order_by(CheckInRow.at.desc(), CheckInRow.id.desc())
    return tuple(check_in_from(row) for row in await session.scalars(query))


def check_in_row(check_in: CheckIn) -> CheckInRow:
    """A new row; its id is given by the database."""
    author = check_in.author
    return CheckInRow(
        goal_id=check_in.goal_id,
        author=author.kind.value,
        provider=author.provider,
        model=author.model,
        conversation_id=author.conversation_id,
        at=check_in.at,
        status=check_in.status.value,
        note=check_in.note,
        readings=[_encoded(reading) for reading in check_in.readings],
        progress=check_in.progress,
        revision_id=check_in.revision_id,
    )


def check_in_from(row: CheckInRow) -> CheckIn:
    """The check-in in a row."""
    return CheckIn(
        id=CheckInId(row.id),
        goal_id=GoalId(row.goal_id),
        author=author_from(row),
        at=row.at,
        status=CheckInStatus(row.status),
        note=row.note,
        readings=tuple(map(_decoded, row.readings)),
        progress=row.progress,
        revision_id=None if row.revision_id is None else RevisionId(row.revision_id),
    )


def _readings(fields: GoalFields) -> tuple[Reading, ...]:
    return tuple(
        Reading(measure.id, measure.name, measure.unit, measure.current)
        for measure in fields.measures
        if measure.current is not None
    )


def _encoded(reading: Reading) -> dict[str, Any]:
    return {
        "measure_id": reading.measure_id,
        "name": reading.name,
        "unit": reading.unit,
        "value": number_text(reading.value),
    }


def _decoded(value: dict[str, Any]) -> Reading:
    measure_id = value["measure_id"]
    known = None if measure_id is None else MeasureId(measure_id)
    return Reading(known, value["name"], value["unit"], Decimal(value["value"]))
