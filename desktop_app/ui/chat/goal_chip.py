"""The goal a message is about, as a chip with its progress and a way to take it off."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QWidget

from desktop_app.ui.chat.printable import printable
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import SMALL

_HEIGHT: Final = 26
_RING_PX: Final = 12
_WIDEST_TITLE: Final = 260
_LONGEST_TITLE: Final = 300


class _Cross(QAbstractButton):
    """The × of the chip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(18, 18)
        self.setAccessibleName("Talk without this goal")
        self.setToolTip("Talk without this goal")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("accent_line") if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(1, 1, 16, 16))
        painter.drawPixmap(3, 3, self._theme.pixmap("x", "accent", 12, self.devicePixelRatioF()))
        painter.end()


class GoalChip(QWidget):
    """Hidden while there is no goal."""

    remove_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._progress: float | None = None
        self._title = QLabel()
        self._title.setFont(theme.font(SMALL, Weight.MEDIUM))
        self._title.setProperty("role", "small")
        self._title.setProperty("tone", "accent")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._cross = _Cross(theme)
        self._cross.clicked.connect(self.remove_requested)
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(9 + _RING_PX + 6, 0, 6, 0)
        row.setSpacing(4)
        row.addWidget(self._title)
        row.addWidget(self._cross)
        theme.changed.connect(self.update)

    def show_goal(self, title: str | None, progress: float | None) -> None:
        """Show a goal by its title and its progress from 0 to 1, or none."""
        self.setVisible(title is not None)
        self._progress = progress
        if title is not None:
            whole = " ".join(printable(title).split())[:_LONGEST_TITLE] or "Untitled goal"
            metrics = self._title.fontMetrics()
            self._title.setText(metrics.elidedText(whole, Qt.TextElideMode.ElideRight, _WIDEST_TITLE))
            self.setToolTip(whole.replace("&", "&amp;").replace("<", "&lt;"))
            self.setAccessibleName(f"Goal: {whole}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("accent_line"), 1))
        painter.setBrush(self._theme.color("accent_tint"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _HEIGHT / 2, _HEIGHT / 2)
        self._paint_ring(painter)
        painter.end()

    def _paint_ring(self, painter: QPainter) -> None:
        ring = QRectF(10, (_HEIGHT - _RING_PX) / 2 + 1, _RING_PX - 2, _RING_PX - 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("accent_line"), 2))
        painter.drawEllipse(ring)
        if self._progress:
            pen = QPen(self._theme.color("accent"), 2)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawArc(ring, 90 * 16, -round(min(self._progress, 1.0) * 360 * 16))
