"""Marks that several views paint alike: the progress ring, the health dot, elided text, the ring of the focus."""

import math
from enum import Enum, auto

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QTextLayout

from desktop_app.ui.theme.tokens import RADIUS_CONTROL, Tokens

RING_PX = 16
DOT_PX = 8
_DASHES = 10
_FULL_CIRCLE = 360 * 16


class RingLook(Enum):
    """How a progress ring is drawn."""

    PROGRESS = auto()
    DRAFT = auto()
    COMPLETED = auto()


class DotLook(Enum):
    """How a health dot is drawn."""

    WORKING = auto()
    SLOW = auto()
    NOT_SET_UP = auto()
    FAILED = auto()


def paint_ring(painter: QPainter, rect: QRectF, tokens: Tokens, look: RingLook, share: float = 0.0) -> None:
    """A ring that fills `rect`; `share` is how much is done, 0 to 1."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    match look:
        case RingLook.PROGRESS:
            _paint_progress(painter, rect, tokens, share)
        case RingLook.DRAFT:
            _paint_dashes(painter, rect, tokens)
        case RingLook.COMPLETED:
            _paint_tick(painter, rect, tokens)
    painter.restore()


def paint_dot(painter: QPainter, center: QPointF, tokens: Tokens, look: DotLook, diameter: float = DOT_PX) -> None:
    """A health dot; it always stands beside words or under a tool tip."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    radius = diameter / 2
    if look is DotLook.NOT_SET_UP:
        painter.setPen(QPen(QColor(tokens.text_3), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius -= 0.75
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        colors = {DotLook.WORKING: tokens.accent, DotLook.SLOW: tokens.warn, DotLook.FAILED: tokens.danger}
        painter.setBrush(QColor(colors[look]))
    painter.drawEllipse(center, radius, radius)
    painter.restore()


def paint_row_background(painter: QPainter, rect: QRect, color: str | None, focus_color: str | None) -> None:
    """A list row's rounded fill, and inside it the 2 px ring of the keyboard's focus; None leaves either out."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    if color is not None:
        painter.setBrush(QColor(color))
        painter.drawRoundedRect(rect, RADIUS_CONTROL, RADIUS_CONTROL)
    if focus_color is not None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(focus_color), 2))
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS_CONTROL - 1, RADIUS_CONTROL - 1)
    painter.restore()


def paint_text(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    color: str,
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """One line of text in the middle of `rect`'s height, its end cut with … where it is too long."""
    painter.setFont(font)
    painter.setPen(QColor(color))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(alignment | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


def paragraph_height(text: str, font: QFont, line_px: int, width: int) -> int:
    """How high `text` is when it is broken into lines of this width."""
    return line_px * len(_lines(text, font, width))


def paint_paragraph(painter: QPainter, rect: QRect, text: str, font: QFont, line_px: int, color: str) -> None:
    """`text` broken into lines from the top of `rect`, with the design's line height instead of the font's."""
    for number, line in enumerate(_lines(text, font, rect.width())):
        place = QRect(rect.left(), rect.top() + number * line_px, rect.width(), line_px)
        paint_text(painter, place, line, font, color)


def _lines(text: str, font: QFont, width: int) -> list[str]:
    layout = QTextLayout(text, font)
    lines: list[str] = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return lines


def _paint_progress(painter: QPainter, rect: QRectF, tokens: Tokens, share: float) -> None:
    ring = rect.adjusted(1, 1, -1, -1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.border_strong), 2))
    painter.drawEllipse(ring)
    if share > 0:
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawArc(ring, _FULL_CIRCLE // 4, -round(min(share, 1.0) * _FULL_CIRCLE))


def _paint_dashes(painter: QPainter, rect: QRectF, tokens: Tokens) -> None:
    width = 1.5
    ring = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    pen = QPen(QColor(tokens.text_3), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    period = math.pi * ring.width() / width / _DASHES  # in pen widths, as Qt counts them
    pen.setDashPattern([period * 0.58, period * 0.42])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawEllipse(ring)


def _paint_tick(painter: QPainter, rect: QRectF, tokens: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    painter.drawEllipse(rect)
    pen = QPen(QColor(tokens.on_accent), rect.width() / 9)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    tick = QPainterPath()
    for index, (x, y) in enumerate(((0.31, 0.52), (0.44, 0.65), (0.69, 0.38))):
        point = QPointF(rect.x() + rect.width() * x, rect.y() + rect.height() * y)
        if index == 0:
            tick.moveTo(point)
        else:
            tick.lineTo(point)
    painter.drawPath(tick)
