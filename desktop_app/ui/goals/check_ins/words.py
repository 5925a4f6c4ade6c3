"""Check-ins and reviews in words."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QLocale

from desktop_app.domain.check_ins import CheckIn, CheckInStatus
from desktop_app.domain.goals import ReviewRhythm
from desktop_app.domain.measures import number_text
from desktop_app.domain.progress_over_time import ProgressPoint
from desktop_app.ui.goals.dates import distance_words, shown_date

STATUS_WORDS: Final = {
    CheckInStatus.ON_TRACK: "On track",
    CheckInStatus.BEHIND: "Behind",
    CheckInStatus.AT_RISK: "At risk",
}
STATUS_TONES: Final = {
    CheckInStatus.ON_TRACK: "accent",
    CheckInStatus.BEHIND: "warn",
    CheckInStatus.AT_RISK: "danger",
}
STATUS_SIGNS: Final = {CheckInStatus.ON_TRACK: "✓", CheckInStatus.BEHIND: "↓", CheckInStatus.AT_RISK: "!"}
RHYTHM_WORDS: Final = {
    ReviewRhythm.NONE: "Never",
    ReviewRhythm.WEEKLY: "Every week",
    ReviewRhythm.TWO_WEEKS: "Every two weeks",
    ReviewRhythm.MONTHLY: "Every month",
}


def badge_words(status: CheckInStatus) -> str:
    """A status with its sign, so that it is not told by colour alone."""
    return f"{STATUS_SIGNS[status]}  {STATUS_WORDS[status]}"


def review_words(day: date | None, today: date, locale: QLocale) -> str:
    """When the goal is looked at again; empty without a rhythm."""
    return f"next {shown_date(day, locale)}, {distance_words(day, today)}" if day is not None else ""


def readings_words(check_in: CheckIn) -> str:
    """What was measured then, for example "Distance 12 km · Weight 70 kg"."""
    return " · ".join(f"{one.name} {number_text(one.value)} {one.unit}".rstrip() for one in check_in.readings)


def percent(point: ProgressPoint) -> str:
    """A share of the chart in words."""
    return "nothing to count" if point.share is None else f"{round(point.share * 100)} %"


def chart_words(points: Sequence[ProgressPoint], locale: QLocale, most: int = 30) -> str:
    """The chart as a list of days, for those who do not see it; of very many points the newest."""
    told = [f"{shown_date(point.at.astimezone().date(), locale)}: {percent(point)}" for point in points[-most:]]
    return "; ".join(told) if told else "No progress yet."
