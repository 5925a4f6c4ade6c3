"""Finding words in the conversation: all of it, by keyboard, with what is found in sight."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.items import CoachText, FooterItem, ReasoningItem, ThreadItem, YouItem
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme
from tests.ui.chat.conftest import ShowThread


def _long(count: int) -> list[ThreadItem]:
    return [CoachText(i, f"Message {i} about **running**.\n\n" + "Words in between. " * 40) for i in range(count)]


def _search(view: ThreadView, qtbot: QtBot, text: str) -> None:
    view.finder.search(text)
    qtbot.waitUntil(lambda: not view.finder.is_searching, timeout=20_000)


def _current_text(view: ThreadView) -> str:
    found = view.finder.current_match()
    assert found is not None
    row = view.row(found[0])
    assert row is not None
    return "".join(row.text(part.unit)[part.start : part.end] for part in found[1])


def _is_in_sight(view: ThreadView) -> bool:
    found = view.finder.current_match()
    assert found is not None
    position = view.column.position(found[0])
    assert position is not None
    top = view.column.unit_top(Place(position, found[1][0].unit)) - view.scroll_y
    return 0 <= top < view.view_height and found[1][0].unit in view.column.rows[position].laid


@pytest.fixture
def chat(qtbot: QtBot, theme: Theme) -> ChatView:
    view = ChatView(theme)
    qtbot.addWidget(view)
    view.resize(760, 600)
    view.set_empty(False)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.thread_view.set_items(_long(60))
    return view


def test_what_was_never_laid_out_is_found_and_comes_into_sight(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread(_long(400))
    _search(view, qtbot, "message 7 ABOUT running")
    assert view.finder.count == 1
    assert _current_text(view) == "Message 7 about running"
    assert _is_in_sight(view)
    assert view.column.laid_count < 200


def test_search_begins_where_the_reader_is_and_goes_around(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread(_long(40))
    _search(view, qtbot, "about running")
    assert view.finder.count == 40
    first = view.finder.number
    assert first > 30
    for _ in range(40 - first):
        view.finder.step(1)
    assert view.finder.number == 40
    view.finder.step(1)
    assert view.finder.number == 1
    assert _is_in_sight(view)
    view.finder.step(-1)
    assert view.finder.number == 40
    assert _is_in_sight(view)


def test_marks_lie_on_what_is_found_and_one_is_the_current_one(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([YouItem(1, "🙂 plan"), CoachText(2, "A plan, a **plan**.")])
    _search(view, qtbot, "plan")
    grounds = [wash.ground.name() for place in (Place(0, 0), Place(1, 0)) for wash in view.washes(place)]
    assert grounds == [view.theme.color(name).name() for name in ("accent", "warn_line", "warn_line")]
    assert (view.washes(Place(0, 0))[0].start, view.washes(Place(0, 0))[0].end) == (3, 7)
    before = view.grab().toImage()
    view.finder.clear()
    assert view.washes(Place(1, 0)) == []
    assert view.grab().toImage() != before


def test_match_over_the_end_of_a_piece_is_found_whole(show_thread: ShowThread, qtbot: QtBot) -> None:
    text = "word " * 399 + "the needle is here " + "word " * 300
    view = show_thread([CoachText(1, text)])
    _search(view, qtbot, "word the needle is here word")
    assert view.finder.count == 1
    assert _current_text(view) == "word the needle is here word"


def test_marks_of_markdown_and_line_ends_do_not_hide_words(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "The *long*\n**run** is [on](http://a.org) Sunday &amp; slow")])
    for words in ("the long run", "on sunday & slow"):
        _search(view, qtbot, words)
        assert view.finder.count == 1, words


def test_footers_are_not_searched(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([FooterItem(2, "secret · free")])
    _search(view, qtbot, "secret")
    assert view.finder.count == 0


def test_text_that_streams_in_is_found_too(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    _search(view, qtbot, "needle")
    view.append_text(1, "a needle and a needle")
    view.flush()
    qtbot.waitUntil(lambda: view.finder.count == 2)
    view.remove_item(1)
    qtbot.waitUntil(lambda: view.finder.count == 0)


def test_search_of_many_messages_takes_turns_with_the_window(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread(_long(3000))
    view.finder.search("message 1500 ")
    assert view.finder.is_searching
    qtbot.waitUntil(lambda: not view.finder.is_searching, timeout=20_000)
    assert view.finder.count == 1


def test_bar_opens_finds_steps_and_closes_by_keyboard(chat: ChatView, qtbot: QtBot) -> None:
    QTest.keyClick(chat, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = chat.find_bar
    field, count = bar.findChildren(QLineEdit)[0], bar.findChildren(QLabel)[0]
    assert bar.isVisible()
    assert field.hasFocus()
    QTest.keyClicks(field, "message 5")
    qtbot.waitUntil(lambda: count.text() == "1 of 11" or count.text().endswith("of 11"))
    before = chat.thread_view.finder.number
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert chat.thread_view.finder.number == before % 11 + 1
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert chat.thread_view.finder.number == before
    QTest.keyClicks(field, "xyz")
    qtbot.waitUntil(lambda: count.text() == "Not found")
    assert not any(button.isEnabled() for button in bar.findChildren(QToolButton)[:2])
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert chat.thread_view.finder.count == 0


def test_bar_covers_no_match_and_moves_nothing_that_is_read(chat: ChatView, qtbot: QtBot) -> None:
    view = chat.thread_view
    view.reveal(Place(20, 0))
    before = view.viewport().mapTo(view, QPoint(0, 0)).y() + view.column.unit_top(Place(20, 0)) - view.scroll_y
    chat.open_find()
    after = view.viewport().mapTo(view, QPoint(0, 0)).y() + view.column.unit_top(Place(20, 0)) - view.scroll_y
    assert after == before
    assert chat.find_bar.geometry().bottom() < view.viewport().geometry().top()
    chat.find_bar.close_bar()
    assert view.viewport().geometry().top() == 0


def test_bar_takes_up_what_is_selected(chat: ChatView, qtbot: QtBot) -> None:
    view = chat.thread_view
    view.set_items([CoachText(1, "Needle")])
    view.select_all()
    chat.open_find()
    assert chat.find_bar.findChildren(QLineEdit)[0].text() == "Needle"
    assert view.finder.count == 1


def test_what_is_folded_is_found_and_unfolds_when_one_goes_there(show_thread: ShowThread, qtbot: QtBot) -> None:
    thought = "They run already.\n" + "More of it. " * 300 + "\nKnees: zanzibar."
    items = [*_long(40), ReasoningItem(900, thought, "Thought for 4 s"), CoachText(901, "Done.")]
    view = show_thread(items)
    row = view.row(900)
    assert isinstance(row, ReasoningRow)
    _search(view, qtbot, "zanzibar")
    assert view.finder.count == 1
    assert row.is_open
    assert _current_text(view) == "zanzibar"
    assert _is_in_sight(view)
    _search(view, qtbot, "zanzibar")
    assert view.finder.number == 1


def test_a_match_in_the_words_above_what_is_folded_leaves_it_folded(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([ReasoningItem(1, "Nothing of that.", "Thought for 4 s"), CoachText(2, "Done.")])
    row = view.row(1)
    assert isinstance(row, ReasoningRow)
    _search(view, qtbot, "thought")
    assert view.finder.count == 1
    assert not row.is_open


def test_long_text_is_found_in_while_it_is_still_being_read(show_thread: ShowThread, qtbot: QtBot) -> None:
    rows = "".join(f"| cell {number} | other |\n" for number in range(6_000))
    view = show_thread([CoachText(900, f"| a | b |\n|---|---|\n{rows}\nAnd zanzibar."), *_long(30)])
    _search(view, qtbot, "zanzibar")
    assert view.finder.count == 1
    qtbot.waitUntil(lambda: not view.is_reading, timeout=20_000)
    assert _is_in_sight(view)
