"""Reading undisturbed: nothing moves under the eye, and everything can be shown larger."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.items import CardLine, CoachText, ThreadItem, ToolCard, ToolCardState, YouItem
from desktop_app.ui.chat.markdown import parse
from desktop_app.ui.chat.thread_stream import MOST_A_FRAME
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.chat.zoom import STEPS, read_zoom, stepped
from desktop_app.ui.theme.theme import Theme
from tests.ui.chat.conftest import ShowThread

_CARD = ToolCard(50, ToolCardState.DONE, "flag", "Changed")


def _items() -> list[ThreadItem]:
    texts: list[ThreadItem] = [CoachText(i, f"Message {i}.\n\n" + "Words in between. " * 60) for i in range(40)]
    return [*texts[:5], _CARD, *texts[5:]]


def _top_in_view(view: ThreadView, key: int) -> int:
    position = view.column.position(key)
    assert position is not None
    return view.column.top(position) - view.scroll_y


def _go_to(view: ThreadView, key: int) -> None:
    position = view.column.position(key)
    assert position is not None
    view.reveal(Place(position, 0))


def test_change_above_what_is_read_moves_nothing_in_sight(show_thread: ShowThread) -> None:
    view = show_thread(_items())
    for key in (3, 20):
        _go_to(view, key)
    top = _top_in_view(view, 20)
    lines = tuple(CardLine("+", f"Milestone {i}") for i in range(8))
    view.replace_item(ToolCard(50, ToolCardState.DONE, "flag", "Changed", lines))
    assert _top_in_view(view, 20) == top
    view.remove_item(50)
    assert _top_in_view(view, 20) == top
    view.remove_item(2)
    assert _top_in_view(view, 20) == top


def test_text_that_comes_below_moves_nothing_in_sight(show_thread: ShowThread) -> None:
    view = show_thread([*_items(), CoachText(90, "", is_streaming=True)])
    _go_to(view, 20)
    top = _top_in_view(view, 20)
    for _ in range(30):
        view.append_text(90, "More and more.\n\n")
        view.flush()
    view.finish_text(90)
    assert _top_in_view(view, 20) == top
    assert not view.is_following


def test_revealed_message_is_in_sight_and_lit_for_a_moment(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread(_items())
    assert view.point_at(7)
    position = view.column.position(7)
    assert position is not None
    assert 0 <= _top_in_view(view, 7) < view.view_height
    assert [wash.ground.name() for wash in view.washes(Place(position, 0))] == [view.theme.color("accent_tint").name()]
    view._pointing.timeout.emit()
    assert view.washes(Place(position, 0)) == []
    assert not view.point_at(12345)


def test_zoom_makes_all_larger_and_keeps_the_place(show_thread: ShowThread) -> None:
    view = show_thread(_items())
    _go_to(view, 20)
    first = view.rows_in_sight().start
    view.set_zoom(2.0)
    assert view.column.width < 400
    assert abs(view.rows_in_sight().start - first) <= 1
    assert view.view_height == 250
    view.set_zoom(1.0)
    assert view.column.width > 600
    assert abs(view.rows_in_sight().start - first) <= 1


def test_pointer_hits_what_it_is_on_at_every_zoom(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([YouItem(1, "Hi"), CoachText(2, "Read [the plan](https://e.org).")])
    for zoom in STEPS:
        view.set_zoom(zoom)
        rect = view.column.rows[1].laid[0].hots[0].rect.translated(0, view.column.unit_top(Place(1, 0)))
        shown = view.view_rect(rect.x(), rect.y(), rect.width(), rect.height())
        with qtbot.waitSignal(view.link_activated):
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=shown.center())


def test_zoomed_conversation_streams_at_its_end(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    view.set_zoom(1.25)
    for _ in range(40):
        view.append_text(1, "More and more.\n\n")
        view.flush()
    assert view.is_at_end
    assert view.grab().toImage() == view.grab().toImage()


def test_keys_and_wheel_zoom_step_by_step(qtbot: QtBot, theme: Theme) -> None:
    chat = ChatView(theme)
    qtbot.addWidget(chat)
    chat.set_empty(False)
    with qtbot.waitActive(chat):
        chat.show()
        chat.activateWindow()
    told: list[float] = []
    chat.zoom_changed.connect(told.append)
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0, Qt.Key.Key_0):
        QTest.keyClick(chat, key, Qt.KeyboardModifier.ControlModifier)
    viewport = chat.thread_view.viewport()
    for turn in (120, -120):
        QApplication.sendEvent(
            viewport,
            QWheelEvent(
                QPointF(9, 9),
                QPointF(viewport.mapToGlobal(QPoint(9, 9))),
                QPoint(),
                QPoint(0, turn),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.ControlModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
    assert told == [1.1, 1.25, 1.1, 1.0, 1.1, 1.0]


def test_zoom_stays_within_its_steps_and_nonsense_is_the_design_size() -> None:
    assert stepped(3.0, 1) == 3.0
    assert stepped(0.67, -1) == 0.67
    assert [read_zoom(text) for text in (None, "x", "9", "1.5")] == [1.0, 1.0, 1.0, 1.5]


def test_long_conversation_opens_at_its_end_and_completes_itself_unnoticed(
    show_thread: ShowThread, qtbot: QtBot
) -> None:
    view = show_thread([CoachText(i, f"Message {i}.") for i in range(5000)])
    assert len(view.column) == 400
    view.verticalScrollBar().setValue(view.scroll_y - 500)
    top = _top_in_view(view, 4980)
    qtbot.waitUntil(lambda: view.column.is_complete)
    assert len(view.column) == 5000
    assert _top_in_view(view, 4980) == top
    assert not view._earlier.isActive()


def test_what_is_far_above_is_there_when_it_is_asked_for(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(i, f"Message {i}.") for i in range(5000)])
    assert view.point_at(3)
    assert len(view.column) == 5000
    view.set_items([CoachText(i, f"Message {i}.") for i in range(5000)])
    view.select_all()
    assert view.selected_text().startswith("Message 0.")


def test_burst_is_shown_over_several_frames_and_ends_as_one_parse_does(show_thread: ShowThread, qtbot: QtBot) -> None:
    view = show_thread([CoachText(1, "", is_streaming=True)])
    text = "A line of **words** in a burst.\n\n" * 3000
    for at in range(0, len(text), 10):
        view.append_text(1, text[at : at + 10])
    view.finish_text(1)
    row = view.row(1)
    assert isinstance(row, CoachRow)
    frames = []
    while row.is_streaming:
        before = len(row.source)
        view.flush()
        frames.append(len(row.source) - before)
    assert max(frames) <= MOST_A_FRAME
    assert len(frames) >= len(text) // MOST_A_FRAME
    assert row.source == text
    assert row.units == list(parse(text))
