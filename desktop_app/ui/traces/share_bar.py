"""What a model was sent, as a bar of parts with their names and sizes."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import SMALL
from desktop_app.ui.traces.words import Sent

_BAR: Final = 13
_COLORS: Final = ("accent", "text_2", "border_strong", "text")


class ShareBar(QWidget):
    """The names under it stand in the order of the parts, so that it is not told by colour alone."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts: tuple[Sent, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_parts(self, parts: Sequence[Sent]) -> None:
        """Show these."""
        self._parts = tuple(parts)
        words = "; ".join(f"{part.name}: {part.share:.0%}" for part in parts)
        self.setAccessibleName(f"What was sent, by length: {words}" if words else "What was sent is not kept")
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """A bar and a line of names."""
        return QSize(200, _BAR + 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The parts, and under them their names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font(SMALL)
        painter.setFont(font)
        left, under = 0.0, 0.0
        room = self.width() - 2 * max(len(self._parts) - 1, 0)
        for index, part in enumerate(self._parts):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color(_COLORS[index % len(_COLORS)]))
            width = max(part.share * room, 3.0)
            painter.drawRoundedRect(QRectF(left, 0, width, _BAR), 2, 2)
            left += width + 2
            painter.drawRoundedRect(QRectF(under, _BAR + 14, 9, 9), 2, 2)
            words = f"{part.name} {part.share:.0%}"
            painter.setPen(self._theme.color("text_2"))
            painter.drawText(QRectF(under + 15, _BAR + 8, self.width(), 20), Qt.AlignmentFlag.AlignVCenter, words)
            under += 15 + QFontMetrics(font).horizontalAdvance(words) + 18
        painter.end()
