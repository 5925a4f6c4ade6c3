"""The ring in the header: there while the window is known, and its figures in words."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.providers import ContextUse
from desktop_app.ui.chat_header import ChatHeader
from desktop_app.ui.context_meter import ContextMeter
from desktop_app.ui.theme.theme import Theme


@pytest.fixture
def header(qtbot: QtBot, theme: Theme) -> ChatHeader:
    header = ChatHeader(theme, QWidget())
    qtbot.addWidget(header)
    header.resize(900, 52)
    header.show()
    return header


def meter_of(header: ChatHeader) -> ContextMeter:
    meter = header.findChild(ContextMeter)
    assert isinstance(meter, ContextMeter)
    return meter


def test_what_is_known_is_shown_with_the_figures_as_an_estimate(header: ChatHeader) -> None:
    assert header.findChild(ContextMeter) is None, "nothing that is not shown is made"
    header.show_context(ContextUse(8_000, 200_000))
    meter = meter_of(header)
    assert meter.isVisible()
    assert meter.accessibleName() == "4% context"
    assert "8,000 of the 200,000 tokens" in meter.toolTip()
    assert "estimate" in meter.toolTip()


@pytest.mark.parametrize("use", [None, ContextUse(8_000, None)])
def test_what_is_not_known_is_not_shown(header: ChatHeader, use: ContextUse | None) -> None:
    header.show_context(ContextUse(8_000, 200_000))
    header.show_context(use)
    assert not meter_of(header).isVisible()


@pytest.mark.parametrize(
    ("tokens", "words"), [(12, "<1% context"), (150_000, "75% context"), (300_000, "100% context")]
)
def test_the_share_is_told_as_people_say_it(header: ChatHeader, tokens: int, words: str) -> None:
    header.show_context(ContextUse(tokens, 200_000))
    assert meter_of(header).text == words


def test_the_ring_fills_with_the_share(header: ChatHeader, theme: Theme) -> None:
    def left_of_the_ring() -> QColor:
        meter = meter_of(header)
        return meter.grab().toImage().pixelColor(QPoint(2, meter.height() // 2))

    header.show_context(ContextUse(20_000, 200_000))
    track = left_of_the_ring()
    header.show_context(ContextUse(190_000, 200_000))
    assert left_of_the_ring() != track
    assert left_of_the_ring().name() == QColor(theme.tokens.accent).name()
