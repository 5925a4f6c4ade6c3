"""Goals out into files and in from them: what would happen is told first, and a file goes in whole or not at all."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Final

from desktop_app.domain.check_ins import CheckIn
from desktop_app.domain.goal_files import GoalRecord, ImportAction, ImportPlan, ImportStep, TextFormat
from desktop_app.domain.goal_records import local_record, without_row_ids
from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revision_diff import fields_diff
from desktop_app.endings import to_the_end
from desktop_app.errors import InvalidValueError, NotFoundError
from desktop_app.services.check_ins import CheckInService
from desktop_app.services.goal_files.calendar import goals_as_calendar
from desktop_app.services.goal_files.json_format import goals_as_json, goals_from_json
from desktop_app.services.goal_files.markdown import goals_as_markdown, goals_from_markdown
from desktop_app.services.goals import GoalService
from desktop_app.storage.goal_transfer import GoalTransferRepository, StoredGoal

FILE_LIMIT_BYTES: Final = 100_000_000


class GoalFileService:
    """Exports and imports goals. Any call may raise StorageError."""

    def __init__(
        self,
        repository: GoalTransferRepository,
        goals: GoalService,
        check_ins: CheckInService,
        now: Callable[[], datetime],
    ) -> None:
        self._repository = repository
        self._goals = goals
        self._check_ins = check_ins
        self._now = now

    async def export(
        self, kind: TextFormat, goal_ids: Collection[GoalId] | None = None, *, with_history: bool = False
    ) -> str:
        """The text of a file with these goals, or all. Raises NotFoundError.

        History is only in JSON; everything else there is always complete.
        """
        wanted = await self.chosen(goal_ids)
        match kind:
            case TextFormat.JSON:
                records = [_record(await self._repository.whole(goal.id), with_history=with_history) for goal in wanted]
                return await asyncio.to_thread(goals_as_json, records, self._now())
            case TextFormat.MARKDOWN:
                return goals_as_markdown(wanted)
            case TextFormat.CALENDAR:
                reviews = {goal.id: await self._check_ins.next_review(goal) for goal in wanted}
                return goals_as_calendar(wanted, reviews)

    async def chosen(self, goal_ids: Collection[GoalId] | None) -> tuple[Goal, ...]:
        """These goals, or all, in the order in which they were made. Raises NotFoundError."""
        if goal_ids is None:
            return await self._goals.list_goals()
        return tuple([await self._goals.goal(goal_id) for goal_id in sorted(goal_ids)])

    async def goal_with(self, goal: int | str) -> GoalId | None:
        """The goal with this number, or with this id that it has on every computer; None where it is not here."""
        if isinstance(goal, int):
            try:
                return (await self._goals.goal(GoalId(goal))).id
            except NotFoundError:
                return None
        known = (await self._repository.known([goal])).get(goal)
        return known.goal.id if known and not known.is_deleted else None

    async def plan(self, data: bytes, name: str) -> ImportPlan:
        """What taking in a file of this `name` would do; nothing is done.

        A name that ends in .json is read as GoalGetter's JSON, any other as Markdown. Raises InvalidValueError with the
        reason for a file that cannot be taken in whole.
        """
        records = await asyncio.to_thread(_read, data, name, self._now())
        known = await self._repository.known([record.goal.uid for record in records])
        return ImportPlan(tuple(_step(record, known.get(record.goal.uid)) for record in records))

    async def take_in(self, plan: ImportPlan, *, initiator: object = None) -> ImportPlan:
        """Do what the plan says, all of it or nothing; goals that change keep their history, and it can be undone.

        Raises NotFoundError where a goal went since the plan was made.
        """

        async def write() -> ImportPlan:
            for change in await self._repository.take_in(plan.steps, self._now()):
                self._goals.tell(replace(change, initiator=initiator))
            return plan

        return await to_the_end(write())


def _read(data: bytes, name: str, now: datetime) -> tuple[GoalRecord, ...]:
    if len(data) > FILE_LIMIT_BYTES:
        raise InvalidValueError(f"The file is larger than {FILE_LIMIT_BYTES // 1_000_000} MB. Nothing was taken in.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidValueError("The file is no text in UTF-8. Nothing was taken in.") from None
    if name.casefold().endswith(".json"):
        return goals_from_json(text)
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    return goals_from_markdown(text, stem or name, now)


def _record(stored: StoredGoal, *, with_history: bool) -> GoalRecord:
    return local_record(stored.goal, stored.check_ins, stored.revisions if with_history else ())


def _step(record: GoalRecord, here: StoredGoal | None) -> ImportStep:
    if here is None:
        return ImportStep(record, ImportAction.ADD)
    mine = _record(here, with_history=False)
    diffs = fields_diff(without_row_ids(mine.goal.fields), without_row_ids(record.goal.fields))
    known = {_key(check_in) for check_in in mine.check_ins}
    new = tuple(check_in for check_in in record.check_ins if _key(check_in) not in known)
    is_same = not (diffs or new or here.is_deleted)
    action = ImportAction.SAME if is_same else ImportAction.CHANGE
    return ImportStep(record, action, here.goal.id, diffs, new, here.is_deleted)


def _key(check_in: CheckIn) -> tuple[datetime, str, str]:
    return check_in.at, check_in.status.value, check_in.note
