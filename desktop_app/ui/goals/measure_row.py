"""One measure: its name, and its way from a start to a target."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from desktop_app.domain.measures import NAME_LIMIT, UNIT_LIMIT, Measure, number_text, parse_number
from desktop_app.errors import InvalidValueError
from desktop_app.ui.theme.controls import icon_button
from desktop_app.ui.theme.theme import Theme

_NUMBERS = ("start", "current", "target")


class MeasureRow(QFrame):
    """Shows and edits one measure. It is one only once it has a name and a target."""

    typed = Signal()
    delete_requested = Signal()

    def __init__(self, name: str, measure: Measure | None, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("measure_row")
        self.setProperty("kind", "card")
        self._measure = measure
        self.sent: Measure | None = None
        self.name = QLineEdit(name)
        self.name.setObjectName("measure_name")
        self.name.setMaxLength(NAME_LIMIT)
        self.numbers = {field: QLineEdit() for field in _NUMBERS}
        self.unit = QLineEdit()
        self.unit.setMaxLength(UNIT_LIMIT)
        self.unit.setPlaceholderText("Unit")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.share = QLabel()
        self.share.setProperty("role", "small")
        self.share.setProperty("tone", "secondary")
        self.delete = icon_button(theme, "trash-2", "Delete this measure", scale="small")
        self.delete.clicked.connect(self.delete_requested)
        for part in self.edits:
            part.textEdited.connect(self._typed)
        self._arrange()
        if measure is not None:
            self.load(measure)
        self._show_state()

    @property
    def edits(self) -> tuple[QLineEdit, ...]:
        """What is typed in, in the order of Tab."""
        return (self.name, *self.numbers.values(), self.unit)

    @property
    def measure(self) -> Measure | None:
        """The measure as it was last whole; None where it never was."""
        return self._measure

    @property
    def problem(self) -> str:
        """Why what is typed is no measure."""
        try:
            self._read()
        except InvalidValueError as error:
            return str(error)
        return ""

    def load(self, measure: Measure) -> None:
        """Show a measure."""
        self._measure = measure
        _show(self.name, measure.name)
        _show(self.unit, measure.unit)
        for field, edit in self.numbers.items():
            number: Decimal | None = getattr(measure, field)
            _show(edit, "" if number is None else number_text(number))
        self._show_state()

    def adopt(self, saved: Measure) -> None:
        """Take the identity that storage gave."""
        if self._measure is not None:
            self._measure = replace(self._measure, id=saved.id)

    def _typed(self) -> None:
        # What is none stays as it stands in the row, and the field says what is wrong with it.
        with suppress(InvalidValueError):
            self._measure = self._read()
        self._show_state()
        self.typed.emit()

    def _read(self) -> Measure:
        name = self.name.text().strip()
        if not name:
            raise InvalidValueError("A measure needs a name.")
        target = self._number("target")
        if target is None:
            raise InvalidValueError(f"“{name}” needs a target: the number to reach.")
        start = self._number("start")
        kept = self._measure or Measure(name, target)
        return replace(
            kept,
            name=name,
            target=target,
            start=Decimal(0) if start is None else start,
            current=self._number("current"),
            unit=self.unit.text().strip(),
        )

    def _number(self, field: str) -> Decimal | None:
        text = self.numbers[field].text().strip()
        if "," in text and "." not in text:
            text = text.replace(",", ".")
        return parse_number(f"The {field} of “{self.name.text().strip()}”", text) if text else None

    def _show_state(self) -> None:
        measure = self._measure
        percent = int(measure.share * 100) if measure is not None else 0
        self.bar.setValue(percent)
        self.share.setText("Not measured yet" if measure is None or measure.current is None else f"{percent} %")
        name = self.name.text().strip() or "measure"
        self.name.setAccessibleName(f"Measure: {name}")
        self.unit.setAccessibleName(f"Unit of {name}")
        self.bar.setAccessibleName(f"Progress of {name}")
        self.delete.setAccessibleName(f"Delete {name}")
        for field, edit in self.numbers.items():
            edit.setAccessibleName(f"{field.capitalize()} of {name}")

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.delete)
        fields = QHBoxLayout()
        fields.setSpacing(8)
        for word, edit in (*((field.capitalize(), edit) for field, edit in self.numbers.items()), ("Unit", self.unit)):
            label = QLabel(word)
            label.setProperty("tone", "quiet")
            label.setProperty("role", "caption")
            label.setBuddy(edit)
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(label)
            column.addWidget(edit)
            fields.addLayout(column, 1)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.bar, 1)
        foot.addWidget(self.share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(fields)
        layout.addLayout(foot)


def _show(edit: QLineEdit, text: str) -> None:
    """Show a text; a cursor stays where it is."""
    if edit.text() != text:
        position = edit.cursorPosition()
        edit.setText(text)
        edit.setCursorPosition(position if edit.hasFocus() else 0)
