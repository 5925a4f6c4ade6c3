"""Check-ins: how a goal stood on a day, and when it is looked at again."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from desktop_app.domain.goals import ReviewRhythm
from desktop_app.domain.ids import CheckInId, GoalId, MeasureId, RevisionId
from desktop_app.domain.revisions import Author

NOTE_LIMIT: Final = 10_000
_DAYS: Final = {ReviewRhythm.WEEKLY: 7, ReviewRhythm.TWO_WEEKS: 14}


class CheckInStatus(StrEnum):
    """How it goes."""

    ON_TRACK = "on_track"
    BEHIND = "behind"
    AT_RISK = "at_risk"


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's number on the day of a check-in; name and unit as they were."""

    measure_id: MeasureId | None
    name: str
    unit: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class NewCheckIn:
    """What is told at a check-in. `numbers` are the measures' new numbers by name; others stay as they are."""

    status: CheckInStatus
    note: str = ""
    numbers: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckIn:
    """A stored check-in. `progress` (0 to 1) and `readings` are of all measures as they stood then.

    `revision_id` is the change of the measures that came with it, if there was one.
    """

    id: CheckInId
    goal_id: GoalId
    author: Author
    at: datetime
    status: CheckInStatus
    note: str
    readings: tuple[Reading, ...]
    progress: Decimal | None
    revision_id: RevisionId | None = None


def next_review(rhythm: ReviewRhythm, last: date) -> date | None:
    """When a goal that was looked at on the day `last` is looked at again; None without a rhythm.

    A month later is the same day of the next month, or its last day.
    """
    if rhythm is ReviewRhythm.NONE:
        return None
    if rhythm is ReviewRhythm.MONTHLY:
        year, month = (last.year + 1, 1) if last.month == 12 else (last.year, last.month + 1)
        return date(year, month, min(last.day, calendar.monthrange(year, month)[1]))
    return last + timedelta(days=_DAYS[rhythm])
