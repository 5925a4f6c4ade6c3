"""What the coach proposes: told over the goal, compared, then taken or left."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.domain.proposals import Proposal
from desktop_app.domain.revision_diff import changes_diff, field_words
from desktop_app.ui.goals.compare_box import CompareBox
from desktop_app.ui.goals.notice import Notice
from desktop_app.ui.theme.theme import Theme

_COMPARE, _TAKE, _LEAVE = "Compare", "Take", "Leave"


class ProposalBar(QFrame):
    """Shows one proposal at a time. `taken` and `left` give its id."""

    taken = Signal(int)
    left = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("proposal_bar")
        self.setAccessibleName("What the coach proposes")
        self._theme = theme
        self._shown: Proposal | None = None
        self._today = date.min
        self.notice = Notice(theme, "sparkle", (_COMPARE, _TAKE, _LEAVE), tone="accent")
        self.notice.chosen.connect(self._answer)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("tone", "secondary")
        self.note.setProperty("role", "small")
        self.note.setWordWrap(True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cards = CompareBox(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 0)
        column.setSpacing(8)
        for part in (self.notice, self.note, self.cards):
            column.addWidget(part)
        self.show_proposals((), date.min)

    @property
    def shown(self) -> Proposal | None:
        """The proposal that is asked about."""
        return self._shown

    def show_proposals(self, waiting: Sequence[Proposal], today: date) -> None:
        """Ask about the first of these, and say how many wait behind it."""
        first = waiting[0] if waiting else None
        if first != self._shown:
            self.cards.hide()
        self._shown, self._today = first, today
        self.setVisible(first is not None)
        if first is None:
            return
        behind = len(waiting) - 1
        self.notice.tell(_words(first) + (f" {behind} more after this." if behind else ""))
        self.note.setText(first.check_in.note if first.check_in is not None else "")
        self.note.setVisible(bool(self.note.text()))
        self.notice.buttons[0].setVisible(bool(first.changes))

    def _answer(self, word: str) -> None:
        if self._shown is None:
            return
        if word == _COMPARE:
            self._compare(self._shown)
        elif word == _TAKE:
            self.taken.emit(int(self._shown.id))
        else:
            self.left.emit(int(self._shown.id))

    def _compare(self, proposal: Proposal) -> None:
        """Show what would change, or hide it again."""
        if self.cards.isVisible():
            self.cards.hide()
            return
        self.cards.show_diffs(changes_diff(proposal.changes), self._today, self.notice.width())


def _words(proposal: Proposal) -> str:
    if proposal.goal_id is None:
        title = next((str(change.after) for change in proposal.changes if change.field == "title"), "")
        return f"Coach proposes a new goal: “{title}”."
    if proposal.check_in is not None:
        return f"Coach proposes a check-in: {proposal.check_in.status.value.replace('_', ' ')}."
    fields = [field_words(change.field) for change in proposal.changes]
    return f"Coach proposes to change {'the ' + fields[0] if len(fields) == 1 else f'{len(fields)} fields'}."
