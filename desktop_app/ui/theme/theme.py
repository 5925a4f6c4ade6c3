"""The theme in force: its tokens, its fonts, its icons, and a signal when it changes."""

from enum import IntEnum, StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from desktop_app.ui.theme.fonts import FIRST_FONTS, LATER_FONTS, load_fonts
from desktop_app.ui.theme.icons import ICON_PX, ThemeIconEngine, icon_pixmap
from desktop_app.ui.theme.palette import palette
from desktop_app.ui.theme.stylesheet import stylesheet
from desktop_app.ui.theme.tokens import DARK, LIGHT, TITLE, UI, TextSize, Tokens


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
    """Hands out colours, fonts and icons. What paints itself reads it when it paints.

    `changed` is emitted after palette and style sheet of an application it was applied to have changed, so that painted
    views update; widgets under the style sheet and icons follow by themselves.
    """

    changed = Signal()

    def __init__(self, mode: ThemeMode = ThemeMode.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._application: QApplication | None = None
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

    def apply(self, application: QApplication) -> None:
        """Load the first fonts and dress `application`; from then on it follows every change of theme."""
        load_fonts(FIRST_FONTS)
        application.setStyle("Fusion")
        application.setFont(self.font(UI))
        self._application = application
        self._dress()

    def load_more_fonts(self) -> tuple[str, ...]:
        """Load the fonts that the first paint did without; gives the files that could not be loaded."""
        return (*load_fonts(FIRST_FONTS), *load_fonts(LATER_FONTS))

    def set_mode(self, mode: ThemeMode) -> None:
        """Change to `mode` at once."""
        if mode is not self._mode:
            self._mode = mode
            self._show_change()

    def font(self, size: TextSize, weight: Weight = Weight.REGULAR) -> QFont:
        """The interface font; from 20 px on its display cut. Figures are tabular."""
        family = "Inter Display" if size.px >= TITLE.px else "Inter"
        return _font([family, "Inter", "Noto Sans", "sans-serif"], size.px, weight)

    def mono_font(self, px: int = 12) -> QFont:
        """The font for code and keys."""
        return _font(["JetBrains Mono", "Noto Sans Mono", "monospace"], px, Weight.REGULAR)

    def color(self, token: str) -> QColor:
        """The colour of a token by its name, or of `#RRGGBB` itself."""
        return QColor(self._hex(token))

    def icon(self, name: str, color: str | None = None) -> QIcon:
        """The Lucide icon `name` in a token (`text_2` if none is given) or `#RRGGBB`; text_3 where it is disabled.

        It follows the theme. Raises FileNotFoundError when painted, if no icon of that name is bundled.
        """
        token = color or "text_2"

        def color_for(mode: QIcon.Mode) -> str:
            return self._hex("text_3" if mode is QIcon.Mode.Disabled else token)

        return QIcon(ThemeIconEngine(name, color_for))

    def pixmap(self, name: str, color: str = "text_2", size_px: int = ICON_PX, dpr: float = 1.0) -> QPixmap:
        """The Lucide icon `name` in a token or `#RRGGBB` of now; cached, so it may be asked for while painting."""
        return icon_pixmap(name, self._hex(color), size_px, dpr)

    def _hex(self, color: str) -> str:
        return color if color.startswith("#") else str(getattr(self.tokens, color))

    def _dress(self) -> None:
        if self._application is not None:
            self._application.setPalette(palette(self.tokens))
            self._application.setStyleSheet(stylesheet(self.tokens))

    def _show_change(self) -> None:
        self._dress()
        self.changed.emit()

    def _follow_system(self) -> None:
        if self._mode is ThemeMode.SYSTEM:
            self._show_change()


def _font(families: list[str], px: int, weight: Weight) -> QFont:
    font = QFont()
    font.setFamilies(families)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(int(weight)))
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
