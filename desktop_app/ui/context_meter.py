"""The ring in the header that shows how much of the model's window the conversation fills."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.ui.theme.painting import RingLook, paint_ring, paint_text
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import CONTROL, SMALL

_RING_PX: Final = 14
_GAP: Final = 6
_SLACK: Final = 4  # what a text is drawn wider than it is measured


class ContextMeter(QWidget):
    """Shown while there is something to show; the exact figures are in its tool tip."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share = 0.0
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()
        theme.changed.connect(self.update)

    def show_use(self, tokens: int, window: int) -> None:
        """Show how many of the `window` tokens the conversation takes, by an estimate."""
        self._share = min(tokens / window, 1.0)
        percent = round(100 * self._share)
        self.text = f"{percent}% context" if percent else "<1% context"
        self.setToolTip(
            f"This chat is about {tokens:,} of the {window:,} tokens that the model reads at once (estimate)"
        )
        self.setAccessibleName(self.text)
        self.setAccessibleDescription(self.toolTip())
        self.updateGeometry()
        self.update()
        self.show()

    def sizeHint(self) -> QSize:
        """As wide as ring and words."""
        words = QFontMetrics(self._theme.font(SMALL)).horizontalAdvance(self.text)
        return QSize(_RING_PX + _GAP + words + _SLACK, CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The ring and the words."""
        painter = QPainter(self)
        tokens = self._theme.tokens
        ring = QRectF(1, (self.height() - _RING_PX) / 2 + 1, _RING_PX - 2, _RING_PX - 2)
        paint_ring(painter, ring, tokens, RingLook.PROGRESS, self._share)
        words = QRect(_RING_PX + _GAP, 0, self.width() - _RING_PX - _GAP, self.height())
        paint_text(painter, words, self.text, self._theme.font(SMALL), tokens.text_2)
        painter.end()
