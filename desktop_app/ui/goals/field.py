"""What every field of the editor can do, whatever it is made of."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.domain.revisions import FieldValue


def focus_before(part: QWidget, owner: QWidget) -> QWidget:
    """The control outside `owner` that Tab leaves to come to `part`, whatever `owner` has before it."""
    before = part.previousInFocusChain()
    while before is not None and before is not part:
        if before.focusPolicy() & Qt.FocusPolicy.TabFocus and not owner.isAncestorOf(before):
            return before
        before = before.previousInFocusChain()
    return part


class EditorField(QWidget):
    """One field of a goal. `changed` comes with every change by the person, `left` when a piece of it is done."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._touched = False

    def value(self) -> FieldValue:
        """What stands in the field, in the type that GoalFields has for it."""
        raise NotImplementedError

    def load(self, value: FieldValue) -> None:
        """Show `value`; emits nothing. The cursor stays where it is as far as it can."""
        raise NotImplementedError

    def finish(self) -> None:
        """Take in what is typed but not ended yet, for example a tag without its Enter."""

    @property
    def problem(self) -> str:
        """Why what is typed is no value yet; empty when it is one."""
        return ""

    @property
    def is_busy(self) -> bool:
        """Whether the person is typing in it: it has the focus and was changed since it got it."""
        return self._touched and self.has_focus_within

    @property
    def has_focus_within(self) -> bool:
        """Whether the focus is in the field or in a part of it."""
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))

    def _touch(self) -> None:
        self._touched = True
        self.changed.emit()

    def _leave(self) -> None:
        self._touched = False
        self.left.emit()

    def _settle(self) -> None:
        """Tell of a change that is whole at once, for example a tick."""
        self.changed.emit()
        self.left.emit()

    def _watch_focus(self, *parts: QWidget) -> None:
        for part in parts:
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice when the focus leaves a part of the field."""
        if event.type() is QEvent.Type.FocusOut:
            self._part_left(watched)
        return super().eventFilter(watched, event)

    def _part_left(self, part: QObject) -> None:  # noqa: ARG002 - for fields of several parts
        self._leave()


class ListField(EditorField):
    """A field of rows, which get an identity of their own when they are stored for the first time."""

    def note_sent(self) -> FieldValue:
        """The value as it goes to be saved; `adopt` later finds its rows again, however they changed meanwhile."""
        raise NotImplementedError

    def adopt(self, sent: Sequence[object], saved: Sequence[object]) -> None:
        """Give the rows that were `sent` without an identity the one they were `saved` with."""
        raise NotImplementedError
