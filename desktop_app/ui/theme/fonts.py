"""The bundled fonts: Inter, its display cut, and JetBrains Mono for code."""

import logging
from functools import cache
from typing import Final

from PySide6.QtGui import QFontDatabase

from desktop_app.paths import resources_dir

_log = logging.getLogger(__name__)

FONT_FILES: Final = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Italic.ttf",
    "Inter-SemiBoldItalic.ttf",
    "InterDisplay-SemiBold.ttf",
    "JetBrainsMono-Regular.ttf",
)


@cache
def load_fonts() -> tuple[str, ...]:
    """Make the bundled fonts known to Qt and return the files that could not be loaded.

    Needs a QGuiApplication; a second call does nothing. All seven take a few milliseconds, since glyphs are read when
    drawn. A missing font is no reason not to start: the next family of the list is used.
    """
    folder = resources_dir() / "fonts"
    missing = tuple(name for name in FONT_FILES if QFontDatabase.addApplicationFont(str(folder / name)) < 0)
    if missing:
        _log.warning("fonts not loaded: %s", ", ".join(missing))
    return missing
