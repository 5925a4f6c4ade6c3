"""What is due in active goals, and what changed in all of them, read for a day or since a moment."""

from datetime import date, datetime

from sqlalchemy import func, select

from desktop_app.domain.check_ins import next_review
from desktop_app.domain.due import Due, DueKind
from desktop_app.domain.goals import Phase, ReviewRhythm
from desktop_app.domain.ids import GoalId, MilestoneId
from desktop_app.domain.revisions import Revision
from desktop_app.storage.database import Database
from desktop_app.storage.goal_rows import revision_from
from desktop_app.storage.models import CheckInRow, GoalRow, MilestoneRow, RevisionRow

_IS_ACTIVE = (GoalRow.deleted_at.is_(None), GoalRow.phase == Phase.ACTIVE.value)


class DueRepository:
    """Reads what is due and what is new. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, until: date) -> tuple[Due, ...]:
        """All that is due on this day or was before and is still open."""
        deadlines = select(GoalRow.id, GoalRow.title, GoalRow.deadline).where(*_IS_ACTIVE, GoalRow.deadline <= until)
        steps = (
            select(GoalRow.id, GoalRow.title, MilestoneRow.target_date, MilestoneRow.id, MilestoneRow.title)
            .join(MilestoneRow, MilestoneRow.goal_id == GoalRow.id)
            .where(*_IS_ACTIVE, MilestoneRow.target_date <= until, MilestoneRow.done_at.is_(None))
        )
        last = select(CheckInRow.goal_id, func.max(CheckInRow.at).label("at")).group_by(CheckInRow.goal_id).subquery()
        reviews = (
            select(GoalRow.id, GoalRow.title, GoalRow.rhythm, GoalRow.created_at, last.c.at)
            .outerjoin(last, last.c.goal_id == GoalRow.id)
            .where(*_IS_ACTIVE, GoalRow.rhythm != ReviewRhythm.NONE.value)
        )
        found: list[Due] = []
        async with self._database.reading() as session:
            for goal_id, title, day in await session.execute(deadlines):
                if day is not None:
                    found.append(Due(DueKind.DEADLINE, GoalId(goal_id), title, day))
            for goal_id, title, day, step_id, step in await session.execute(steps):
                if day is not None:
                    found.append(Due(DueKind.MILESTONE, GoalId(goal_id), title, day, MilestoneId(step_id), step))
            for goal_id, title, rhythm, created_at, checked_at in await session.execute(reviews):
                looked_at: datetime = checked_at or created_at
                day = next_review(ReviewRhythm(rhythm), looked_at.astimezone().date())
                if day is not None and day <= until:
                    found.append(Due(DueKind.REVIEW, GoalId(goal_id), title, day))
        return tuple(found)

    async def revisions_since(self, at: datetime) -> tuple[tuple[Revision, str], ...]:
        """The changes after a moment in goals that are not deleted, newest first, each with its goal's title."""
        query = (
            select(RevisionRow, GoalRow.title)
            .join(GoalRow, GoalRow.id == RevisionRow.goal_id)
            .where(RevisionRow.at > at, GoalRow.deleted_at.is_(None))
            .order_by(RevisionRow.id.desc())
        )
        async with self._database.reading() as session:
            return tuple((revision_from(row), title) for row, title in await session.execute(query))
