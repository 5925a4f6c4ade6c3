"""What the editor tells over the goal: the coach's changes, questions, errors, and that a goal is archived."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.domain.goals import Phase
from desktop_app.ui.goals.notice import Notice
from desktop_app.ui.theme.theme import Theme

_REVIEW, _UNDO, _RESTORE, _COMPLETE, _NOT_YET = "Review", "Undo", "Restore", "Complete", "Not yet"
_WORDS = {"content": "plan", "milestones": "milestones", "tags": "tags"}


class NoticeArea(QWidget):
    """Holds one notice of each kind, each hidden until it has something to say."""

    review_requested = Signal(list)
    undo_requested = Signal()
    restore_requested = Signal()
    phase_confirmed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = Notice(theme, "circle-alert", (), tone="danger")
        self.coach = Notice(theme, "sparkle", (_REVIEW, _UNDO), tone="accent")
        self.question = Notice(theme, "flag", (_COMPLETE, _NOT_YET), tone="warn")
        self.archived = Notice(theme, "archive", (_RESTORE,))
        self.passing = Notice(theme, "circle-alert", ())
        self._coach_fields: list[str] = []
        self.coach.chosen.connect(self._answer_coach)
        self.question.chosen.connect(self._answer_question)
        self.archived.chosen.connect(self._answer_archived)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._all = (self.error, self.coach, self.question, self.archived, self.passing)
        for notice in self._all:
            layout.addWidget(notice)
        layout.addSpacing(8)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """All actions, in the order of Tab."""
        return tuple(button for notice in self._all for button in notice.buttons)

    def clear(self) -> None:
        """Tell nothing any more."""
        self._coach_fields = []
        for notice in self._all:
            notice.hide()

    def clear_passing(self) -> None:
        """Take away what the next edit of the person settles."""
        self._coach_fields = []
        for notice in (self.coach, self.question, self.passing):
            notice.hide()

    def show_error(self, text: str) -> None:
        """Say why nothing could be saved; empty text takes that back."""
        if text:
            self.error.tell(text)
        else:
            self.error.hide()

    def tell(self, text: str) -> None:
        """Say a passing sentence."""
        self.passing.tell(text)

    def show_coach_change(self, fields: Collection[str]) -> None:
        """Tell how many fields the coach changed, those of an earlier, unanswered change included."""
        self._coach_fields.extend(name for name in fields if name not in self._coach_fields)
        count = len(self._coach_fields)
        only = self._coach_fields[0] if self._coach_fields else ""
        what = f"{count} fields" if count != 1 else f"the {_WORDS.get(only, only)}"
        self.coach.tell(f"Coach changed {what} just now")

    def show_archived(self, is_archived: bool) -> None:
        """Say that the goal is in the archive."""
        if is_archived:
            self.archived.tell("This goal is archived. Choose a phase or restore it.")
        else:
            self.archived.hide()

    def ask_to_complete(self, still_open: int) -> None:
        """Ask whether a goal with open milestones is completed."""
        what = "1 milestone is" if still_open == 1 else f"{still_open} milestones are"
        self.question.tell(f"{what} still open. Complete the goal anyway?")
        self.question.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _answer_coach(self, word: str) -> None:
        fields, self._coach_fields = self._coach_fields, []
        self.coach.hide()
        if word == _REVIEW:
            self.review_requested.emit(fields)
        else:
            self.undo_requested.emit()

    def _answer_question(self, word: str) -> None:
        self.question.hide()
        if word == _COMPLETE:
            self.phase_confirmed.emit(Phase.COMPLETED.value)

    def _answer_archived(self, _word: str) -> None:
        self.restore_requested.emit()
