"""The meter at the foot of the sidebar: what was spent this month, and of how much."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from desktop_app.ui.theme.painting import paint_text
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import SMALL

_PAD: Final = 8
_BAR_PX: Final = 4
_HEIGHT: Final = 46
_BARE_HEIGHT: Final = 30


class SpendMeter(QPushButton):
    """Opens the usage view. Hidden until there is something to show; without a limit it has no bar."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "ghost")
        self.setAccessibleName("Usage")
        self._theme = theme
        self._strong = ""
        self._rest = ""
        self._share: float | None = None
        self._is_warning = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """What stands on it."""
        return f"{self._strong} {self._rest}"

    def show_spent(self, spent: str, rest: str, share: float | None, *, is_warning: bool, hint: str) -> None:
        """Show `spent` and, quieter, `rest` behind it; `share` of the limit from 0 on, None without one."""
        self._strong, self._rest, self._share, self._is_warning = spent, rest, share, is_warning
        self.setFixedHeight(_BARE_HEIGHT if share is None else _HEIGHT)
        self.setAccessibleName(f"Usage: {self.words}")
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.update()
        self.show()

    def sizeHint(self) -> QSize:
        """As high as what it shows; the width comes from the pane."""
        return QSize(120, _BARE_HEIGHT if self._share is None else _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The style sheet's button, the words and the bar upon it."""
        tokens = self._theme.tokens
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        line = QRect(_PAD, 6, self.width() - 2 * _PAD, 18)
        strong = self._theme.font(SMALL, Weight.SEMIBOLD)
        paint_text(painter, line, self._strong, strong, tokens.text)
        indent = QFontMetrics(strong).horizontalAdvance(self._strong + " ") + 1
        paint_text(painter, line.adjusted(indent, 0, 0, 0), self._rest, self._theme.font(SMALL), tokens.text_2)
        if self._share is not None:
            color = tokens.warn if self._is_warning else tokens.accent
            place = QRectF(_PAD, 31, self.width() - 2 * _PAD, _BAR_PX)
            paint_bar(painter, place, self._share, tokens.border_strong, color)
        painter.end()


def paint_bar(painter: QPainter, rect: QRectF, share: float, track: str, fill: str) -> None:
    """A bar with round ends; a share beyond 1 is full, and what is more than nothing can be seen."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = rect.height() / 2
    painter.setBrush(QColor(track))
    painter.drawRoundedRect(rect, radius, radius)
    if share > 0:
        filled = QRectF(rect)
        filled.setWidth(max(rect.width() * min(share, 1.0), rect.height()))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(filled, radius, radius)
    painter.restore()
