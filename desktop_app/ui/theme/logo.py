"""The program's mark, as a widget and as the window's icon."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from desktop_app.paths import resources_dir


def application_icon() -> QIcon:
    """The icon for windows, task bars and switchers."""
    folder = resources_dir() / "icons" / "app"
    icon = QIcon()
    for path in sorted(folder.glob("goalgetter-*.png")):
        icon.addFile(str(path))
    return icon


class Logo(QWidget):
    """The mark at a fixed size in pixels."""

    def __init__(self, size_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size_px, size_px)
        self._renderer = QSvgRenderer(str(resources_dir() / "icons" / "goalgetter.svg"), self)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Draw the mark over the whole widget."""
        painter = QPainter(self)
        self._renderer.render(painter, QRectF(self.rect()))
        painter.end()
