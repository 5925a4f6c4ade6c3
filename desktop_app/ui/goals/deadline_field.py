"""The deadline: a date that is typed or chosen from a calendar, and how far away it is."""

from datetime import date

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop_app.domain.revisions import FieldValue
from desktop_app.errors import InvalidValueError
from desktop_app.ui.goals.calendar_popup import CalendarPopup
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.dates import distance_words, parse_typed_date, shown_date
from desktop_app.ui.goals.field import EditorField
from desktop_app.ui.theme.controls import icon_button
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme


class DeadlineField(EditorField):
    """Shows a date with its weekday; what is typed and is no date stays, with the reason in `problem`."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._value: date | None = None
        self._before: date | None = None  # as it stood before what is being typed
        self._problem = ""
        self._counts_days = True
        self._popup: CalendarPopup | None = None
        self.button = icon_button(theme, "calendar", "Choose the deadline from a calendar", scale="small")
        self.button.clicked.connect(self.open_calendar)
        self.editor = QLineEdit()
        self.editor.setObjectName("deadline_edit")
        self.editor.setAccessibleName("Deadline")
        self.editor.setPlaceholderText("No deadline")
        self.editor.textEdited.connect(self._typed)
        self.editor.returnPressed.connect(self._end_typing)
        self._distance = QLabel()
        self._distance.setProperty("tone", "quiet")
        self._distance.setProperty("role", "small")
        self._watch_focus(self.editor)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addWidget(self.editor)
        layout.addWidget(self._distance)
        self._show_value()

    def value(self) -> date | None:
        """The date; while something is typed that is none, the one from before it was typed."""
        return self._value

    @property
    def problem(self) -> str:
        """Why what is typed is no date."""
        return self._problem

    def load(self, value: FieldValue) -> None:
        """Show a date or none."""
        self._value = self._before = value if isinstance(value, date) else None
        self._problem = ""
        self._show_value()

    def count_days(self, counts: bool) -> None:
        """Say how far away the date is, or not: a goal that is done or put away is not late."""
        self._counts_days = counts
        self._show_distance()

    def finish(self) -> None:
        """Take what is typed."""
        if not self._problem and not self.editor.hasFocus():
            self._show_value()

    def open_calendar(self) -> None:
        """Show the calendar under the field."""
        if self._popup is None:
            self._popup = CalendarPopup(self._theme, self)
            self._popup.chosen.connect(self._choose)
        self._popup.open_under(self.button, self._value, self._clock.today())

    def _typed(self, text: str) -> None:
        try:
            self._value = parse_typed_date("The deadline", text, self._clock.today(), QLocale())
            self._problem = ""
        except InvalidValueError as error:
            # What was typed may have begun like a date: 2026-02-3, then 2026-02-31.
            self._value = self._before
            self._problem = str(error)
        self._fit()
        self._show_distance()
        self._touch()

    def _choose(self, day: date | None) -> None:
        changed = day != self._value
        self.load(day)
        if changed:
            self._settle()

    def _part_left(self, part: QObject) -> None:  # noqa: ARG002
        self._end_typing()

    def _end_typing(self) -> None:
        if not self._problem:
            self._before = self._value
            self._show_value()
        self._leave()

    def _show_value(self) -> None:
        self.editor.setText(shown_date(self._value, QLocale()) if self._value else "")
        self.editor.setCursorPosition(0)
        self._fit()
        self._show_distance()

    def _show_distance(self) -> None:
        shows = self._value is not None and self._counts_days and not self._problem
        words = distance_words(self._value, self._clock.today()) if self._value and shows else ""
        self._distance.setText(words)
        self._distance.setVisible(bool(words))
        tone = "danger" if words.endswith("late") else "quiet"
        if self._distance.property("tone") != tone:
            self._distance.setProperty("tone", tone)
            restyle(self._distance)

    def _fit(self) -> None:
        text = self.editor.text() or self.editor.placeholderText()
        self.editor.setFixedWidth(min(220, self.editor.fontMetrics().horizontalAdvance(text) + 18))
