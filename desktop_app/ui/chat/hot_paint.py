"""How places to press look: at rest, under the pointer, pressed, with the keyboard's focus."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop_app.ui.chat.display import Box, Glyph, Hot, HotKind, paint_box, paint_glyph
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.theme.theme import Weight
from desktop_app.ui.theme.tokens import SMALL


@dataclass(frozen=True, slots=True)
class HotState:
    """What is happening to a place to press. `was_done` shows a tick for what was just copied."""

    is_hovered: bool = False
    is_pressed: bool = False
    is_focused: bool = False
    was_done: bool = False


def paint_hot(painter: QPainter, ink: Ink, hot: Hot, x: int, y: int, state: HotState) -> None:
    """Draw `hot` of a unit at (x, y)."""
    match hot.kind:
        case HotKind.TEXT_LINK:
            if state.is_hovered or state.is_focused:
                _underline(painter, ink, hot, x, y)
        case HotKind.LINK:
            _paint_link(painter, ink, hot, x, y, state)
        case HotKind.BUTTON | HotKind.PRIMARY:
            _paint_button(painter, ink, hot, x, y, state)
        case HotKind.ICON:
            _paint_icon(painter, ink, hot, x, y, state)
        case HotKind.ROW:
            pass
    if state.is_focused:
        _paint_focus(painter, ink, hot, x, y)


def _underline(painter: QPainter, ink: Ink, hot: Hot, x: int, y: int) -> None:
    painter.setPen(QPen(ink.color("accent"), 1))
    for rect in hot.lines:
        bottom = y + rect.center().y() + 7.5
        painter.drawLine(QPointF(x + rect.left(), bottom), QPointF(x + rect.right(), bottom))


def _paint_link(painter: QPainter, ink: Ink, hot: Hot, x: int, y: int, state: HotState) -> None:
    token = "text_3" if not hot.enabled else "accent_hover" if state.is_hovered else "accent"
    painter.setPen(ink.color(token))
    painter.setFont(ink.font(SMALL, Weight.MEDIUM))
    rect = hot.rect.translated(x, y).adjusted(0, 0, 2, 0)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), hot.label)
    if state.is_hovered and hot.enabled:
        bottom = rect.center().y() + 7.5
        painter.drawLine(QPointF(rect.left(), bottom), QPointF(rect.right() - 2, bottom))


def _paint_button(painter: QPainter, ink: Ink, hot: Hot, x: int, y: int, state: HotState) -> None:
    lit = state.is_hovered and hot.enabled
    if not hot.enabled:
        fill, border, text = "", "border", "text_3"
    elif hot.kind is HotKind.PRIMARY:
        fill = "accent_press" if state.is_pressed else "accent_hover" if lit else "accent"
        border, text = fill, "on_accent"
    else:
        fill = "selected" if state.is_pressed else "hover" if lit else "surface"
        border, text = "border_strong", "text"
    paint_box(painter, ink, Box(hot.rect, fill, border, 5), x, y)
    painter.setPen(ink.color(text))
    painter.setFont(ink.font(SMALL, Weight.MEDIUM))
    painter.drawText(hot.rect.translated(x, y), int(Qt.AlignmentFlag.AlignCenter), hot.label)


def _paint_icon(painter: QPainter, ink: Ink, hot: Hot, x: int, y: int, state: HotState) -> None:
    if (state.is_hovered or state.is_pressed) and hot.enabled:
        paint_box(painter, ink, Box(hot.rect, "selected" if state.is_pressed else "hover", radius=5), x, y)
    size = 16
    name = "check" if state.was_done else hot.icon
    color = "accent" if state.was_done else "text_3" if hot.rect.height() < 24 else "text_2"
    if not hot.enabled:
        color = "border_strong"
    center = hot.rect.center()
    paint_glyph(painter, ink, Glyph(name, color, center.x() - size / 2, center.y() - size / 2, size), x, y)


def _paint_focus(painter: QPainter, ink: Ink, hot: Hot, x: int, y: int) -> None:
    painter.setPen(QPen(ink.color("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    spread = 1 if hot.kind in {HotKind.BUTTON, HotKind.PRIMARY, HotKind.ICON} else 3
    for rect in hot.lines or (hot.rect,):
        painter.drawRoundedRect(QRectF(rect).translated(x, y).adjusted(-spread, -spread + 1, spread, spread - 1), 5, 5)
