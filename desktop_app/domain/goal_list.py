"""The list of goals: what is shown of each, in which order, and which are left out."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from desktop_app.domain.goals import Goal, Phase
from desktop_app.domain.ids import GoalId

KEPT_AFTER_DELETING: Final = timedelta(days=30)


class GoalOrder(StrEnum):
    """What comes first: the nearest deadline (none comes last), A, what was changed last, what is furthest."""

    DEADLINE = "deadline"
    TITLE = "title"
    CHANGED = "changed"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class GoalQuery:
    """Which goals, in which order; a part of them where `limit` is given.

    `text` finds words in title, plan, milestones and tags, as the search does; `tag` is compared without case. No
    `phases` are all.
    """

    order: GoalOrder = GoalOrder.DEADLINE
    phases: frozenset[Phase] = frozenset()
    tag: str | None = None
    text: str = ""
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class GoalSummary:
    """What a list shows of a goal. `percent` is None where nothing can be counted."""

    id: GoalId
    title: str
    phase: Phase
    deadline: date | None
    done_count: int
    milestone_count: int
    percent: int | None
    updated_at: datetime
    deleted_at: datetime | None = None

    def days_late(self, today: date) -> int:
        """Days since the deadline of a goal that is still open; 0 when it is not late."""
        if self.deadline is None or self.phase in {Phase.COMPLETED, Phase.ARCHIVED}:
            return 0
        return max(0, (today - self.deadline).days)


@dataclass(frozen=True, slots=True)
class GoalPage:
    """The goals asked for, and how many there would be without a limit."""

    goals: tuple[GoalSummary, ...]
    total: int


# A goal as lists and the coach know it, whole or not: id, title, phase, deadline and counts of milestones.
KnownGoal: TypeAlias = Goal | GoalSummary


@dataclass(frozen=True, slots=True)
class GoalShelf:
    """The goals of one phase: the first ones, and how many there are."""

    phase: Phase
    goals: tuple[KnownGoal, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TagUse:
    """A tag and how many goals carry it."""

    name: str
    count: int


def title_key(title: str) -> str:
    """What titles are sorted by: without case and accents."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))
