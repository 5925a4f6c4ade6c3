"""The limits, to be typed: what counts at once, is kept, and is refused with a sentence beside it."""

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.domain.budgets import Limits, WhenReached
from desktop_app.services.spending.limit_keeper import amount

_FIELDS: Final = {
    "month": "Each month",
    "day": "Each day",
    "session": "Each session",
    "reply": "One reply",
    "warn_percent": "Warn me at %",
}
_CHOICES: Final = {
    WhenReached.ASK: "Ask me each time",
    WhenReached.FREE: "Answer with a free model",
    WhenReached.STOP: "Stop until I raise it",
}
_FIELD_PX: Final = 96


class LimitsForm(QFrame):
    """Says what was entered; it keeps nothing itself."""

    entered = Signal(str, str)  # the name of a limit and its text

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._state = QLabel()
        self._state.setProperty("role", "small")
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._state.setWordWrap(True)
        self._fields: dict[str, QLineEdit] = {}
        self._choices: dict[WhenReached, QRadioButton] = {}
        self._shown: dict[str, str] = {}
        self._build()

    def show_limits(self, limits: Limits, fixed: frozenset[str], stand_in: str) -> None:
        """Show what is in force; `fixed` is set outside and cannot be changed here, `stand_in` is the free model."""
        for name, field in self._fields.items():
            value = getattr(limits, name)
            text = str(value) if name == "warn_percent" else "" if value is None else amount(value)
            self._fill(name, field, text, is_fixed=name in fixed)
        for when, button in self._choices.items():
            button.setChecked(when is limits.when_reached)
            button.setEnabled("when_reached" not in fixed)
        free = self._choices[WhenReached.FREE]
        free.setText(f"{_CHOICES[WhenReached.FREE]}{f': {stand_in}' if stand_in else ''}")

    def tell(self, words: str, *, is_wrong: bool) -> None:
        """Say what became of what was entered."""
        self._state.setText(words)
        self._state.setProperty("tone", "danger" if is_wrong else "quiet")
        self._state.style().unpolish(self._state)
        self._state.style().polish(self._state)

    def focus_first(self) -> None:
        """Let the person type the first limit."""
        self._fields["month"].setFocus(Qt.FocusReason.OtherFocusReason)
        self._fields["month"].selectAll()

    def field(self, name: str) -> QLineEdit:
        """The field of a limit."""
        return self._fields[name]

    def choice(self, when: WhenReached) -> QRadioButton:
        """The button of what happens at a limit."""
        return self._choices[when]

    def _fill(self, name: str, field: QLineEdit, text: str, *, is_fixed: bool) -> None:
        self._shown[name] = text
        if not field.hasFocus() or not field.isModified():
            field.setText(text)
        field.setEnabled(not is_fixed)
        field.setToolTip("Set outside of GoalGetter, which is stronger" if is_fixed else "")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(17, 14, 17, 14)
        column.setSpacing(8)
        title = QLabel("Limits")
        title.setProperty("strong", True)
        top = QHBoxLayout()
        top.addWidget(title)
        top.addWidget(self._state, 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(top)
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        for row, (name, words) in enumerate(_FIELDS.items()):
            field = QLineEdit()
            field.setFixedWidth(_FIELD_PX)
            field.setPlaceholderText("no limit" if name != "warn_percent" else "80")
            field.setAccessibleName(words if name == "warn_percent" else f"{words}, in US dollars")
            label = QLabel(words if name == "warn_percent" else f"{words}, $")
            label.setBuddy(field)
            self._fields[name] = field
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(grid)
        self._add_choices(column)
        column.addStretch(1)
        for name, field in self._fields.items():
            field.editingFinished.connect(partial(self._enter, name))

    def _add_choices(self, column: QVBoxLayout) -> None:
        heading = QLabel("When a limit is reached")
        heading.setProperty("strong", True)
        column.addWidget(heading)
        group = QButtonGroup(self)
        for when, words in _CHOICES.items():
            button = QRadioButton(words)
            button.clicked.connect(partial(self._choose, when))
            self._choices[when] = button
            group.addButton(button)
            column.addWidget(button)

    def _enter(self, name: str) -> None:
        text = self.field(name).text().strip()
        if text != self._shown.get(name):
            self.field(name).setModified(False)
            self._shown[name] = text
            self.entered.emit(name, text)

    def _choose(self, when: WhenReached) -> None:
        self.entered.emit("when_reached", when.value)
