"""One field of the open goal: what is stored, what the person made of it, and what the coach made of it meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from enum import Enum
from typing import Any, Final

from PySide6.QtCore import QLocale, QObject, Signal

from desktop_app.domain.goals import Milestone, Template
from desktop_app.domain.list_merge import merged
from desktop_app.domain.measures import Measure
from desktop_app.domain.revision_diff import changes_diff
from desktop_app.domain.revisions import FieldChange, FieldValue
from desktop_app.ui.goals.dates import shown_date
from desktop_app.ui.goals.field import EditorField, ListField
from desktop_app.ui.goals.field_note import FieldNote
from desktop_app.ui.goals.templates import TEMPLATE_NAMES

_SHORT: Final = frozenset({"title", "deadline", "template", "tags"})


class _Nothing(Enum):
    NOTHING = 0


class FieldSlot(QObject):
    """Keeps the rule of the editor: what the person typed and what is not saved yet is never overwritten."""

    changed = Signal()
    left = Signal()
    proposal_taken = Signal(str)
    proposal_left = Signal(str)

    def __init__(self, name: str, field: EditorField, note: FieldNote, today: Callable[[], date]) -> None:
        super().__init__(field)
        self.name, self.field, self.note = name, field, note
        self._base: FieldValue = field.value()
        self._stored: FieldValue = self._base
        self._theirs: FieldValue | _Nothing = _Nothing.NOTHING
        self._proposed: FieldChange | None = None
        self._today = today
        field.changed.connect(self._field_changed)
        field.left.connect(self._field_left)
        note.theirs_wanted.connect(self._use_theirs)
        note.mine_wanted.connect(self._keep_mine)
        note.compare_wanted.connect(self._compare)

    @property
    def is_dirty(self) -> bool:
        """Whether the person made something of it that is not saved."""
        return self.field.value() != self._base

    @property
    def stored(self) -> FieldValue:
        """What is stored, as far as the editor knows."""
        return self._stored

    def show(self, value: FieldValue) -> None:
        """Show a goal's value and forget all that was before."""
        self._base = self._stored = value
        self._theirs = _Nothing.NOTHING
        self.field.load(value)
        self.note.show_problem("")
        self.note.show_theirs("")

    def type_in(self, value: FieldValue) -> None:
        """Put `value` in as something the person wrote and that is not saved."""
        self.field.load(value)

    def receive(self, value: FieldValue, *, by_coach: bool) -> bool:
        """Take in what was stored by somebody else; False where the person's own stays and `value` waits beside it."""
        base, self._stored = self._base, value
        mine = self.field.value()
        if mine == value or not (self.is_dirty or self.field.is_busy):
            self.show(value)
            return True
        if isinstance(self.field, ListField) and self._merge(base, value):
            return True
        self._theirs = value
        self.note.show_theirs("Coach" if by_coach else "Something else")
        return False

    def propose(self, change: FieldChange | None) -> None:
        """Show beside the field what the coach proposes; None takes that away."""
        self._proposed = change
        self.note.show_proposal("" if change is None else proposal_words(change))

    def mark_sent(self) -> FieldValue:
        """The value as it goes to be saved."""
        return self.field.note_sent() if isinstance(self.field, ListField) else self.field.value()

    def mark_saved(self, sent: FieldValue, saved: FieldValue) -> None:
        """`sent` was stored as `saved`; what was typed since stays, and stays unsaved."""
        self._stored = saved
        if isinstance(self.field, ListField):
            self.field.adopt(_rows(sent), _rows(saved))
            sent = _with_identity(_rows(sent), _rows(saved))
        self._base = sent
        self.note.show_problem("")
        if not self.is_dirty and not self.field.has_focus_within:
            self._base = saved
            self.field.load(saved)

    def show_own_problem(self) -> None:
        """Say what is wrong with what is being typed, if anything is."""
        if self.field.problem:
            self.note.show_problem(self.field.problem)

    def _merge(self, base: FieldValue, value: FieldValue) -> bool:
        joined = merged(_rows(base), _rows(self.field.value()), _rows(value))
        self._base = value
        self.field.load(joined.items)
        return not joined.collides

    def _field_changed(self) -> None:
        if self.note.problem and not self.field.problem:
            self.note.show_problem("")
        self.changed.emit()

    def _field_left(self) -> None:
        self.show_own_problem()
        self.left.emit()

    def _use_theirs(self) -> None:
        if not isinstance(self._theirs, _Nothing):
            self.field.load(self._theirs)
            self._decide()
        elif self._proposed is not None:
            self.proposal_taken.emit(self.name)

    def _keep_mine(self) -> None:
        if not isinstance(self._theirs, _Nothing):
            self._decide()
        elif self._proposed is not None:
            self.proposal_left.emit(self.name)

    def _compare(self) -> None:
        after = self._theirs
        if isinstance(after, _Nothing):
            after = self._proposed.after if self._proposed is not None else self.field.value()
        for diff in changes_diff((FieldChange(self.name, self.field.value(), after),)):
            self.note.show_diff(diff, self._today())

    def _decide(self) -> None:
        self._base = self._stored
        self._theirs = _Nothing.NOTHING
        self.note.show_theirs("")
        self.changed.emit()
        self.left.emit()


def proposal_words(change: FieldChange) -> str:
    """What is proposed, in a line: the value itself where it is short."""
    if change.field in _SHORT:
        return f"Proposed: {_short(change.after)}"
    return "Coach proposes a change."


def _short(value: FieldValue) -> str:
    match value:
        case None | ():
            return "none"
        case date():
            return shown_date(value, QLocale())
        case Template():
            return TEMPLATE_NAMES[value]
        case tuple():
            return " · ".join(str(item) for item in value)
        case _:
            return str(value)


def _rows(value: FieldValue) -> tuple[Any, ...]:
    """The milestones or measures that a value consists of."""
    return tuple(item for item in value if isinstance(item, Milestone | Measure)) if isinstance(value, tuple) else ()


def _with_identity(sent: Sequence[Any], saved: Sequence[Any]) -> FieldValue:
    """What was sent, under the identities it was saved with."""
    return tuple(replace(before, id=after.id) for before, after in zip(sent, saved, strict=False))
