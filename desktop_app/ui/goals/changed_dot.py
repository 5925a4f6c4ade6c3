"""The dot beside what the coach changed and the person has not seen yet."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.ui.theme.theme import Theme

_SIDE = 6


class ChangedDot(QWidget):
    """A small accent dot; hidden until something changed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(QSize(_SIDE, 18))
        self.setToolTip("Changed by the coach")
        self.setAccessibleName("Changed by the coach")
        theme.changed.connect(self.update)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawEllipse(QRectF(0, (self.height() - _SIDE) / 2, _SIDE, _SIDE))
