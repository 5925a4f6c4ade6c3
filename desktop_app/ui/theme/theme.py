"""The theme in force: its tokens, its fonts, and a signal when it changes."""

from enum import IntEnum, StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication

from desktop_app.ui.theme.tokens import DARK, LIGHT, TITLE, TextSize, Tokens


class ThemeMode(StrEnum):
    """What the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Weight(IntEnum):
    """The weights the design uses."""

    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600


class Theme(QObject):
    """Hands out colours and fonts. Views read it when they paint and repaint when `changed` is emitted."""

    changed = Signal()

    def __init__(self, mode: ThemeMode = ThemeMode.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def mode(self) -> ThemeMode:
        """What the person chose."""
        return self._mode

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        match self._mode:
            case ThemeMode.LIGHT:
                return LIGHT
            case ThemeMode.DARK:
                return DARK
            case ThemeMode.SYSTEM:
                return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT

    def set_mode(self, mode: ThemeMode) -> None:
        """Change to `mode` at once."""
        if mode is not self._mode:
            self._mode = mode
            self.changed.emit()

    def font(self, size: TextSize, weight: Weight = Weight.REGULAR) -> QFont:
        """The interface font; from 20 px on its display cut. Figures are tabular."""
        family = "Inter Display" if size.px >= TITLE.px else "Inter"
        return _font([family, "Inter", "Noto Sans", "sans-serif"], size.px, weight)

    def mono_font(self, px: int = 12) -> QFont:
        """The font for code and keys."""
        return _font(["JetBrains Mono", "Noto Sans Mono", "monospace"], px, Weight.REGULAR)

    def _follow_system(self) -> None:
        if self._mode is ThemeMode.SYSTEM:
            self.changed.emit()


def _font(families: list[str], px: int, weight: Weight) -> QFont:
    font = QFont()
    font.setFamilies(families)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(int(weight)))
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
