"""The thread: streaming, following the end, laying out only what is in sight."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.items import (
    Action,
    CardLine,
    CoachText,
    FooterItem,
    NoticeItem,
    ReasoningItem,
    StatusItem,
    ThreadItem,
    Tone,
    ToolCard,
    ToolCardState,
    YouItem,
)
from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.ui.chat.conftest import ShowThread

_LONG = "A paragraph of some length that says little but takes its room on the line.\n\n" * 30


def _coach(view: ThreadView, key: int) -> CoachRow:
    position = view.column.position(key)
    assert position is not None
    row = view.column.rows[position]
    assert isinstance(row, CoachRow)
    return row


def _every_sort() -> list[ThreadItem]:
    actions = (Action("open", "Open"), Action("undo", "Undo", enabled=False))
    return [
        YouItem(1, "Hello", status_text="Not sent"),
        ReasoningItem(2, "Thinking\nmore", "Thought for 2 s", is_open=True),
        CoachText(3, "Text with `code`.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```\ncode\n```"),
        *(ToolCard(10 + i, state, "flag", "**Done** it", (), actions) for i, state in enumerate(ToolCardState)),
        ToolCard(20, ToolCardState.DONE, "flag", "Changed", (CardLine("~", "Deadline", "1 May", "2 May"),), actions),
        *(NoticeItem(30 + i, tone, "cloud", "Busy (1 of 3)", "Wait.", actions, 0.5) for i, tone in enumerate(Tone)),
        FooterItem(40, "Model · 12 in", (Action("copy", "Copy"),)),
        StatusItem(41, "Loading"),
    ]


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_every_sort_of_item_is_painted_in_both_themes(show_thread: ShowThread, theme: Theme, mode: ThemeMode) -> None:
    theme.set_mode(mode)
    view = show_thread(_every_sort())
    view.resize(740, 1200)
    picture = view.grab().toImage()
    colors = {picture.pixelColor(x, y).name() for x in range(40, 700, 3) for y in range(0, 1100, 3)}
    assert len(colors) > 20
    assert theme.color("danger_tint").name() in colors


def test_conversation_opens_at_its_end(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(i, _LONG) for i in range(20)])
    assert view.is_at_end
    assert view.verticalScrollBar().value() > 0


def test_streamed_pieces_show_as_the_whole_text_does(show_thread: ShowThread) -> None:
    view = show_thread([YouItem(1, "Hi"), CoachText(2, "", is_streaming=True)])
    text = "# Plan\n\n- one\n- two\n\n```\ncode\n```\n\nThe **end**."
    for char in text:
        view.append_text(2, char)
    view.finish_text(2)
    assert _coach(view, 2).units == list(parse(text))
    assert not _coach(view, 2).is_streaming


def test_first_piece_shows_at_once_and_later_ones_by_the_frame(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(2, "", is_streaming=True)])
    qtbot.wait(40)
    view.append_text(2, "one")
    assert _coach(view, 2).units[0].text == "one"
    view.append_text(2, " two")
    assert _coach(view, 2).units[0].text == "one"
    qtbot.waitUntil(lambda: _coach(view, 2).units[0].text == "one two")


def test_caret_stands_at_the_end_of_a_streaming_reply_only(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(2, "Text", is_streaming=True)])
    assert _coach(view, 2).laid[0].caret is not None
    view.finish_text(2)
    view.grab()
    assert _coach(view, 2).laid[0].caret is None


def test_what_stands_above_the_newest_text_keeps_no_caret(show_thread: ShowThread) -> None:
    text = "One.\n\n| a | b |\n|---|---|\n| c | d |\n\n- two\n- three\n\nThe end."
    view = show_thread([CoachText(2, "", is_streaming=True)])
    for piece in text.splitlines(keepends=True):
        view.append_text(2, piece)
        view.flush()
        view.grab()
        carets = [unit for unit, laid in _coach(view, 2).laid.items() if laid.caret is not None]
        assert carets == [_coach(view, 2).count() - 1]
    view.finish_text(2)
    view.grab()
    assert all(laid.caret is None for laid in _coach(view, 2).laid.values())


def test_reader_at_the_end_is_taken_along(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, _LONG), CoachText(2, "", is_streaming=True)])
    view.append_text(2, _LONG)
    view.flush()
    assert view.is_at_end


def test_reader_further_up_is_left_alone_and_told(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, _LONG), CoachText(2, "", is_streaming=True)])
    view.verticalScrollBar().setValue(100)
    before = view.grab().toImage()
    view.append_text(2, _LONG)
    view.flush()
    assert view.verticalScrollBar().value() == 100
    assert view._pill.isVisible()
    view._pill.hide()
    assert view.grab().toImage().copy(0, 0, 700, 480) == before.copy(0, 0, 700, 480)
    view._pill.show()
    QTest.mouseClick(view._pill, Qt.MouseButton.LeftButton)
    assert view.is_at_end
    assert not view._pill.isVisible()


def test_own_message_brings_the_end_into_sight(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, _LONG)])
    view.verticalScrollBar().setValue(0)
    view.append_item(YouItem(2, "And now?"))
    assert view.is_at_end


def test_wheel_away_from_the_end_stops_following(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, _LONG), CoachText(2, "", is_streaming=True)])
    middle = QPointF(300, 200)
    wheel = QWheelEvent(
        middle,
        QPointF(view.viewport().mapToGlobal(middle.toPoint())),
        QPoint(0, 0),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), wheel)
    assert not view.is_following


def test_ten_thousand_messages_lay_out_only_those_in_sight(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(i, _LONG) for i in range(10_000)])
    assert view.column.laid_count < 60
    bar = view.verticalScrollBar()
    for step in range(200):
        bar.setValue(step * bar.maximum() // 200)
    assert view.column.laid_count < 600
    assert sum(row.is_prepared for row in view.column.rows) < 300


def test_one_endless_reply_lays_out_only_what_is_in_sight(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    for _ in range(300):
        view.append_text(1, "- an item\n" * 20)
        view.flush()
    assert view.column.laid_count < 600


def test_nothing_in_sight_moves_while_guessed_heights_above_are_set_right(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(i, "Short.\n\n" * (i % 7 + 1) + "x" * (i % 900)) for i in range(300)])
    bar = view.verticalScrollBar()
    for _ in range(60):
        tops = _tops(view)
        before = bar.value()
        bar.setValue(before - 90)
        moved = {place: top - tops[place] for place, top in _tops(view).items() if place in tops}
        assert set(moved.values()) <= {90}


def _tops(view: ThreadView) -> dict[tuple[int, int], int]:
    scroll = view.verticalScrollBar().value()
    return {
        (place.row, place.unit): y - scroll
        for place, y in view.column.visible(scroll, scroll + view.viewport().height())
        if place.unit in view.column.rows[place.row].laid
    }


def test_items_are_replaced_and_removed_by_key(show_thread: ShowThread) -> None:
    view = show_thread([YouItem(1, "a"), StatusItem(2, "Loading"), YouItem(3, "c")])
    view.replace_item(CoachText(2, "Loaded"))
    assert _coach(view, 2).units[0].text == "Loaded"
    view.remove_item(1)
    view.remove_item(99)
    view.replace_item(YouItem(99, "nobody"))
    assert [row.key for row in view.column.rows] == [2, 3]
    assert view.column.position(3) == 1


def test_text_for_an_item_that_is_gone_is_dropped(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    view.append_text(1, "a")
    view.append_text(1, "b")
    view.remove_item(1)
    view.append_text(1, "c")
    view.flush()
    view.finish_text(1)
    assert len(view.column) == 0


def test_resize_lays_out_again_and_the_end_stays_in_sight(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(i, _LONG) for i in range(5)])
    before = view.column.height
    view.resize(420, 500)
    qtbot.waitUntil(lambda: view.column.width < 420)
    assert view.is_at_end
    assert view.column.height != before


def test_table_columns_keep_to_the_width_and_the_last_aligns_right(show_thread: ShowThread) -> None:
    wide = "| a | b |\n|---|--:|\n| " + "long words " * 30 + " | 12 |\n"
    view = show_thread([CoachText(1, wide)])
    laid = _coach(view, 1).laid[1]
    right = laid.texts[1]
    assert right.x + right.layout.lineAt(0).width() <= view.column.width
    assert laid.texts[0].layout.lineCount() > 1


def test_reasoning_streams_into_its_folded_row(show_thread: ShowThread) -> None:
    view = show_thread([ReasoningItem(1, "", "Thinking…")])
    view.append_text(1, "First this")
    view.append_text(1, ", then that.")
    view.flush()
    assert view.column.rows[0].count() == 1
    view.replace_item(ReasoningItem(1, "First this, then that.", "Thought for 1 s", is_open=True))
    assert view.column.rows[0].text(1) == "First this, then that."


def test_what_moves_rests_when_motion_is_reduced_or_it_is_out_of_sight(show_thread: ShowThread) -> None:
    view = show_thread([StatusItem(1, "Loading")])
    assert view._motion.is_active()
    view.set_motion_reduced(True)
    assert not view._motion.is_active()
    view.set_motion_reduced(False)
    view.remove_item(1)
    assert not view._motion.is_active()
