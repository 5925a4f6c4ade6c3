"""How providers look in charts: a colour, a pattern for eyes that do not tell colours apart, and a name."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from desktop_app.ui.theme.theme import Theme

_COLORS: Final = {"claude": "c_claude", "openai": "c_openai", "ollama": "c_ollama", "builtin": "c_builtin"}
_OTHER: Final = "text_3"
_PATTERNS: Final = {
    "openai": Qt.BrushStyle.BDiagPattern,
    "ollama": Qt.BrushStyle.HorPattern,
    "builtin": Qt.BrushStyle.Dense6Pattern,
}
_OTHER_PATTERN: Final = Qt.BrushStyle.DiagCrossPattern
_PATTERN_ALPHA: Final = 70
# From the bottom of a bar up; servers come last.
ORDER: Final = tuple(_COLORS)


def color_of(provider: str) -> str:
    """The token of a provider's colour."""
    return _COLORS.get(provider, _OTHER)


def ordered(providers: "set[str]") -> list[str]:
    """Providers from the bottom of a bar up."""
    return sorted(providers, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def paint_provider(painter: QPainter, theme: Theme, provider: str, rect: QRectF, radius: float = 2.0) -> None:
    """Fill `rect` with a provider's colour and pattern."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(color_of(provider)))
    painter.drawRoundedRect(rect, radius, radius)
    if provider == "claude":
        return
    line = QColor(theme.color("surface"))
    line.setAlpha(_PATTERN_ALPHA)
    painter.setBrush(QBrush(line, _PATTERNS.get(provider, _OTHER_PATTERN)))
    painter.drawRoundedRect(rect, radius, radius)
