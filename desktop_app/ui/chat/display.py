"""A laid-out unit: shapes, texts and places to press, ready to be painted again and again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.text_box import TextBox, Wash


class HotKind(StrEnum):
    """How a place to press looks."""

    TEXT_LINK = "text_link"
    LINK = "link"
    BUTTON = "button"
    PRIMARY = "primary"
    ICON = "icon"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Hot:
    """A place to press, in the unit's coordinates. `id` is the action's; `href` is where a text link leads.

    A quiet one shows only while the pointer or the focus is near.
    """

    kind: HotKind
    id: str
    label: str
    rect: QRectF
    href: str = ""
    icon: str = ""
    enabled: bool = True
    lines: tuple[QRectF, ...] = ()
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A filled shape with a border of one pixel; colours are tokens, empty ones are left out."""

    rect: QRectF
    fill: str = ""
    border: str = ""
    radius: float = 0.0
    # Radii of the corners from the top left on, clockwise, where they differ.
    corners: tuple[float, float, float, float] | None = None
    # Which sides have the border and the round corners, for boxes that go on in the next unit.
    has_top: bool = True
    has_bottom: bool = True


@dataclass(frozen=True, slots=True)
class Glyph:
    """An icon."""

    name: str
    token: str
    x: float
    y: float
    size_px: int = 16


Painted = Box | Glyph


@dataclass(slots=True)
class Laid:
    """One unit, laid out for one width. `moving` paints what changes with time (`phase` counts 120 ms steps)."""

    height: int
    shapes: list[Painted] = field(default_factory=list)
    texts: list[TextBox] = field(default_factory=list)
    hots: list[Hot] = field(default_factory=list)
    # Texts that belong to the form, not to what was said: numbers of lists, captions. They cannot be selected.
    labels: list[TextBox] = field(default_factory=list)
    moving: Callable[[QPainter, int, int, int], None] | None = None
    caret: QPointF | None = None

    def paint(self, painter: QPainter, ink: Ink, x: int, y: int, washes: Sequence[Wash]) -> None:
        """Draw it at (x, y) of the painter."""
        for shape in self.shapes:
            if isinstance(shape, Box):
                paint_box(painter, ink, shape, x, y)
            else:
                paint_glyph(painter, ink, shape, x, y)
        for text in self.texts:
            text.paint(painter, x, y, washes)
        for label in self.labels:
            label.paint(painter, x, y)

    def position_at(self, x: float, y: float) -> int:
        """The position in the unit's text nearest to a point in it."""
        if not self.texts:
            return 0
        return min(self.texts, key=lambda text: _distance(text, x, y)).position_at(x, y)


def _distance(text: TextBox, x: float, y: float) -> float:
    below = max(text.y - y, 0.0, y - text.y - text.height)
    beside = max(text.x - x, 0.0, x - text.x - text.natural_width)
    return below * 1000 + beside


def paint_box(painter: QPainter, ink: Ink, box: Box, x: float, y: float) -> None:
    """Draw a box."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
    painter.setPen(QPen(ink.color(box.border), 1) if box.border else Qt.PenStyle.NoPen)
    painter.setBrush(ink.color(box.fill) if box.fill else Qt.BrushStyle.NoBrush)
    rect = box.rect.translated(x, y)
    inset = 0.5 if box.border else 0.0
    if box.corners is not None:
        painter.drawPath(_cornered(rect, box.corners))
    elif box.has_top and box.has_bottom:
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), box.radius, box.radius)
    else:
        _paint_open_box(painter, box, rect)


def _paint_open_box(painter: QPainter, box: Box, rect: QRectF) -> None:
    """A box whose top or bottom lies in another unit: the whole box, larger than what is seen of it."""
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    spare = box.radius + 2
    whole = rect.adjusted(0.5, 0.5 if box.has_top else -spare, -0.5, -0.5 if box.has_bottom else spare)
    painter.drawRoundedRect(whole, box.radius, box.radius)
    painter.restore()


def paint_glyph(painter: QPainter, ink: Ink, glyph: Glyph, x: float, y: float) -> None:
    """Draw an icon."""
    # The painter's scale holds the screen's density and the reader's zoom.
    pixmap = ink.pixmap(glyph.name, glyph.token, painter.deviceTransform().m11(), glyph.size_px)
    painter.drawPixmap(QPointF(x + glyph.x, y + glyph.y), pixmap)


def _cornered(rect: QRectF, corners: tuple[float, float, float, float]) -> QPainterPath:
    top_left, top_right, bottom_right, bottom_left = corners
    path = QPainterPath()
    path.moveTo(rect.left() + top_left, rect.top())
    path.lineTo(rect.right() - top_right, rect.top())
    _turn(path, rect.right() - 2 * top_right, rect.top(), top_right, 90)
    path.lineTo(rect.right(), rect.bottom() - bottom_right)
    _turn(path, rect.right() - 2 * bottom_right, rect.bottom() - 2 * bottom_right, bottom_right, 0)
    path.lineTo(rect.left() + bottom_left, rect.bottom())
    _turn(path, rect.left(), rect.bottom() - 2 * bottom_left, bottom_left, 270)
    path.lineTo(rect.left(), rect.top() + top_left)
    _turn(path, rect.left(), rect.top(), top_left, 180)
    path.closeSubpath()
    return path


def _turn(path: QPainterPath, x: float, y: float, radius: float, start: float) -> None:
    if radius > 0:
        path.arcTo(QRectF(x, y, 2 * radius, 2 * radius), start, -90)
