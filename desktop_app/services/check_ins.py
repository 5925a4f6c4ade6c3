"""Check-ins: recording how a goal goes, when it is looked at again, and its way over time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from desktop_app.domain.check_ins import NOTE_LIMIT, CheckIn, NewCheckIn, next_review
from desktop_app.domain.goals import Goal, GoalEdit, GoalFields, storable_text
from desktop_app.domain.ids import GoalId
from desktop_app.domain.measures import Measure
from desktop_app.domain.progress_over_time import ProgressPoint, progress_over_time
from desktop_app.domain.revisions import Author, Cause, GoalChange
from desktop_app.endings import to_the_end
from desktop_app.errors import InvalidValueError
from desktop_app.services.goals import GoalService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.goals import Write


@dataclass(frozen=True, slots=True)
class Recorded:
    """A check-in that was kept, the goal after it, and the change of its measures if there was one."""

    check_in: CheckIn
    goal: Goal
    change: GoalChange | None


class CheckInService:
    """Records and reads check-ins. Any call may raise StorageError."""

    def __init__(self, repository: CheckInRepository, goals: GoalService, now: Callable[[], datetime]) -> None:
        self._repository = repository
        self._goals = goals
        self._now = now
        self._listeners: list[Callable[[Recorded], None]] = []

    def subscribe(self, listener: Callable[[Recorded], None]) -> None:
        """Call `listener` after each check-in; a change of measures is told by `GoalService` too."""
        self._listeners.append(listener)

    async def record(self, goal_id: GoalId, new: NewCheckIn, author: Author, *, initiator: object = None) -> Recorded:
        """Keep a check-in, with the measures' new numbers put into the goal, both or neither.

        Raises InvalidValueError for a number of no measure or a note that is too long, NotFoundError for the goal.
        """
        note = storable_text(new.note).strip()
        if len(note) > NOTE_LIMIT:
            raise InvalidValueError(f"The note has {len(note):,} characters; {NOTE_LIMIT:,} is the most.")
        new = replace(new, note=note)

        async def write() -> Recorded:
            how = Write(author, self._now(), Cause.CHECK_IN)
            check_in, goal, change = await self._repository.record(goal_id, new, numbers_put_in(new), how)
            if change is not None:
                change = self._goals.tell(replace(change, initiator=initiator))
            recorded = Recorded(check_in, goal, change)
            for listener in tuple(self._listeners):
                listener(recorded)
            return recorded

        return await to_the_end(write())

    async def of(self, goal_id: GoalId) -> tuple[CheckIn, ...]:
        """The check-ins of a goal, newest first."""
        return await self._repository.of(goal_id)

    async def next_review(self, goal: Goal) -> date | None:
        """The day on which a goal is looked at again, after its last check-in or its beginning; None without rhythm."""
        check_ins = await self._repository.of(goal.id)
        last = check_ins[0].at if check_ins else goal.created_at
        return next_review(goal.fields.rhythm, last.astimezone().date())

    async def chart(self, goal_id: GoalId) -> tuple[ProgressPoint, ...]:
        """The progress over time, oldest first, as the history tells it. Raises NotFoundError."""
        goal = await self._goals.goal(goal_id)
        return progress_over_time(goal, await self._goals.revisions(goal_id))


def numbers_put_in(new: NewCheckIn) -> Callable[[GoalFields], GoalFields]:
    """What a check-in makes of the fields: measures, found by name, get their new numbers."""

    def put_in(fields: GoalFields) -> GoalFields:
        known = {measure.name.casefold(): measure for measure in fields.measures}
        for name, value in new.numbers:
            known[name.strip().casefold()] = _measured(known, name, value)
        return GoalEdit(measures=tuple(known.values())).applied_to(fields)

    return put_in


def _measured(known: dict[str, Measure], name: str, value: Decimal) -> Measure:
    measure = known.get(name.strip().casefold())
    if measure is None:
        names = ", ".join(f"“{one.name}”" for one in known.values()) or "none yet"
        raise InvalidValueError(f"The goal has no measure “{name[:60]}”. Its measures: {names}.")
    return replace(measure, current=value)
