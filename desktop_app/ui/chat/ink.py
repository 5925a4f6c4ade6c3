"""The fonts, formats and colours the thread is painted with, made once per theme."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPixmap, QTextCharFormat

from desktop_app.ui.chat.code_colors import CodeColors
from desktop_app.ui.chat.units import BOLD, CODE, ITALIC, STRUCK
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import TextSize

# Room at both ends of a box around code in a sentence.
CODE_PAD_PX: Final = 4.0


class Ink:
    """Hands out what painting needs; `refresh` after the theme has changed."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.code_colors = CodeColors()
        self._formats: dict[tuple[int, int, int, str, bool], QTextCharFormat] = {}
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[tuple[int, int], QFont] = {}
        self._mono: QFont | None = None
        self._metrics: dict[tuple[int, int], QFontMetricsF] = {}

    def refresh(self) -> None:
        """Forget the colours of the old theme."""
        self._formats.clear()
        self._colors.clear()

    def color(self, token: str) -> QColor:
        """The colour of a token."""
        found = self._colors.get(token)
        if found is None:
            found = self._colors[token] = self.theme.color(token)
        return found

    def pixmap(self, name: str, token: str, dpr: float, size_px: int = 16) -> QPixmap:
        """An icon in a token's colour."""
        return self.theme.pixmap(name, token, size_px, dpr)

    def font(self, size: TextSize, weight: int = Weight.REGULAR) -> QFont:
        """The interface font; a copy is to be made of what is to be changed."""
        key = (size.px, weight)
        found = self._fonts.get(key)
        if found is None:
            found = self._fonts[key] = self.theme.font(size, Weight(weight))
        return found

    def mono(self) -> QFont:
        """The font of code; a copy is to be made of what is to be changed."""
        if self._mono is None:
            self._mono = self.theme.mono_font(12)
        return self._mono

    def format(
        self, size: TextSize, style: int, token: str, weight: int = Weight.REGULAR, *, is_spaced: bool = False
    ) -> QTextCharFormat:
        """How text of a style (units.BOLD and so on) looks. `is_spaced` leaves room behind it for a box."""
        key = (size.px, style, weight, token, is_spaced)
        found = self._formats.get(key)
        if found is None:
            found = self._formats[key] = self._make(size, style, token, weight, is_spaced=is_spaced)
        return found

    def width(self, text: str, size: TextSize, weight: int = Weight.REGULAR) -> float:
        """How wide `text` is on one line, in pixels."""
        key = (size.px, weight)
        found = self._metrics.get(key)
        if found is None:
            found = self._metrics[key] = QFontMetricsF(self.font(size, weight))
        return found.horizontalAdvance(text)

    def elided(self, text: str, size: TextSize, room: float) -> str:
        """`text` with its end cut with … where it is wider than `room`."""
        return QFontMetricsF(self.font(size)).elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0.0))

    def _make(self, size: TextSize, style: int, token: str, weight: int, *, is_spaced: bool) -> QTextCharFormat:
        font = QFont(self.mono() if style & CODE else self.font(size, Weight.SEMIBOLD if style & BOLD else weight))
        if is_spaced:
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, CODE_PAD_PX)
        font.setItalic(bool(style & ITALIC))
        font.setStrikeOut(bool(style & STRUCK))
        made = QTextCharFormat()
        made.setFont(font)
        made.setForeground(self.color(token))
        return made
