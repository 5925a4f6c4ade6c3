"""A small calendar to choose a day from, or none."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme


class CalendarPopup(QFrame):
    """Opens under a control; `chosen` gives a `date` or None. Arrow keys move, Enter chooses, Esc closes."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("kind", "popover")
        self._theme = theme
        self.calendar = QCalendarWidget()
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        self.calendar.setMinimumDate(QDate(1970, 1, 1))
        self.calendar.setMaximumDate(QDate(2199, 12, 31))
        self.calendar.setAccessibleName("Calendar")
        self.calendar.clicked.connect(self._choose)
        self.calendar.activated.connect(self._choose)
        self._today = self._button("Today", self._choose_today)
        self._none = self._button("No date", self._choose_none)
        buttons = QHBoxLayout()
        buttons.addWidget(self._today)
        buttons.addStretch(1)
        buttons.addWidget(self._none)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.calendar)
        layout.addLayout(buttons)
        theme.changed.connect(self._restyle)
        self._restyle()

    def open_under(self, control: QWidget, selected: date | None, today: date) -> None:
        """Show the calendar under `control`, inside the screen, at the selected day or today."""
        self._today.setProperty("day", QDate(today.year, today.month, today.day))
        shown = selected or today
        self.calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        self.adjustSize()
        place = control.mapToGlobal(QPoint(0, control.height() + 4))
        area = control.screen().availableGeometry()
        left = max(area.left(), min(place.x(), area.right() - self.width()))
        above = control.mapToGlobal(QPoint(0, -self.height() - 4)).y()
        top = place.y() if place.y() + self.height() <= area.bottom() else max(area.top(), above)
        self.move(left, top)
        self.show()
        self.calendar.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes without choosing."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _button(self, text: str, choose: Callable[[], None]) -> QPushButton:
        button = push_button(text, kind="link")
        button.clicked.connect(choose)
        return button

    def _choose(self, day: QDate) -> None:
        self.close()
        self.chosen.emit(date(day.year(), day.month(), day.day()))

    def _choose_today(self) -> None:
        self._choose(self._today.property("day"))

    def _choose_none(self) -> None:
        self.close()
        self.chosen.emit(None)

    def _restyle(self) -> None:
        quiet, weekday = QTextCharFormat(), QTextCharFormat()
        quiet.setForeground(QColor(self._theme.tokens.text_3))
        weekday.setForeground(QColor(self._theme.tokens.text))
        self.calendar.setHeaderTextFormat(quiet)
        for day in Qt.DayOfWeek:
            self.calendar.setWeekdayTextFormat(day, weekday)
