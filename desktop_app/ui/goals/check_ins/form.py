"""The form of a check-in: how it goes, the measures' new numbers, a note."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.measures import Measure, number_text, parse_number
from desktop_app.errors import InvalidValueError
from desktop_app.ui.goals.auto_height_edit import AutoHeightEdit
from desktop_app.ui.goals.check_ins.words import STATUS_WORDS
from desktop_app.ui.goals.history.segments import Segments
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.tokens import UI

_NUMBER_PX = 90
_UNIT_PX = 84


@dataclass(frozen=True, slots=True)
class Unsent:
    """A check-in that is being entered: the place of its status, the note, and the numbers that were typed."""

    status: int = 0
    note: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


class CheckInForm(QFrame):
    """`check_in_requested` gives a `NewCheckIn`; the form keeps what is in it until `clear`."""

    check_in_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName("Check in")
        self.status = Segments("How it goes", tuple(STATUS_WORDS.values()))
        self.note = AutoHeightEdit(UI.line_px, 8, takes_lines=True)
        self.note.setPlaceholderText("What went well, what is in the way?")
        self.note.setAccessibleName("Note of the check-in")
        self.numbers: dict[str, QLineEdit] = {}
        self.problem = QLabel()
        self.problem.setProperty("role", "small")
        self.problem.setProperty("tone", "danger")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.button = push_button("Check in", kind="primary")
        self.button.clicked.connect(self._ask)
        self._measures: tuple[Measure, ...] = ()
        self._is_waiting = False
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self._row_widgets: list[QWidget] = []
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        for part in (self.status, self._rows, self.note, self.problem, foot):
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)

    def show_measures(self, measures: Sequence[Measure]) -> None:
        """Offer these measures with their numbers as they are; what is being typed stays where the measure does."""
        if tuple(measures) == self._measures:
            return
        typed = {name: edit.text() for name, edit in self.numbers.items() if edit.isModified()}
        for widget in self._row_widgets:
            self._rows.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._measures, self._row_widgets, self.numbers = tuple(measures), [], {}
        before: QWidget = self.status.buttons[-1]
        for measure in measures:
            edit = self._add_row(measure)
            if measure.name in typed:
                edit.setText(typed[measure.name])
                edit.setModified(True)
            QWidget.setTabOrder(before, edit)
            before = edit
        QWidget.setTabOrder(before, self.note)
        QWidget.setTabOrder(self.note, self.button)

    @property
    def unsent(self) -> Unsent:
        """What was entered and not kept yet."""
        typed = tuple((name, edit.text()) for name, edit in self.numbers.items() if edit.isModified())
        return Unsent(self.status.current, self.note.text(), typed)

    def put_back(self, unsent: Unsent) -> None:
        """Show what was entered before."""
        self.status.choose(unsent.status)
        self.note.load(unsent.note)
        for name, text in unsent.numbers:
            if name in self.numbers:
                self.numbers[name].setText(text)
                self.numbers[name].setModified(True)

    def wait(self, *, is_waiting: bool) -> None:
        """Take no second check-in while one is being kept."""
        self._is_waiting = is_waiting
        self.button.setEnabled(not is_waiting)

    def clear(self) -> None:
        """Begin anew, as after a check-in."""
        self.note.load("")
        self.status.choose(0)
        self.tell("")
        for measure in self._measures:
            self.numbers[measure.name].setText(_text(measure.current))
            self.numbers[measure.name].setModified(False)

    def tell(self, problem: str) -> None:
        """Say why it cannot be kept as it is; empty for nothing."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _ask(self) -> None:
        if self._is_waiting:
            return
        try:
            numbers = tuple(self._changed())
        except InvalidValueError as error:
            self.tell(str(error))
            return
        self.tell("")
        status = tuple(CheckInStatus)[self.status.current]
        self.check_in_requested.emit(NewCheckIn(status, self.note.text(), numbers))

    def _changed(self) -> list[tuple[str, Decimal]]:
        """The numbers that are others than before. Raises InvalidValueError."""
        changed: list[tuple[str, Decimal]] = []
        for measure in self._measures:
            text = self.numbers[measure.name].text().strip()
            if not text or text == _text(measure.current):
                continue
            changed.append((measure.name, parse_number(f"“{measure.name}”", text.replace(",", "."))))
        return changed

    def _add_row(self, measure: Measure) -> QLineEdit:
        row = QWidget()
        label = QLabel(measure.name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        edit = QLineEdit(_text(measure.current))
        edit.setFixedWidth(_NUMBER_PX)
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        edit.setAccessibleName(f"{measure.name} now{f', in {measure.unit}' if measure.unit else ''}")
        edit.setPlaceholderText("now")
        edit.returnPressed.connect(self._ask)
        unit = QLabel(f"{measure.unit}  of {number_text(measure.target)}".strip())
        unit.setProperty("tone", "quiet")
        unit.setProperty("role", "small")
        unit.setTextFormat(Qt.TextFormat.PlainText)
        unit.setMinimumWidth(_UNIT_PX)
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addWidget(label, 1)
        inside.addWidget(edit)
        inside.addWidget(unit)
        self._rows.addWidget(row)
        self._row_widgets.append(row)
        self.numbers[measure.name] = edit
        return edit


def _text(number: Decimal | None) -> str:
    return "" if number is None else number_text(number)
