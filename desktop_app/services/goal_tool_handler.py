"""Runs the coach's tool calls on goals; a mistake goes back to the model as a sentence that says what to mend."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never

from desktop_app.domain.goals import UNSET, Goal, GoalEdit, GoalFields, Milestone, Phase, Unset
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import Author, GoalChange
from desktop_app.errors import AppError, InvalidValueError, NotFoundError
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.llm.tools import (
    CreateGoalArguments,
    MilestoneArguments,
    SetGoalPhaseArguments,
    UpdateGoalArguments,
    parse_arguments,
)
from desktop_app.services.goals import GoalService

_log = logging.getLogger(__name__)


class GoalToolHandler:
    """The goal tools of one turn. What `current` names moves to a goal that the turn creates."""

    def __init__(
        self,
        goals: GoalService,
        author: Author,
        active_goal_id: GoalId | None,
        today: Callable[[], date],
    ) -> None:
        self._goals = goals
        self._author = author
        self._active_goal_id = active_goal_id
        self._today = today

    async def run(self, call: ToolCall) -> ToolResult:
        """Run one call; never raises for what the model or the data got wrong."""
        try:
            change, text = await self._run(call)
        except AppError as error:
            _log.info("tool %s was refused: %s", call.name[:60], type(error).__name__)
            return ToolResult(call.call_id, call.name, str(error), ok=False)
        if change is None:
            return ToolResult(call.call_id, call.name, text)
        return ToolResult(call.call_id, call.name, text, goal_id=change.goal.id, revision_id=change.revision.id)

    async def _run(self, call: ToolCall) -> tuple[GoalChange | None, str]:
        match parse_arguments(call.name, call.arguments):
            case CreateGoalArguments() as arguments:
                return await self._create(arguments)
            case UpdateGoalArguments() as arguments:
                return await self._update(arguments)
            case SetGoalPhaseArguments() as arguments:
                return await self._set_phase(arguments)
            case unknown:
                assert_never(unknown)

    async def _create(self, arguments: CreateGoalArguments) -> tuple[GoalChange, str]:
        self._refuse_past(arguments.deadline)
        fields = GoalFields(
            title=arguments.title,
            content=arguments.content,
            template=arguments.template_type,
            deadline=arguments.deadline,
            milestones=_milestones(arguments.milestones),
            tags=tuple(arguments.tags),
        )
        change = await self._goals.create(fields, self._author, initiator=self)
        self._active_goal_id = change.goal.id
        return change, f"Created goal {change.goal.id} “{change.goal.title}” as a draft. {_facts(change.goal)}"

    async def _update(self, arguments: UpdateGoalArguments) -> tuple[GoalChange | None, str]:
        goal_id = self._goal_id(arguments.goal_id)
        self._refuse_past(arguments.deadline)
        goal = await self._goals.goal(goal_id)
        edit = GoalEdit(
            title=UNSET if arguments.title is None else arguments.title,
            content=UNSET if arguments.content is None else arguments.content,
            deadline=UNSET if arguments.deadline is None else arguments.deadline,
            milestones=_new_milestones(arguments, goal),
            tags=UNSET if arguments.tags is None else tuple(arguments.tags),
        )
        change = await self._goals.edit(goal_id, edit, self._author, initiator=self)
        if change is None:
            return None, f"Nothing changed: goal {goal_id} was like that already."
        names = ", ".join(change.changed_fields)
        return change, f"Updated goal {goal_id} “{change.goal.title}”: {names}. {_facts(change.goal)}"

    async def _set_phase(self, arguments: SetGoalPhaseArguments) -> tuple[GoalChange | None, str]:
        goal_id = self._goal_id(arguments.goal_id)
        change = await self._goals.edit(goal_id, GoalEdit(phase=arguments.phase), self._author, initiator=self)
        if change is None:
            return None, f"Nothing changed: goal {goal_id} is {arguments.phase.value} already."
        still_open = len(change.goal.fields.milestones) - change.goal.done_count
        note = f" {still_open} of its milestones are still open." if _is_completed(change.goal) and still_open else ""
        return change, f"Goal {goal_id} “{change.goal.title}” is now {arguments.phase.value}.{note}"

    def _goal_id(self, reference: int | str) -> GoalId:
        if isinstance(reference, int):
            return GoalId(reference)
        if self._active_goal_id is None:
            raise NotFoundError("No goal is open, so “current” names none. Give its number, or create it first.")
        return self._active_goal_id

    def _refuse_past(self, deadline: date | None) -> None:
        today = self._today()
        if deadline is not None and deadline < today:
            raise InvalidValueError(
                f"The deadline {deadline} lies in the past; today is {today}. Use a date to come, or leave it out."
            )


def _is_completed(goal: Goal) -> bool:
    return goal.phase is Phase.COMPLETED


def _milestones(arguments: Sequence[MilestoneArguments]) -> tuple[Milestone, ...]:
    return tuple(Milestone(item.title, item.description, item.target_date) for item in arguments)


def _new_milestones(arguments: UpdateGoalArguments, goal: Goal) -> tuple[Milestone, ...] | Unset:
    """The list after the call. A step that is named again keeps its identity and its tick."""
    if arguments.milestones is None and arguments.add_milestone is None:
        return UNSET
    kept = goal.fields.milestones
    if arguments.milestones is not None:
        known = {milestone.title.casefold(): milestone for milestone in kept}
        kept = tuple(_merged(known.get(new.title.casefold()), new) for new in _milestones(arguments.milestones))
    added = _milestones([arguments.add_milestone] if arguments.add_milestone else [])
    return (*kept, *added)


def _merged(old: Milestone | None, new: Milestone) -> Milestone:
    if old is None:
        return new
    return replace(old, description=new.description or old.description, target_date=new.target_date or old.target_date)


def _facts(goal: Goal) -> str:
    deadline = goal.fields.deadline.isoformat() if goal.fields.deadline else "none"
    return f"Deadline: {deadline}. Milestones: {len(goal.fields.milestones)}."
