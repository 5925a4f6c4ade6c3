"""The large editor: the goal over the room of the chat, its history beside it, milestones on a line of time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.domain.goals import Milestone
from desktop_app.domain.ids import MilestoneId
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.timeline import timeline_points
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme
from tests.ui.goals.conftest import FIELDS, NOW, TODAY, goal

_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class _Room:
    """A window with the editor in it, joined as the shell joins them."""

    def __init__(self, theme: Theme, width: int) -> None:
        self.chat = QLineEdit()
        self.editor = GoalEditorView(theme, Clock(lambda: NOW, lambda: TODAY))
        self.window = MainWindow(theme, SidebarView(theme), self.chat, self.editor, ModelButton(theme))
        self.editor.large_requested.connect(self.window.enlarge_editor)
        self.window.editor_enlarged.connect(self.editor.set_large)
        self.window.resize(width, 900)
        self.window.show_editor()
        self.window.show()
        self.window.activateWindow()
        self.editor.show_goal(goal())


@pytest.fixture
def room(theme: Theme, request: pytest.FixtureRequest) -> Iterator[_Room]:
    room = _Room(theme, getattr(request, "param", 1440))
    yield room
    room.window.accept_close()
    room.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_button_makes_it_large_and_back_to_chat_small_again(room: _Room) -> None:
    width = room.editor.width()

    _click(room.editor.header.large)
    assert room.editor.width() > 2 * width
    assert not room.chat.isVisible()
    assert room.editor.header.back.isVisible()
    assert room.editor.page.overview.isVisible()

    _click(room.editor.header.back)
    assert room.editor.width() == width
    assert room.chat.isVisible()
    assert not room.editor.page.overview.isVisible()
    assert room.editor.progress.isVisible()


def test_keys_make_it_large_and_escape_small_again_before_it_stops_a_reply(room: _Room) -> None:
    stopped: list[bool] = []
    room.window.stop_requested.connect(lambda: stopped.append(True))
    room.editor.title.editor.setFocus()

    QTest.keyClick(room.editor.header.undo, Qt.Key.Key_Return, _CTRL_SHIFT)
    assert not room.chat.isVisible()
    QTest.keyClick(room.editor.title.editor, Qt.Key.Key_Escape)
    assert room.chat.isVisible()
    assert stopped == []
    QTest.keyClick(room.editor.title.editor, Qt.Key.Key_Escape)
    assert stopped == [True]


def test_the_history_is_beside_the_goal_and_back_in_its_tab(room: _Room) -> None:
    room.editor.page.open_history()

    _click(room.editor.header.large)
    assert room.editor.history.isVisible()
    assert room.editor.milestones.isVisible()
    assert not room.editor.tabs.tabs[-1].isVisible()

    _click(room.editor.header.back)
    assert room.editor.tabs.tabs[-1].isVisible()
    assert not room.editor.history.isVisible()
    room.editor.page.open_history()
    assert room.editor.history.isVisible()


@pytest.mark.parametrize("room", [900], indirect=True)
def test_where_there_is_no_room_the_history_stays_a_tab(room: _Room) -> None:
    _click(room.editor.header.large)

    assert room.editor.header.back.isVisible()
    assert room.editor.tabs.tabs[-1].isVisible()
    assert not room.editor.history.isVisible()


def test_what_was_typed_stays_when_it_changes_its_size(room: _Room) -> None:
    room.editor.title.editor.setFocus()
    QTest.keyClicks(room.editor.title.editor, "My ")

    _click(room.editor.header.large)
    assert room.editor.title.value() == f"My {FIELDS.title}"
    _click(room.editor.header.back)
    assert room.editor.title.value() == f"My {FIELDS.title}"
    assert room.editor.is_dirty


def test_a_column_says_how_far_away_each_milestone_is(room: _Room) -> None:
    room.editor.open_tab("milestones")
    _click(room.editor.header.large)

    assert [row.distance.text() for row in room.editor.milestones.rows] == ["Done", "in 24 days", "in 66 days"]
    assert all(row.distance.isVisible() for row in room.editor.milestones.rows)
    assert room.editor.page.overview.heading.text() == "1 of 3 milestones done"
    assert room.editor.page.overview.next.text() == "Next is Run 10 km, in 24 days."


def test_the_line_of_time_has_a_point_for_each_day_and_todays_place() -> None:
    points, now = timeline_points(
        [
            Milestone("a", target_date=TODAY - timedelta(days=10), done_at=NOW),
            Milestone("b", target_date=TODAY + timedelta(days=10)),
            Milestone("c", target_date=TODAY + timedelta(days=10), done_at=NOW),
            Milestone("d", target_date=TODAY + timedelta(days=30)),
            Milestone("without a date"),
        ],
        TODAY,
    )

    assert [(point.share, point.is_done) for point in points] == [(0.0, True), (0.5, False), (1.0, False)]
    assert now == 0.25


@pytest.mark.parametrize("milestones", [[], [Milestone("a")], [Milestone("a", target_date=TODAY)] * 3])
def test_days_that_make_no_line_make_none(milestones: list[Milestone]) -> None:
    assert timeline_points(milestones, TODAY) == ((), None)


def test_a_screen_reader_is_told_the_line_of_time(room: _Room) -> None:
    _click(room.editor.header.large)

    line = room.editor.page.overview.timeline
    assert line.isVisible()
    assert line.accessibleDescription() == "12 Mar: done; 5 Apr: open; 17 May: open"


def test_a_milestone_is_dragged_to_another_place(room: _Room) -> None:
    edited: list[bool] = []
    room.editor.edited.connect(lambda: edited.append(True))
    room.editor.open_tab("milestones")
    QCoreApplication.processEvents()
    rows = room.editor.milestones.rows
    grip = rows[0].grip
    below = grip.mapFromGlobal(rows[2].mapToGlobal(rows[2].rect().bottomLeft()))

    QTest.mousePress(grip, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    QTest.mouseMove(grip, below)
    assert [row.milestone.title for row in room.editor.milestones.rows] == ["Run 10 km", "Race day", "Run 5 km"]
    assert edited == []
    QTest.mouseRelease(grip, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))

    assert edited == [True]
    assert [item.id for item in room.editor.milestones.value()] == [MilestoneId(2), MilestoneId(3), MilestoneId(1)]


def test_ctrl_enter_adds_a_milestone_from_anywhere_in_the_list(room: _Room) -> None:
    room.editor.open_tab("milestones")
    room.editor.milestones.rows[0].check.setFocus()

    QTest.keyClick(room.editor.milestones.rows[0].check, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert room.editor.milestones.add_line.hasFocus()
    QTest.keyClicks(room.editor.milestones.add_line, "Rest")
    QTest.keyClick(room.editor.milestones.add_line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert [item.title for item in room.editor.milestones.value()][-1] == "Rest"


def test_five_hundred_milestones_are_shown(room: _Room) -> None:
    many = tuple(Milestone(f"Step {n}", target_date=date(2026, 1, 1) + timedelta(days=n)) for n in range(500))
    room.editor.show_goal(goal(replace(FIELDS, milestones=many)))

    _click(room.editor.header.large)

    assert room.editor.page.overview.heading.text() == "0 of 500 milestones done"
    assert not room.window.grab().isNull()
