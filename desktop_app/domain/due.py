"""What is due in goals: reviews, milestones and deadlines; and of which of them to remind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desktop_app.domain.ids import GoalId, MilestoneId


class DueKind(StrEnum):
    """What is due."""

    REVIEW = "review"
    MILESTONE = "milestone"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Due:
    """Something of an active goal that is due on a day. `milestone` and its title are None for the other kinds."""

    kind: DueKind
    goal_id: GoalId
    goal_title: str
    day: date
    milestone_id: MilestoneId | None = None
    milestone: str | None = None

    @property
    def key(self) -> str:
        """By what it is known: the same thing on another day is another."""
        return f"{self.kind.value}:{self.goal_id}:{self.milestone_id or ''}:{self.day.isoformat()}"

    def words(self, today: date) -> str:
        """It in a sentence."""
        late = (today - self.day).days
        when = {0: "today", 1: "since yesterday"}.get(late, f"since {self.day.isoformat()}")
        match self.kind:
            case DueKind.REVIEW:
                return f"“{self.goal_title}” is to be looked at again, {when}."
            case DueKind.MILESTONE:
                return f"“{self.milestone}” of “{self.goal_title}” is due {when}."
            case DueKind.DEADLINE:
                past = {0: "is today", 1: "was yesterday"}.get(late, f"was on {self.day.isoformat()}")
                return f"The deadline of “{self.goal_title}” {past}."


def reminders(dues: Iterable[Due], silent_until: Mapping[str, datetime], now: datetime) -> tuple[Due, ...]:
    """What to remind of `now`: what is due, the oldest first, without what is to be silent until later."""
    loud = (due for due in dues if due.key not in silent_until or silent_until[due.key] <= now)
    return tuple(sorted(loud, key=lambda due: (due.day, due.goal_id, due.key)))
