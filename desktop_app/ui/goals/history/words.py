"""A revision in words: what was done, by whom, and when."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias

from PySide6.QtCore import QLocale, QTime

from desktop_app.domain.goals import Phase, Template
from desktop_app.domain.revision_diff import field_words
from desktop_app.domain.revisions import AuthorKind, Cause, FieldChange, Revision
from desktop_app.ui.goals.dates import short_date
from desktop_app.ui.goals.templates import TEMPLATE_NAMES

NameOf: TypeAlias = Callable[[str | None, str | None], str]
_CAUSES: Final = {
    Cause.UNDO: "Undid: ",
    Cause.REDO: "Redid: ",
    Cause.RESTORE: "Restored: ",
    Cause.IMPORT: "Imported: ",
    Cause.CHECK_IN: "Check-in: ",
    Cause.PROPOSAL: "Taken over: ",
}


def revision_title(revision: Revision) -> str:
    """What it did, for example "Milestones (+3) and deadline" or "Draft to Active"."""
    if revision.created:
        template = next((change.after for change in revision.changes if change.field == "template"), Template.CUSTOM)
        name = TEMPLATE_NAMES.get(Template(str(template)), "")
        return f"Created from {name} template" if template is not Template.CUSTOM and name else "Created"
    before = _CAUSES.get(revision.cause, "")
    if len(revision.changes) == 1 and revision.changes[0].field == "phase":
        move = revision.changes[0]
        return f"{before}{Phase(str(move.before)).value.capitalize()} to {Phase(str(move.after)).value.capitalize()}"
    what = _listed([_change_words(change) for change in revision.changes])
    if before:
        return before + what
    return f"Edited {what}" if revision.author.kind is AuthorKind.YOU else what[:1].upper() + what[1:]


def author_words(revision: Revision, name_of: NameOf) -> str:
    """Whose hand it was, the coach with its model as it is called on screen."""
    author = revision.author
    if author.kind is AuthorKind.YOU:
        return "You"
    return f"Coach · {name_of(author.provider, author.model)}" if author.model else "Coach"


def plain_name(_provider: str | None, model: str | None) -> str:
    """A model by its id, as long as nobody knows its name."""
    return model or "unknown model"


def time_words(at: datetime, today: date, locale: QLocale) -> str:
    """The time of a moment of today, else its day, where the person is."""
    local = at.astimezone()
    if local.date() == today:
        return _clock_words(local, locale)
    return short_date(local.date(), today, locale)


def moment_words(at: datetime, today: date, locale: QLocale) -> str:
    """A moment in full: its time, and its day unless that is today."""
    local = at.astimezone()
    time = _clock_words(local, locale)
    return f"at {time}" if local.date() == today else f"on {short_date(local.date(), today, locale)} at {time}"


def _clock_words(at: datetime, locale: QLocale) -> str:
    return locale.toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)


def _change_words(change: FieldChange) -> str:
    words = field_words(change.field)
    if isinstance(change.before, tuple) and isinstance(change.after, tuple):
        difference = len(change.after) - len(change.before)
        return f"{words} ({difference:+d})".replace("-", "−") if difference else words
    return words


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else "nothing"
