"""A tile of the usage view: what it is of, the sum, and what is to be said of it."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.theme.elided_label import ElidedLabel
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.spend_meter import paint_bar

_BAR_PX: Final = 5


class Tile(QFrame):
    """A card; with a share it has a bar in place of the note."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._theme = theme
        self._title = title
        self._share: float | None = None
        self._is_warning = False
        self._value = _label("title")
        self._beside = _label("small", "secondary")
        self._percent = _label("small", "secondary")
        self._note = ElidedLabel()
        self._note.setProperty("role", "small")
        self._note.setProperty("tone", "secondary")
        heading = _label("small", "secondary")
        heading.setText(title)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._value)
        row.addWidget(self._beside)
        row.addStretch(1)
        row.addWidget(self._percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(17, 14, 17, 14)
        column.setSpacing(2)
        column.addWidget(heading)
        column.addLayout(row)
        column.addWidget(self._note)
        theme.changed.connect(self.update)

    def show_sum(
        self, value: str, note: str, *, beside: str = "", share: float | None = None, is_warning: bool = False
    ) -> None:
        """Show `value`, with `beside` it what it is measured by, and `note` below."""
        self._share, self._is_warning = share, is_warning
        self._value.setText(value)
        self._beside.setText(beside)
        self._percent.setText("" if share is None else f"{round(100 * share)}%")
        self._note.show_text("" if share is not None else note)
        percent = "" if share is None else f", {round(100 * share)} percent"
        self.setAccessibleName(f"{self._title}: {value} {beside}{percent}. {note}".replace("  ", " "))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, and the bar where there is a share."""
        super().paintEvent(event)
        if self._share is None:
            return
        painter = QPainter(self)
        place = QRectF(17, self.height() - 24, self.width() - 34, _BAR_PX)
        fill = self._theme.tokens.warn if self._is_warning else self._theme.tokens.accent
        paint_bar(painter, place, self._share, self._theme.tokens.border_strong, fill)
        painter.end()


def _label(role: str, tone: str = "") -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if tone:
        label.setProperty("tone", tone)
    return label
