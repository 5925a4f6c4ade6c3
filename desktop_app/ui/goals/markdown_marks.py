"""What stands in the room of hidden marks: bullets, boxes to tick, and the bar beside a quote."""

from typing import Any, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF, QTextBlock, QTextBlockFormat

from desktop_app.ui.goals.markdown_lines import Item, item_of, quote_of
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import BODY

_INSET_PX: Final = 5
_BULLET_PX: Final = 5
_BOX_PX: Final = 14
_BAR_PX: Final = 2
# Letters sit a little below the middle of their line.
_BELOW_PX: Final = 1


def line_format(mark_px: float, direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight) -> QTextBlockFormat:
    """The format of a line; `mark_px` is the width of a list item's mark, beside which its further lines hang."""
    shape = QTextBlockFormat()
    shape.setLineHeight(BODY.line_px, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    if mark_px:
        starts_right = direction is Qt.LayoutDirection.RightToLeft
        (shape.setRightMargin if starts_right else shape.setLeftMargin)(mark_px + _INSET_PX)
        shape.setTextIndent(-mark_px)
    return shape


def paint_marks(painter: QPainter, theme: Theme, block: QTextBlock, corner: QPointF) -> None:
    """Paint what the marks of a line of prose stand for; `corner` is where the line's block begins."""
    item = item_of(block.text())
    if item is not None and item.box is not None:
        _draw_box(painter, theme, box_at(block, item, corner), is_done=item.is_done)
    elif item is not None and item.bullet is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("text_2"))
        painter.drawEllipse(_around(block, item.bullet, 1, corner, _BULLET_PX))
    elif quote_of(block.text()):
        height = block.document().documentLayout().blockBoundingRect(block).height()
        bar = QRectF(corner.x() + _beginning(block), corner.y() + _BELOW_PX, _BAR_PX, height)
        painter.fillRect(bar, theme.color("border_strong"))


def box_at(block: QTextBlock, item: Item, corner: QPointF) -> QRectF:
    """Where the box of an item to tick is painted: in the room of its mark."""
    start = item.bullet or 0
    return _around(block, start, item.mark - start, corner, _BOX_PX)


def _draw_box(painter: QPainter, theme: Theme, area: QRectF, *, is_done: bool) -> None:
    inner = area.adjusted(0.75, 0.75, -0.75, -0.75)
    painter.setPen(QPen(theme.color("accent" if is_done else "text_3"), 1.5))
    painter.setBrush(theme.color("accent") if is_done else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(inner, 4, 4)
    if is_done:
        pen = QPen(theme.color("on_accent"), 1.75)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        points = ((0.28, 0.52), (0.44, 0.68), (0.73, 0.34))
        tick = [QPointF(area.x() + x * area.width(), area.y() + y * area.height()) for x, y in points]
        painter.drawPolyline(QPolygonF(tick))


def _around(block: QTextBlock, start: int, length: int, corner: QPointF, size: float) -> QRectF:
    """A square of `size` in the middle of some characters of the first line."""
    line = block.layout().lineAt(0)
    one, other = (_x(block, position) for position in (start, start + length))
    center = QPointF((one + other) / 2, line.y() + line.height() / 2) + corner
    return QRectF(center.x() - size / 2, center.y() - size / 2 + _BELOW_PX, size, size)


def _beginning(block: QTextBlock) -> float:
    """The edge at which the text begins: the left one, the right one where it is written from there."""
    line = block.layout().lineAt(0)
    starts_right = block.textDirection() is Qt.LayoutDirection.RightToLeft
    return line.x() + line.width() - _BAR_PX if starts_right else line.x()


def _x(block: QTextBlock, position: int) -> float:
    """How far to the right a character stands. Qt's stubs do not say that the answer is a pair."""
    found: Any = block.layout().lineAt(0).cursorToX(position)
    return float(found[0])
