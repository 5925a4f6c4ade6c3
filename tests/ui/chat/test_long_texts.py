"""A long text is read bit by bit: it holds its place until then, and what is being read on screen stands still."""

from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.items import CoachText, YouItem
from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.thread_view import ThreadView
from tests.ui.chat.conftest import ShowThread

_LONG = "A paragraph of some words that go on for a line or two, with **loud** ones.\n\n- an item\n- another\n\n" * 400


def _row(view: ThreadView, key: int) -> CoachRow:
    row = view.row(key)
    assert isinstance(row, CoachRow)
    return row


def _read(view: ThreadView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view.is_reading, timeout=20_000)


def test_it_holds_its_place_until_it_is_read(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([YouItem(1, "Hello"), CoachText(2, _LONG)])
    row = _row(view, 2)
    assert view.is_reading
    assert row.unit_count == 1
    assert row.height > 5_000
    _read(view, qtbot)
    assert row.unit_count == len(parse(_LONG))
    assert view.is_at_end
    assert any(unit > 1_000 for unit in row.laid)


def test_what_is_read_on_screen_stands_still_while_a_long_text_above_comes_in(
    show_thread: ShowThread, qtbot: QtBot
) -> None:
    view = show_thread([YouItem(1, "Hello"), CoachText(2, _LONG), CoachText(3, "Short.\n\n" * 200)])
    row = _row(view, 2)
    view.reveal(Place(2, 0), at=0.9)
    assert view.is_reading
    top = view.row_offset(3)
    _read(view, qtbot)
    assert row.is_read
    assert view.row_offset(3) == top


def test_looking_at_it_reads_it_at_once(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(2, _LONG)])
    view.select_all()
    assert view.selected_text().count("another") == 400
    _read(view, qtbot)
    assert _row(view, 2).unit_count == len(parse(_LONG))


def test_stream_that_ends_shows_what_it_showed_until_its_end_is_read(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(2, "", is_streaming=True)])
    text = _LONG[:40_000] + "\n\nSee [the plan].\n\n[the plan]: https://plan.org\n"
    view.append_text(2, text)
    view.finish_text(2)
    while view.is_behind:
        view.flush()
    assert view.is_reading
    assert _row(view, 2).unit_count > 400
    _read(view, qtbot)
    assert _row(view, 2).units == list(parse(text))


def test_reply_that_streams_on_from_a_long_text_takes_what_comes(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(2, _LONG, is_streaming=True)])
    view.append_text(2, "And more.")
    view.flush()
    assert _row(view, 2).source == _LONG + "And more."
    _read(view, qtbot)
    view.append_text(2, " And more.")
    view.finish_text(2)
    _read(view, qtbot)
    assert _row(view, 2).units == list(parse(_LONG + "And more. And more."))


def test_reply_that_ends_before_its_long_text_is_read_is_whole(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(2, _LONG, is_streaming=True)])
    view.append_text(2, "The end.")
    view.finish_text(2)
    _read(view, qtbot)
    assert _row(view, 2).units == list(parse(_LONG + "The end."))


def test_text_that_is_replaced_while_it_is_read_is_let_go(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(2, _LONG)])
    view.replace_item(CoachText(2, "Short."))
    _read(view, qtbot)
    assert [unit.text for unit in _row(view, 2).units] == ["Short."]
