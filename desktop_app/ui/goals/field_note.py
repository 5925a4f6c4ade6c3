"""The line beside a field: why it cannot be kept, or what the coach made of it, to be taken or left."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.domain.revision_diff import FieldDiff
from desktop_app.ui.goals.compare_box import CompareBox
from desktop_app.ui.goals.notice import sentence, spread
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme


class FieldNote(QFrame):
    """A reason comes before the coach's version of what is being typed, and that before what the coach proposes."""

    theirs_wanted = Signal()
    mine_wanted = Signal()
    compare_wanted = Signal()

    def __init__(self, field_name: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._problem, self._other, self._proposal = "", "", ""
        self._box: CompareBox | None = None
        self.label = sentence()
        self.label.setProperty("role", "small")
        self.compare = push_button("Compare", kind="link")
        self.compare.setAccessibleName(f"Compare the coach’s {field_name} with yours")
        self.compare.clicked.connect(self._compare)
        self.theirs = push_button("Use Coach’s", kind="link")
        self.theirs.setAccessibleName(f"Use the coach’s {field_name}")
        self.theirs.clicked.connect(self.theirs_wanted)
        self.mine = push_button("Keep yours", kind="link")
        self.mine.setAccessibleName(f"Keep your {field_name}")
        self.mine.clicked.connect(self.mine_wanted)
        self.buttons = (self.compare, self.theirs, self.mine)
        for button in self.buttons:
            button.setObjectName("notice_action")
        self._links = QWidget()
        self._links.setLayout(spread(self.buttons))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(6)
        head.addWidget(self.label, 1)
        head.addWidget(self._links)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 2)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._show()

    @property
    def problem(self) -> str:
        """The reason that is shown."""
        return self._problem

    @property
    def has_theirs(self) -> bool:
        """Whether the coach's version of what is being typed waits here."""
        return bool(self._other)

    @property
    def proposal(self) -> str:
        """What is said of what the coach proposes."""
        return self._proposal

    def show_problem(self, text: str) -> None:
        """Say why the field cannot be kept as it is; empty text takes that back."""
        if text != self._problem:
            self._problem = text
            self._show()

    def show_theirs(self, other: str) -> None:
        """Say that `other` ("Coach") changed the field too; empty text takes that back."""
        if other != self._other:
            self._other = other
            self._show()

    def show_proposal(self, text: str) -> None:
        """Say what the coach proposes for the field; empty text takes that back."""
        if text != self._proposal:
            self._proposal = text
            self._show()

    def show_diff(self, diff: FieldDiff, today: date) -> None:
        """Show what taking it would change."""
        if self._box is None:
            self._box = CompareBox(self._theme)
            self._column.addWidget(self._box)
        self._box.show_diffs((diff,), today, self.width())

    def _compare(self) -> None:
        if self._box is not None and self._box.isVisible():
            self._box.hide()
        else:
            self.compare_wanted.emit()

    def _show(self) -> None:
        conflict = f"{self._other} also changed this." if self._other else ""
        self.label.setText(self._problem or conflict or self._proposal)
        self.label.setProperty("tone", "danger" if self._problem else "secondary")
        restyle(self.label)
        if conflict:
            self.theirs.setText("Use Coach’s" if self._other == "Coach" else "Use that")
            self.mine.setText("Keep yours")
        else:
            self.theirs.setText("Take")
            self.mine.setText("Leave")
        if self._box is not None:
            self._box.hide()
        self._links.setVisible(bool(conflict or self._proposal) and not self._problem)
        self.setVisible(bool(self._problem or conflict or self._proposal))
