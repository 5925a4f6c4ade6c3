"""The sidebar as a person uses it: mouse, keys, and lists that change under them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from desktop_app.domain.goals import Goal, GoalFields, Phase
from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Conversation
from desktop_app.ui.sidebar.list import SidebarList
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.ui.sidebar.shelving import shelves

NOW = datetime(2026, 3, 12, 10, tzinfo=UTC)


def goals(count: int, phase: Phase = Phase.ACTIVE) -> list[Goal]:
    return [Goal(GoalId(number), GoalFields(f"Goal {number}", phase=phase), NOW, NOW) for number in range(1, count + 1)]


def conversations(count: int) -> list[Conversation]:
    times = [NOW - timedelta(minutes=number) for number in range(1, count + 1)]
    return [Conversation(ConversationId(n), f"Chat {n}", when, when) for n, when in enumerate(times, start=1)]


@pytest.fixture
def sidebar(qtbot: QtBot, theme: Theme) -> SidebarView:
    view = SidebarView(theme)
    qtbot.addWidget(view)
    view.resize(252, 700)
    view.show()
    return view


@pytest.fixture
def rows(sidebar: SidebarView) -> SidebarList:
    found = sidebar.findChild(SidebarList)
    assert isinstance(found, SidebarList)
    return found


@pytest.fixture
def click(rows: SidebarList) -> Callable[[str], None]:
    def click_title(title: str) -> None:
        place = rows.visualRect(index_of(rows, title)).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    return click_title


def titles(rows: SidebarList) -> list[str]:
    model = rows.model()
    return [str(model.index(number, 0).data()) for number in range(model.rowCount())]


def index_of(rows: SidebarList, title: str) -> QModelIndex:
    return rows.model().index(titles(rows).index(title), 0)


def image(sidebar: SidebarView) -> QImage:
    return sidebar.grab().toImage()


def test_a_click_chooses_a_goal_or_a_conversation(sidebar: SidebarView, click: Callable[[str], None]) -> None:
    sidebar.set_goals(shelves(goals(2)), NOW.date())
    sidebar.set_conversations(conversations(2), NOW)
    goal_spy, chat_spy = QSignalSpy(sidebar.goal_chosen), QSignalSpy(sidebar.conversation_chosen)
    click("Goal 2")
    click("Chat 1")
    click("Chats")
    assert (goal_spy.count(), chat_spy.count()) == (1, 1)
    assert [goal_spy.at(0), chat_spy.at(0)] == [[2], [1]]


def test_arrows_and_enter_choose_and_pass_over_headings(sidebar: SidebarView, rows: SidebarList) -> None:
    sidebar.set_goals(shelves(goals(1)), NOW.date())
    sidebar.set_conversations(conversations(1), NOW)
    spy = QSignalSpy(sidebar.conversation_chosen)
    rows.setFocus(Qt.FocusReason.TabFocusReason)
    visited = []
    for _ in range(4):
        visited.append(rows.currentIndex().data())
        QTest.keyClick(rows, Qt.Key.Key_Down)
    assert visited == ["Active", "Goal 1", "Chat 1", "Chat 1"]
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert spy.count() == 1


def test_a_group_folds_and_unfolds_by_click_and_by_key(
    sidebar: SidebarView, rows: SidebarList, click: Callable[[str], None]
) -> None:
    sidebar.set_goals(shelves(goals(2)), NOW.date())
    click("Active")
    assert "Goal 1" not in titles(rows)
    rows.setCurrentIndex(index_of(rows, "Active"))
    QTest.keyClick(rows, Qt.Key.Key_Space)
    assert "Goal 1" in titles(rows)


def test_f2_renames_a_conversation(sidebar: SidebarView, rows: SidebarList, qtbot: QtBot) -> None:
    sidebar.set_conversations(conversations(2), NOW)
    spy = QSignalSpy(sidebar.conversation_renamed)
    rows.setCurrentIndex(index_of(rows, "Chat 2"))
    QTest.keyClick(rows, Qt.Key.Key_F2)
    editor = rows.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.setText("  Race \n day ")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: spy.count() == 1)
    assert spy.at(0) == [2, "Race day"]
    assert "Race day" in titles(rows)


def test_an_empty_title_renames_nothing(sidebar: SidebarView, rows: SidebarList) -> None:
    sidebar.set_conversations(conversations(1), NOW)
    spy = QSignalSpy(sidebar.conversation_renamed)
    assert not rows.model().setData(index_of(rows, "Chat 1"), "   ")
    assert not rows.model().setData(index_of(rows, "Chats"), "Mine")
    assert spy.count() == 0


def test_place_and_focus_stay_while_the_lists_change(sidebar: SidebarView, rows: SidebarList) -> None:
    sidebar.set_goals(shelves(goals(500)), NOW.date())
    rows.setCurrentIndex(index_of(rows, "Goal 300"))
    rows.verticalScrollBar().setValue(4000)
    top = rows.indexAt(QPoint(20, 5)).data()
    sidebar.set_goals(shelves([goal for goal in goals(500) if goal.id != 499]), NOW.date())
    sidebar.set_conversations(conversations(3), NOW)
    assert rows.currentIndex().data() == "Goal 300"
    assert rows.indexAt(QPoint(20, 5)).data() == top


def test_rows_that_did_not_change_are_left_alone(sidebar: SidebarView, rows: SidebarList) -> None:
    sidebar.set_goals(shelves(goals(500)), NOW.date())
    model = rows.model()
    spies = [QSignalSpy(model.rowsInserted), QSignalSpy(model.rowsRemoved), QSignalSpy(model.modelReset)]
    touched = QSignalSpy(model.dataChanged)
    renamed = goals(500)
    renamed[7] = Goal(GoalId(8), GoalFields("Renamed", phase=Phase.ACTIVE), NOW, NOW)
    sidebar.set_goals(shelves(renamed), NOW.date())
    sidebar.set_goals(shelves(renamed), NOW.date())
    assert [spy.count() for spy in spies] == [0, 0, 0]
    assert touched.count() == 1
    assert "Renamed" in titles(rows)


def test_what_is_open_is_marked_also_after_a_change(sidebar: SidebarView) -> None:
    sidebar.set_goals(shelves(goals(2)), NOW.date())
    plain = image(sidebar)
    sidebar.select_goal(GoalId(1))
    marked = image(sidebar)
    assert marked != plain
    sidebar.set_goals(shelves(goals(2)), NOW.date())
    assert image(sidebar) == marked
    sidebar.select_goal(None)
    assert image(sidebar) == plain


def test_buttons_say_what_is_wanted(sidebar: SidebarView) -> None:
    wishes = {
        "New chat": QSignalSpy(sidebar.new_chat_requested),
        "New goal": QSignalSpy(sidebar.new_goal_requested),
        "Hide the sidebar": QSignalSpy(sidebar.hide_requested),
    }
    buttons = {b.accessibleName(): b for b in [*sidebar.findChildren(QPushButton), *sidebar.findChildren(QToolButton)]}
    for name, spy in wishes.items():
        QTest.mouseClick(buttons[name], Qt.MouseButton.LeftButton)
        assert spy.count() == 1, name
    assert all(button.accessibleName() for button in buttons.values())


def test_the_menu_offers_the_themes_and_ticks_the_one_in_force(sidebar: SidebarView) -> None:
    spy = QSignalSpy(sidebar.theme_mode_chosen)
    sidebar.set_theme_mode(ThemeMode.SYSTEM)
    actions = {action.text(): action for action in sidebar.menu.actions() if action.isCheckable()}
    assert [name for name, action in actions.items() if action.isChecked()] == ["Like the system"]
    actions["Dark"].trigger()
    assert spy.count() == 1
    assert spy.at(0) == ["dark"]


def test_the_menu_says_in_words_that_its_choices_are_themes(sidebar: SidebarView) -> None:
    heading = sidebar.menu.actions()[0]
    assert (heading.text(), heading.isSeparator(), heading.isEnabled()) == ("Theme", False, False)


def test_the_sidebar_is_repainted_in_the_other_theme(sidebar: SidebarView, theme: Theme) -> None:
    sidebar.set_goals(shelves(goals(2)), NOW.date())
    light = image(sidebar)
    theme.set_mode(ThemeMode.DARK)
    assert image(sidebar).pixelColor(5, 600).name() == theme.tokens.sidebar.lower()
    assert image(sidebar) != light


def test_a_title_that_is_cut_is_whole_in_the_tool_tip(sidebar: SidebarView, rows: SidebarList) -> None:
    cut, short = goals(2)
    cut = Goal(cut.id, GoalFields("Learn the Goldberg Variations by heart", phase=Phase.ACTIVE), NOW, NOW)
    sidebar.set_goals(shelves([cut, short]), NOW.date())
    assert tool_tip(rows, short.title) == ""
    assert tool_tip(rows, cut.title) == cut.title


def tool_tip(rows: SidebarList, title: str) -> str:
    place = rows.visualRect(index_of(rows, title)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, place, rows.viewport().mapToGlobal(place))
    QApplication.sendEvent(rows.viewport(), event)
    return QToolTip.text() if QToolTip.isVisible() else ""


def test_every_phase_and_the_empty_sidebar_are_painted(sidebar: SidebarView, rows: SidebarList) -> None:
    empty = image(sidebar)
    sidebar.set_goals(shelves([goal for phase in Phase for goal in goals(1, phase)]), NOW.date())
    folded = image(sidebar)
    rows.row_chosen.emit(index_of(rows, "Archived"))
    assert len({empty.cacheKey(), folded.cacheKey(), image(sidebar).cacheKey()}) == 3
    assert titles(rows).count("Goal 1") == 4


def test_only_the_keyboards_focus_can_be_seen(sidebar: SidebarView, rows: SidebarList, qtbot: QtBot) -> None:
    sidebar.set_goals(shelves(goals(2)), NOW.date())
    with qtbot.waitActive(sidebar):
        sidebar.activateWindow()
    rows.setFocus(Qt.FocusReason.TabFocusReason)
    rows.setCurrentIndex(index_of(rows, "Goal 2"))
    edge = rows.visualRect(index_of(rows, "Goal 2")).topLeft() + QPoint(100, 1)
    assert rows.viewport().grab().toImage().pixelColor(edge).name() == "#1c6b57"
    place = rows.visualRect(index_of(rows, "Goal 2")).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert rows.viewport().grab().toImage().pixelColor(edge).name() != "#1c6b57"
