"""The marks that views share look different where they mean something different."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from desktop_app.ui.theme.painting import DotLook, RingLook, paint_dot, paint_ring, paragraph_height
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import DARK, LIGHT, SMALL, Tokens


def drawn(paint: Callable[[QPainter], None]) -> QImage:
    image = QImage(16, 16, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def ring(tokens: Tokens, look: RingLook, share: float = 0.0) -> QImage:
    return drawn(lambda painter: paint_ring(painter, QRectF(0, 0, 16, 16), tokens, look, share))


def dot(tokens: Tokens, look: DotLook) -> QImage:
    return drawn(lambda painter: paint_dot(painter, QPointF(8, 8), tokens, look))


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_a_ring_tells_draft_begun_half_and_completed_apart(tokens: Tokens) -> None:
    images = [
        ring(tokens, RingLook.DRAFT),
        ring(tokens, RingLook.PROGRESS),
        ring(tokens, RingLook.PROGRESS, 0.5),
        ring(tokens, RingLook.PROGRESS, 1.0),
        ring(tokens, RingLook.COMPLETED),
    ]
    assert all(first != second for number, first in enumerate(images) for second in images[:number])


def test_a_ring_fills_clockwise_from_the_top_and_never_beyond_itself(theme: Theme) -> None:
    half = ring(LIGHT, RingLook.PROGRESS, 0.5)
    assert half.pixelColor(14, 8).name() == LIGHT.accent.lower()
    assert half.pixelColor(1, 8).name() == LIGHT.border_strong.lower()
    assert ring(LIGHT, RingLook.PROGRESS, 7.0) == ring(LIGHT, RingLook.PROGRESS, 1.0)


@pytest.mark.parametrize(
    ("look", "token"),
    [(DotLook.WORKING, "accent"), (DotLook.SLOW, "warn"), (DotLook.FAILED, "danger")],
)
def test_a_dot_has_the_colour_of_its_state(look: DotLook, token: str) -> None:
    assert dot(DARK, look).pixelColor(8, 8).name() == getattr(DARK, token).lower()


def test_what_is_not_set_up_is_hollow() -> None:
    assert dot(LIGHT, DotLook.NOT_SET_UP).pixelColor(8, 8).alpha() == 0
    assert dot(LIGHT, DotLook.NOT_SET_UP).pixelColor(8, 5).alpha() > 0


def test_a_paragraph_has_the_line_height_of_the_design(theme: Theme) -> None:
    font = theme.font(SMALL)
    assert paragraph_height("One line", font, SMALL.line_px, 400) == SMALL.line_px
    assert paragraph_height("One line and then another one", font, SMALL.line_px, 120) == 2 * SMALL.line_px
    assert paragraph_height("One line", font, SMALL.line_px, -5) > 0
