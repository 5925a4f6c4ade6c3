"""Goals as a calendar in the iCalendar format (RFC 5545): deadlines, milestones and reviews as all-day events.

An event has the same UID in every export, so that a calendar changes it in place of adding another.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from desktop_app.domain.goals import Goal, Phase, ReviewRhythm
from desktop_app.domain.ids import GoalId

_LINE_BYTES: Final = 75
_RULES: Final = {
    ReviewRhythm.WEEKLY: "FREQ=WEEKLY",
    ReviewRhythm.TWO_WEEKS: "FREQ=WEEKLY;INTERVAL=2",
    ReviewRhythm.MONTHLY: "FREQ=MONTHLY",
}
_HEAD: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//GoalGetter//Goals//EN", "CALSCALE:GREGORIAN")


def goals_as_calendar(goals: Iterable[Goal], reviews: Mapping[GoalId, date | None]) -> str:
    """The calendar of goals that are drafts or active. `reviews` says when each is looked at again."""
    lines = [*_HEAD]
    for goal in goals:
        if goal.phase in {Phase.DRAFT, Phase.ACTIVE}:
            lines += _events(goal, reviews.get(goal.id))
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def folded(line: str) -> str:
    """A line as RFC 5545 wants it: at most 75 bytes, the rest on lines that begin with a space, no letter cut."""
    pieces: list[str] = []
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LINE_BYTES:
            pieces.append(piece)
            piece, size = "", 1  # the space that begins it
        piece += letter
        size += width
    return "\r\n ".join([*pieces, piece])


def escaped(text: str) -> str:
    """A text as RFC 5545 wants it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in plain if letter in "\n\t" or ord(letter) >= ord(" "))
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        kept = kept.replace(letter, written)
    return kept


def _events(goal: Goal, review: date | None) -> Iterator[str]:
    if goal.fields.deadline is not None:
        yield from _event(goal, "deadline", goal.fields.deadline, f"Deadline: {goal.title}")
    for step in goal.fields.milestones:
        if step.target_date is not None and not step.is_done:
            text = f"{step.title} ({goal.title})"
            yield from _event(goal, f"milestone-{step.id}", step.target_date, text, step.description)
    if review is not None:
        rule = _RULES[goal.fields.rhythm]
        yield from _event(goal, "review", review, f"Review: {goal.title}", rule=rule)


def _event(goal: Goal, part: str, day: date, summary: str, description: str = "", rule: str = "") -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{goal.uid}-{part}@goalgetter"
    yield f"DTSTAMP:{_moment(goal.updated_at)}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    if rule:
        yield f"RRULE:{rule}"
    yield f"SUMMARY:{escaped(summary)}"
    if description:
        yield f"DESCRIPTION:{escaped(description)}"
    if goal.fields.tags:
        yield f"CATEGORIES:{','.join(escaped(tag) for tag in goal.fields.tags)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
