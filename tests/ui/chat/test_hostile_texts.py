"""Texts that break chats: nothing here may crash, and all of it must be reachable."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from build_scripts.benchmarks.hostile_texts import HOSTILE_TEXTS
from desktop_app.ui.chat.items import (
    Action,
    CardLine,
    CoachText,
    NoticeItem,
    ReasoningItem,
    ThreadItem,
    Tone,
    ToolCard,
    ToolCardState,
    YouItem,
)
from desktop_app.ui.chat.thread_view import ThreadView
from tests.ui.chat.conftest import ShowThread


def _coach(text: str) -> ThreadItem:
    return CoachText(1, text)


def _you(text: str) -> ThreadItem:
    return YouItem(1, text)


def _thought(text: str) -> ThreadItem:
    return ReasoningItem(1, text, text[:200], is_open=True)


def _card(text: str) -> ThreadItem:
    return ToolCard(1, ToolCardState.DONE, "flag", text, (CardLine("+", text, text, text),), (Action("a", text[:50]),))


def _notice(text: str) -> ThreadItem:
    return NoticeItem(1, Tone.WARN, "cloud", text, text, (Action("a", text[:50]),))


def _read(view: ThreadView) -> None:
    """Do at once what the view does at its loop's turns."""
    while view.is_reading:
        view.read_on()


@pytest.mark.parametrize("name", list(HOSTILE_TEXTS))
@pytest.mark.parametrize("make", [_coach, _you, _thought, _card, _notice])
def test_it_is_shown_scrolled_pressed_and_copied(
    show_thread: ShowThread, qtbot: QtBot, name: str, make: Callable[[str], ThreadItem]
) -> None:
    view = show_thread([make(HOSTILE_TEXTS[name])])
    view.grab()
    _read(view)
    view.grab()
    view.verticalScrollBar().setValue(0)
    view.grab()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    view.select_all()
    view.selected_text().encode()  # no half character leaves it
    assert view.selected_text() or make in {_thought, _notice} or name == "quotes of a megabyte"
    assert view.column.laid_count < 600


@pytest.mark.parametrize("name", list(HOSTILE_TEXTS))
def test_it_streams_in_pieces(show_thread: ShowThread, name: str) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    text = HOSTILE_TEXTS[name][:200_000]  # the benchmark streams all of it
    step = max(len(text) // 20, 1)
    for at in range(0, len(text), step):
        view.append_text(1, text[at : at + step])
        view.flush()
        assert view.column.laid_count < 600
    view.finish_text(1)
    while view.is_behind:  # what came in larger pieces than a frame takes
        view.flush()
    _read(view)
    streamed = view.grab().toImage()
    again = show_thread([CoachText(1, text)])
    _read(again)
    again.verticalScrollBar().setValue(view.verticalScrollBar().value())
    assert not streamed.isNull()
    assert again.column.rows[0].count() == view.column.rows[0].count()
