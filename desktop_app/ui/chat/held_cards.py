"""What a coach would do to a goal if its answer were kept, as a card: nothing of it is done yet."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from desktop_app.domain.messages import ToolCallPart
from desktop_app.errors import AppError
from desktop_app.llm.tools import (
    CompleteMilestoneArguments,
    CreateGoalArguments,
    MilestoneArguments,
    RecordCheckInArguments,
    SetGoalPhaseArguments,
    ToolArguments,
    UpdateGoalArguments,
    parse_arguments,
)
from desktop_app.ui.chat.items import CardLine, ToolCard, ToolCardState
from desktop_app.ui.chat.tool_cards import ICONS, escaped, shown_day

NOTE: Final = "Applied if you keep this answer"


def held_card(key: int, part: ToolCallPart, today: date) -> ToolCard:
    """The card of a call that is held."""
    icon = ICONS.get(part.name, "wrench")
    try:
        arguments = parse_arguments(part.name, part.arguments)
    except AppError:
        return ToolCard(key, ToolCardState.HELD, icon, "**Would change a goal**", note=NOTE)
    if isinstance(arguments, UpdateGoalArguments) and _changed(arguments) == ["deadline"]:
        icon = "calendar"
    return ToolCard(key, ToolCardState.HELD, icon, _title(arguments, today), _lines(arguments, today), note=NOTE)


def _title(arguments: ToolArguments, today: date) -> str:
    match arguments:
        case CreateGoalArguments(title=title):
            return f"**Would create the goal** “{escaped(title)}”"
        case SetGoalPhaseArguments(phase=phase):
            return f"**Would move the goal** to {phase.value.capitalize()}"
        case UpdateGoalArguments():
            return _title_of_update(arguments, today)
        case RecordCheckInArguments():
            return "**Would keep a check-in**"
        case CompleteMilestoneArguments(milestone=milestone, done=done):
            return f"**Would {'tick' if done else 'open'} the milestone** “{escaped(milestone)}”"
    return "**Would change a goal**"


def _title_of_update(arguments: UpdateGoalArguments, today: date) -> str:
    match _changed(arguments):
        case ["deadline"] if arguments.deadline is not None:
            return f"**Would move the deadline** to {shown_day(arguments.deadline, today)}"
        case ["title"]:
            return f"**Would rename the goal** to “{escaped(arguments.title or '')}”"
        case [first, *rest]:
            return f"**Would update {first}**" + "".join(f", {name}" for name in rest)
    return "**Would update the goal**"


def _changed(arguments: UpdateGoalArguments) -> list[str]:
    """What an update changes, in the words of the screen."""
    named = {"title": "title", "content": "plan", "deadline": "deadline", "tags": "tags"}
    has_milestones = arguments.milestones is not None or arguments.add_milestone is not None
    changed = [name for field, name in named.items() if getattr(arguments, field) is not None]
    return [*(["milestones"] if has_milestones else []), *changed]


def _lines(arguments: ToolArguments, today: date) -> tuple[CardLine, ...]:
    match arguments:
        case CreateGoalArguments(deadline=deadline, milestones=milestones):
            until = (CardLine("+", "Deadline", detail=shown_day(deadline, today)),) if deadline else ()
            return (*until, *_milestones(milestones, today))
        case UpdateGoalArguments(milestones=milestones, add_milestone=added):
            return _milestones([*(milestones or ()), *((added,) if added else ())], today)
        case RecordCheckInArguments(note=note) if note:
            return (CardLine("", note),)
    return ()


def _milestones(milestones: Sequence[MilestoneArguments], today: date) -> tuple[CardLine, ...]:
    return tuple(CardLine("+", one.title, detail=shown_day(one.target_date, today)) for one in milestones)
