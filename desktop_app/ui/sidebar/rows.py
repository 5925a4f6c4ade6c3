"""The sidebar's rows, made from goals and conversations; no Qt in it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from desktop_app.domain.phases import Phase

if TYPE_CHECKING:
    # Only named here: the first paint does without it.
    from desktop_app.domain.goal_list import GoalShelf, KnownGoal
    from desktop_app.domain.messages import Conversation

NO_GOALS: Final = "Goals you and the coach write will be listed here."
NONE_FOUND: Final = "No goal has these words."
NO_CONVERSATIONS: Final = "No chats yet."
NONE_OF_GOAL: Final = "No chats about this goal yet."
PINNED: Final = "Pinned"
UNTITLED: Final = "New chat"
TAG: Final = "tag"

_PHASES: Final = {
    Phase.ACTIVE: "Active",
    Phase.DRAFT: "Draft",
    Phase.COMPLETED: "Completed",
    Phase.ARCHIVED: "Archived",
}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class RowKind(StrEnum):
    """What a row is."""

    SECTION = "section"
    PHASE = "phase"  # folds the goals under it
    GOAL = "goal"
    DAY = "day"
    MORE = "more"  # stands for the goals of a phase that are not listed yet; choosing it lists more
    FILTER = "filter"  # says that only chats of one goal, or goals of one tag, are shown; choosing it shows all
    CONVERSATION = "conversation"
    NOTE = "note"  # stands where a list is empty


RowKey: TypeAlias = tuple[RowKind, int | str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `key` stays the same while the thing it stands for does."""

    key: RowKey
    title: str
    hint: str = ""
    is_late: bool = False
    phase: Phase | None = None
    share_done: float = 0.0
    is_folded: bool = False
    is_pinned: bool = False
    spoken: str = ""

    @property
    def kind(self) -> RowKind:
        """What it is."""
        return self.key[0]

    @property
    def item_id(self) -> int | None:
        """The id of the goal or conversation it stands for."""
        number = self.key[1]
        return number if isinstance(number, int) else None


def goal_rows(
    shelves: "Sequence[GoalShelf]",
    today: date,
    folded: AbstractSet[Phase],
    only_tag: str = "",
    words: str = "",
) -> list[Row]:
    """The section of goals: each phase that has some, with the goals in the order given unless it is folded.

    `only_tag` and `words` say by what they were found; what was looked for is not folded away.
    """
    rows = [Row((RowKind.SECTION, "goals"), "Goals", spoken="Goals")]
    if only_tag:
        spoken = f"Only goals with the tag {only_tag} are shown. Show all"
        rows.append(Row((RowKind.FILTER, TAG), only_tag, spoken=spoken))
    if not shelves:
        note = NONE_FOUND if words or only_tag else NO_GOALS
        rows.append(Row((RowKind.NOTE, "goals"), note, spoken=note))
    for shelf in shelves:
        title, count = _PHASES[shelf.phase], f"{shelf.total:,}"
        is_folded = shelf.phase in folded and not words
        spoken = f"{title} goals, {count}, {'folded' if is_folded else 'unfolded'}"
        key = (RowKind.PHASE, shelf.phase.value)
        rows.append(Row(key, title, count, phase=shelf.phase, is_folded=is_folded, spoken=spoken))
        if not is_folded:
            rows.extend(_goal_row(goal, today) for goal in shelf.goals)
            rows.extend(_more_row(shelf))
    return rows


def _more_row(shelf: "GoalShelf") -> list[Row]:
    left = shelf.total - len(shelf.goals)
    words = f"Show more of {left:,}"
    spoken = f"{words} {_PHASES[shelf.phase].lower()} goals"
    return [Row((RowKind.MORE, shelf.phase.value), words, phase=shelf.phase, spoken=spoken)] if left > 0 else []


def conversation_rows(
    conversations: "Sequence[Conversation]", now: datetime, only_of: "KnownGoal | None" = None
) -> list[Row]:
    """The section of conversations: the pinned ones, then the others under the days they were last used.

    The newest is first, days are those of `now`'s time zone. With `only_of`, those of one goal.
    """
    rows = [Row((RowKind.SECTION, "chats"), "Chats", spoken="Chats")]
    if only_of is not None:
        conversations = [one for one in conversations if one.goal_id == only_of.id]
        spoken = f"Only chats about {only_of.title} are shown. Show all"
        rows.append(Row((RowKind.FILTER, only_of.id), only_of.title, spoken=spoken))
    if not conversations:
        note = NO_CONVERSATIONS if only_of is None else NONE_OF_GOAL
        rows.append(Row((RowKind.NOTE, "chats"), note, spoken=note))
    heading = ""
    for conversation in sorted(conversations, key=_pinned_then_newest):
        day = PINNED if conversation.is_pinned else _day_heading(_local_day(conversation, now), now.date())
        if day != heading:
            heading = day
            rows.append(Row((RowKind.DAY, day), day, spoken=day))
        title = conversation.title or UNTITLED
        spoken = f"Pinned chat: {title}" if conversation.is_pinned else f"Chat: {title}"
        key = (RowKind.CONVERSATION, conversation.id)
        rows.append(Row(key, title, is_pinned=conversation.is_pinned, spoken=spoken))
    return rows


def deadline_hint(goal: "KnownGoal", today: date) -> tuple[str, bool]:
    """The deadline in a few letters, and whether it has passed on a goal that is still open."""
    deadline = goal.deadline
    if deadline is None:
        return "", False
    late = goal.days_late(today)
    if late:
        return ("1 day late" if late == 1 else f"{late} days late"), True
    is_open = goal.phase in {Phase.ACTIVE, Phase.DRAFT}
    if is_open and deadline == today:
        return "Today", False
    if is_open and deadline == today + timedelta(days=1):
        return "Tomorrow", False
    year = "" if deadline.year == today.year else f" {deadline.year}"
    return f"{deadline.day} {_MONTHS[deadline.month - 1]}{year}", False


def _goal_row(goal: "KnownGoal", today: date) -> Row:
    hint, is_late = deadline_hint(goal, today)
    total = goal.milestone_count
    spoken = [f"Goal: {goal.title}", goal.phase.value]
    if total:
        spoken.append(f"{goal.done_count} of {total} milestones done")
    if hint:
        spoken.append(hint if is_late else f"deadline {hint}")
    return Row(
        (RowKind.GOAL, goal.id),
        goal.title,
        hint,
        is_late,
        phase=goal.phase,
        share_done=goal.done_count / total if total else 0.0,
        spoken=", ".join(spoken),
    )


def _pinned_then_newest(conversation: "Conversation") -> tuple[bool, float, int]:
    return (not conversation.is_pinned, -conversation.updated_at.timestamp(), -conversation.id)


def _local_day(conversation: "Conversation", now: datetime) -> date:
    return conversation.updated_at.astimezone(now.tzinfo).date()


def _day_heading(day: date, today: date) -> str:
    age = (today - day).days
    if age <= 0:
        return "Today"
    if age == 1:
        return "Yesterday"
    return "Last 7 days" if age <= 7 else "Older"
