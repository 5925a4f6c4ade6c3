"""The bundled fonts: Inter, its display cut, and JetBrains Mono for code."""

from functools import cache
from typing import Final

from PySide6.QtGui import QFontDatabase

from desktop_app.paths import resources_dir

FIRST_FONTS: Final = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf", "InterDisplay-SemiBold.ttf")
"""What the first paint shows."""

LATER_FONTS: Final = ("Inter-Italic.ttf", "Inter-SemiBoldItalic.ttf", "JetBrainsMono-Regular.ttf")
"""What only a conversation or a plan shows."""


@cache
def load_fonts(files: tuple[str, ...]) -> tuple[str, ...]:
    """Make bundled fonts known to Qt and return the files that could not be loaded.

    Needs a QGuiApplication; a second call does nothing. A missing font is no reason not to start: the next family of
    the list is used.
    """
    folder = resources_dir() / "fonts"
    return tuple(name for name in files if QFontDatabase.addApplicationFont(str(folder / name)) < 0)
