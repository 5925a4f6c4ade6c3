"""What the coach did to a goal, as a card in the chat: a heading, what changed, and the ways to open or undo it."""

from collections.abc import Callable
from datetime import date

from desktop_app.domain.goals import Milestone
from desktop_app.domain.messages import ToolCallPart
from desktop_app.domain.revision_diff import row_words
from desktop_app.domain.revisions import FieldChange, FieldValue, Revision
from desktop_app.ui.chat.items import Action, CardLine, ToolCard, ToolCardState

OPEN = "open"
UNDO = "undo"
REDO = "redo"

ICONS = {
    "create_goal": "flag",
    "update_goal": "list-checks",
    "set_goal_phase": "activity",
    "list_goals": "search",
    "record_check_in": "activity",
    "complete_milestone": "list-checks",
}
_RUNNING = {
    "create_goal": "Writing the goal down…",
    "update_goal": "Updating the goal…",
    "set_goal_phase": "Moving the goal…",
    "list_goals": "Looking through the goals…",
    "record_check_in": "Keeping the check-in…",
    "complete_milestone": "Ticking the milestone…",
}
_FAILED = {
    "create_goal": "The goal was not written down",
    "update_goal": "The goal was not changed",
    "set_goal_phase": "The goal was not moved",
    "list_goals": "The goals could not be listed",
    "record_check_in": "The check-in was not kept",
    "complete_milestone": "The milestone was not ticked",
}
_DONE = {"list_goals": "Looked through the goals", "record_check_in": "Checked in"}
_FIELDS = {
    "title": "title",
    "content": "plan",
    "template": "template",
    "phase": "phase",
    "deadline": "deadline",
    "milestones": "milestones",
    "tags": "tags",
    "measures": "measures",
    "rhythm": "review rhythm",
}


def tool_card(key: int, part: ToolCallPart, revision: Revision | None, *, is_undone: bool, today: date) -> ToolCard:
    """The card of one tool call. `revision` is what it changed, None where it changed nothing or is not known."""
    icon = ICONS.get(part.name, "wrench")
    if not part.is_answered:
        return ToolCard(key, ToolCardState.RUNNING, icon, _RUNNING.get(part.name, "Working…"))
    if not part.ok:
        title = _FAILED.get(part.name, "This could not be done")
        return ToolCard(key, ToolCardState.FAILED, "circle-alert", title, (CardLine("", part.result or ""),))
    if revision is None:
        return ToolCard(key, ToolCardState.DONE, icon, _DONE.get(part.name, "Nothing was changed"))
    again = Action(REDO, "Redo") if is_undone else Action(UNDO, "Undo")
    return ToolCard(
        key,
        ToolCardState.UNDONE if is_undone else ToolCardState.DONE,
        icon,
        _title(revision),
        () if revision.created or _is_only_a_move(revision) else _lines(revision, today),
        (Action(OPEN, "Open"), again),
    )


def _title(revision: Revision) -> str:
    if revision.created:
        return f"Created goal **“{escaped(_after(revision, 'title'))}”**"
    changes = _milestones_first(revision)
    if _is_only_a_move(revision):
        return f"Moved the goal to **{_text(changes[0].after).capitalize()}**"
    names = [_name(change) for change in changes]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    first, _, rest = listed.partition(" and ")
    return f"**Updated {first}**" + (f" and {rest}" if rest else "")


def _is_only_a_move(revision: Revision) -> bool:
    """Whether the heading says all: the goal went to another phase."""
    return [change.field for change in revision.changes] == ["phase"]


def _milestones_first(revision: Revision) -> list[FieldChange]:
    return sorted(revision.changes, key=lambda change: change.field != "milestones")


def _name(change: FieldChange) -> str:
    name = _FIELDS[change.field]
    if change.field == "milestones" and (added := len(_new_milestones(change))):
        return f"{name} (+{added})"
    return name


def _lines(revision: Revision, today: date) -> tuple[CardLine, ...]:
    makers: dict[str, Callable[[FieldChange, date], list[CardLine]]] = {
        "milestones": _milestone_lines,
        "content": _plan_lines,
    }
    changes = _milestones_first(revision)
    return tuple(line for change in changes for line in makers.get(change.field, _value_lines)(change, today))


def _milestone_lines(change: FieldChange, today: date) -> list[CardLine]:
    after = {milestone.id for milestone in _milestones(change.after)}
    gone = [milestone for milestone in _milestones(change.before) if milestone.id not in after]
    return [
        *(CardLine("+", item.title, detail=shown_day(item.target_date, today)) for item in _new_milestones(change)),
        *(CardLine("-", item.title, detail=shown_day(item.target_date, today)) for item in gone),
    ] or [CardLine("~", "Milestones changed")]


def _plan_lines(change: FieldChange, _today: date) -> list[CardLine]:
    return [CardLine("~" if change.before else "+", "Plan changed" if change.before else "Plan written")]


def _value_lines(change: FieldChange, today: date) -> list[CardLine]:
    before, after = _shown(change.before, today), _shown(change.after, today)
    return [CardLine("~", _FIELDS[change.field].capitalize(), struck=before, detail=after or "none")]


def _new_milestones(change: FieldChange) -> list[Milestone]:
    before = {milestone.id for milestone in _milestones(change.before)}
    return [milestone for milestone in _milestones(change.after) if milestone.id not in before]


def _milestones(value: FieldValue) -> list[Milestone]:
    return [item for item in value if isinstance(item, Milestone)] if isinstance(value, tuple) else []


def _shown(value: FieldValue, today: date) -> str:
    if isinstance(value, date):
        return shown_day(value, today)
    if isinstance(value, tuple):
        return ", ".join(row_words(item) for item in value)
    return _text(value)


def _text(value: FieldValue) -> str:
    return "" if value is None else str(value)


def _after(revision: Revision, field: str) -> str:
    return next((_text(change.after) for change in revision.changes if change.field == field), "")


def shown_day(day: date | None, today: date) -> str:
    """For example “2 Apr”, with the year where it is not this one; empty for no day."""
    if day is None:
        return ""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b} {day.year}"


def escaped(text: str) -> str:
    """`text` so that Markdown shows it as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>&~|!" else letter for letter in text)
