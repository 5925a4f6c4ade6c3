"""A button as wide as the sidebar: icon and words at the left, its keys at the right."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from desktop_app.ui.theme.icons import ICON_PX
from desktop_app.ui.theme.painting import paint_text
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION, UI

_PADDING = 11
_GAP = 8
_HEIGHT = 32


class NavButton(QPushButton):
    """Drawn by hand, since a push button has no place for the keys. A quiet one has no border."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        text: str,
        keys: str,
        parent: QWidget | None = None,
        *,
        is_quiet: bool = False,
    ) -> None:
        super().__init__(text, parent)
        if is_quiet:
            self.setProperty("kind", "ghost")
        self._color = "text_2" if is_quiet else "text"
        self._weight = Weight.REGULAR if is_quiet else Weight.MEDIUM
        self._theme = theme
        self._icon = icon
        self._keys = keys
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({keys.replace(' ', '+')})")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(_HEIGHT)

    def sizeHint(self) -> QSize:
        """As high as the design says; the width comes from the pane."""
        return QSize(120, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The style sheet's button with its contents upon it."""
        tokens = self._theme.tokens
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        inner = self.rect().adjusted(_PADDING, 0, -_PADDING, 0)
        pixmap = self._theme.pixmap(self._icon, self._color, ICON_PX, self.devicePixelRatioF())
        painter.drawPixmap(inner.left(), (self.height() - ICON_PX) // 2, pixmap)
        words = QRect(inner).adjusted(ICON_PX + _GAP, 0, 0, 0)
        color = getattr(tokens, self._color)
        paint_text(painter, words, self.text(), self._theme.font(UI, self._weight), color)
        font = self._theme.font(CAPTION, Weight.MEDIUM)
        paint_text(painter, inner, self._keys, font, tokens.text_3, Qt.AlignmentFlag.AlignRight)
        painter.end()
