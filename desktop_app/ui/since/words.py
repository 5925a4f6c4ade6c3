"""What is due and what changed, in sentences made from stored facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QLocale

from desktop_app.domain.check_ins import CheckInStatus
from desktop_app.domain.revision_diff import field_words
from desktop_app.domain.revisions import AuthorKind, Revision
from desktop_app.services.reminders import GoalNews, Since
from desktop_app.ui.goals.dates import shown_date

_WENT: Final = {
    CheckInStatus.ON_TRACK: "it is on track",
    CheckInStatus.BEHIND: "it is behind",
    CheckInStatus.AT_RISK: "it is at risk",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence about one goal."""

    goal_id: int
    text: str


def heading(seen: datetime) -> str:
    """When the person was here before."""
    return f"Welcome back. You were here on {shown_date(seen.astimezone().date(), QLocale())}."


def lines_of(since: Since, today: date) -> tuple[Line, ...]:
    """What is due first, then what was done the last time; empty for nothing."""
    due = (Line(int(one.goal_id), one.words(today)) for one in since.due)
    news = (Line(int(one.goal_id), _news_words(one)) for one in since.news)
    return (*due, *news)


def question(lines: Sequence[Line]) -> str:
    """What the coach is asked, where the person wants more than the facts."""
    return "I am back. Help me go on from here:\n" + "\n".join(f"- {line.text}" for line in lines) + "\n"


def _news_words(news: GoalNews) -> str:
    told = [
        *_hand_words("you", [one for one in news.revisions if one.author.kind is AuthorKind.YOU]),
        *_hand_words("the coach", [one for one in news.revisions if one.author.kind is AuthorKind.COACH]),
    ]
    if news.check_ins:
        told.append(f"at the last check-in {_WENT[news.check_ins[0].status]}")
    return f"“{news.title}”: {'; '.join(told)}."


def _hand_words(who: str, revisions: Sequence[Revision]) -> list[str]:
    if not revisions:
        return []
    if any(revision.created for revision in revisions):
        return [f"{who} began it"]
    fields = dict.fromkeys(field_words(change.field) for one in reversed(revisions) for change in one.changes)
    return [f"{who} changed {', '.join(fields)}"]
