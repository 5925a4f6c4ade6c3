"""Lucide icons, recoloured, drawn at the size and density at which they are shown."""

from collections.abc import Callable
from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_app.paths import resources_dir

ICON_PX = 16


@cache
def svg_source(name: str) -> str:
    """The SVG of the Lucide icon `name`, drawn in `currentColor`; raises FileNotFoundError for a name not bundled."""
    return (resources_dir() / "icons" / "lucide" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def icon_pixmap(name: str, color: str, size_px: int, dpr: float) -> QPixmap:
    """The icon `name` in the colour `#RRGGBB`, `size_px` square in device-independent pixels."""
    source = svg_source(name).replace("currentColor", color)
    side = round(size_px * dpr)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


class ThemeIconEngine(QIconEngine):
    """Asks for its colour each time it paints, so that an icon follows the theme without being set again."""

    def __init__(self, name: str, color: Callable[[QIcon.Mode], str]) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:  # noqa: ARG002 - Qt's signature
        """Draw into `rect` at the density of the painter's device."""
        side = min(rect.width(), rect.height())
        pixmap = icon_pixmap(self._name, self._color(mode), side, painter.device().devicePixelRatioF())
        painter.drawPixmap(
            rect.x() + (rect.width() - side) // 2,
            rect.y() + (rect.height() - side) // 2,
            pixmap,
        )

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:  # noqa: ARG002 - Qt's signature
        """The icon with `size` in device pixels."""
        return icon_pixmap(self._name, self._color(mode), min(size.width(), size.height()), 1.0)
