"""Runs the coach's tool calls on goals; a mistake goes back to the model as a sentence that says what to mend."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, assert_never

from desktop_app.domain.check_ins import NewCheckIn
from desktop_app.domain.goal_list import GoalQuery, GoalSummary
from desktop_app.domain.goals import UNSET, Goal, GoalEdit, GoalFields, Milestone, Phase, Unset
from desktop_app.domain.ids import GoalId
from desktop_app.domain.progress import progress_of
from desktop_app.domain.proposals import Proposal
from desktop_app.domain.revisions import Author, GoalChange
from desktop_app.errors import AppError, InvalidValueError, NotFoundError
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.llm.tools import (
    CompleteMilestoneArguments,
    CreateGoalArguments,
    ListGoalsArguments,
    MilestoneArguments,
    RecordCheckInArguments,
    SetGoalPhaseArguments,
    UpdateGoalArguments,
    parse_arguments,
)
from desktop_app.services.coach_writes import CoachWrites

_log = logging.getLogger(__name__)

LISTED: Final = 60


class GoalToolHandler:
    """The goal tools of one turn. What `current` names moves to a goal that the turn creates."""

    def __init__(
        self,
        coach: CoachWrites,
        author: Author,
        active_goal_id: GoalId | None,
        today: Callable[[], date],
    ) -> None:
        self._coach = coach
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
            case ListGoalsArguments() as arguments:
                return None, await self._list(arguments)
            case RecordCheckInArguments() as arguments:
                return await self._check_in(arguments)
            case CompleteMilestoneArguments() as arguments:
                return await self._complete(arguments)
            case unknown:
                assert_never(unknown)

    async def _create(self, arguments: CreateGoalArguments) -> tuple[GoalChange | None, str]:
        self._refuse_past(arguments.deadline)
        fields = GoalFields(
            title=arguments.title,
            content=arguments.content,
            template=arguments.template_type,
            deadline=arguments.deadline,
            milestones=_milestones(arguments.milestones),
            tags=tuple(arguments.tags),
        )
        change = await self._coach.create(fields, self._author, self)
        if isinstance(change, Proposal):
            return None, _proposed("The new goal", change)
        self._active_goal_id = change.goal.id
        return change, f"Created goal {change.goal.id} “{change.goal.title}” as a draft. {_facts(change.goal)}"

    async def _update(self, arguments: UpdateGoalArguments) -> tuple[GoalChange | None, str]:
        goal_id = self._goal_id(arguments.goal_id)
        self._refuse_past(arguments.deadline)
        goal = await self._coach.goals.goal(goal_id)
        edit = GoalEdit(
            title=UNSET if arguments.title is None else arguments.title,
            content=UNSET if arguments.content is None else arguments.content,
            deadline=UNSET if arguments.deadline is None else arguments.deadline,
            milestones=_new_milestones(arguments, goal),
            tags=UNSET if arguments.tags is None else tuple(arguments.tags),
        )
        change = await self._coach.edit(goal_id, edit, self._author, self)
        if change is None:
            return None, f"Nothing changed: goal {goal_id} was like that already."
        if isinstance(change, Proposal):
            return None, _proposed(f"The change of goal {goal_id}", change)
        names = ", ".join(change.changed_fields)
        return change, f"Updated goal {goal_id} “{change.goal.title}”: {names}. {_facts(change.goal)}"

    async def _set_phase(self, arguments: SetGoalPhaseArguments) -> tuple[GoalChange | None, str]:
        goal_id = self._goal_id(arguments.goal_id)
        change = await self._coach.edit(goal_id, GoalEdit(phase=arguments.phase), self._author, self)
        if change is None:
            return None, f"Nothing changed: goal {goal_id} is {arguments.phase.value} already."
        if isinstance(change, Proposal):
            return None, _proposed(f"The phase of goal {goal_id}", change)
        still_open = len(change.goal.fields.milestones) - change.goal.done_count
        note = f" {still_open} of its milestones are still open." if _is_completed(change.goal) and still_open else ""
        return change, f"Goal {goal_id} “{change.goal.title}” is now {arguments.phase.value}.{note}"

    async def _list(self, arguments: ListGoalsArguments) -> str:
        phases = frozenset({arguments.phase}) if arguments.phase is not None else frozenset()
        before = (arguments.page - 1) * LISTED
        found = await self._coach.lists.page(GoalQuery(phases=phases, text=arguments.text, limit=LISTED, offset=before))
        if not found.total:
            return "No goal is like that." if phases or arguments.text.strip() else "There are no goals yet."
        lines = [_line(goal) for goal in found.goals]
        more = found.total - before - len(lines)
        told = f"… and {more} more: ask for page {arguments.page + 1}, for a phase or for words."
        return "\n".join(lines + ([told] if more > 0 else [])) or f"There are only {found.total} such goals."

    async def _check_in(self, arguments: RecordCheckInArguments) -> tuple[GoalChange | None, str]:
        goal_id = self._goal_id(arguments.goal_id)
        numbers = tuple((number.name, number.value) for number in arguments.measures)
        new = NewCheckIn(arguments.status, arguments.note, numbers)
        recorded = await self._coach.check_in(goal_id, new, self._author, self)
        if isinstance(recorded, Proposal):
            return None, _proposed(f"The check-in of goal {goal_id}", recorded)
        told = progress_of(recorded.goal.fields).sentence
        text = f"The check-in of goal {goal_id} “{recorded.goal.title}” is kept: {new.status.value}. Progress: {told}"
        return recorded.change, text

    async def _complete(self, arguments: CompleteMilestoneArguments) -> tuple[GoalChange | None, str]:
        goal_id = self._goal_id(arguments.goal_id)
        goal = await self._coach.goals.goal(goal_id)
        step = _milestone_called(arguments.milestone, goal)
        word = "done" if arguments.done else "open"
        if step.is_done == arguments.done:
            return None, f"Nothing changed: “{step.title}” is {word} already."
        ticked = replace(step, done_at=self._coach.now() if arguments.done else None)
        edit = GoalEdit(milestones=tuple(ticked if one is step else one for one in goal.fields.milestones))
        change = await self._coach.edit(goal_id, edit, self._author, self)
        if isinstance(change, Proposal):
            return None, _proposed(f"The milestone “{step.title}”", change)
        now = change.goal if change else goal
        return change, f"“{step.title}” is {word}: {now.done_count} of {len(now.fields.milestones)} milestones."

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


def _proposed(what: str, proposal: Proposal) -> str:
    names = ", ".join(change.field for change in proposal.changes)
    told = f" ({names})" if names else ""
    return (
        f"{what}{told} was NOT made: the person wants to be asked first. It now waits beside the goal for their word. "
        "Tell them what you propose, and do not call again for the same."
    )


def _line(goal: GoalSummary) -> str:
    facts = [goal.phase.value, f"deadline {goal.deadline.isoformat()}" if goal.deadline else "no deadline"]
    if goal.milestone_count:
        facts.append(f"{goal.done_count} of {goal.milestone_count} milestones")
    if goal.percent is not None:
        facts.append(f"{goal.percent} %")
    return f"{goal.id}: “{goal.title}”, {', '.join(facts)}"


def _milestone_called(title: str, goal: Goal) -> Milestone:
    """The one of this title, else the only one that has it within. Raises NotFoundError that names those there are."""
    wanted, steps = " ".join(title.casefold().split()), goal.fields.milestones
    same = [step for step in steps if step.title.casefold() == wanted]
    found = same or [step for step in steps if wanted in step.title.casefold()]
    still_open = [step for step in found if not step.is_done]
    if len(found) == 1 or len(still_open) == 1 or len(same) > 1:
        return (still_open or found)[0]
    names = ", ".join(f"“{step.title}”" for step in steps[:LISTED]) or "none"
    reason = "more than one milestone is called like" if found else "there is no milestone"
    raise NotFoundError(f"In goal {goal.id} {reason} “{title[:60]}”. Its milestones: {names}.")


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
