"""What the sidebar asks for with goals: duplicate, archive, delete with undo, order, tag, template."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.domain.goal_list import GoalOrder, TagUse
from desktop_app.domain.goals import Template
from desktop_app.ui.sidebar.goal_menus import GoalMenus
from desktop_app.ui.sidebar.list import SidebarList
from desktop_app.ui.sidebar.undo_bar import UndoBar
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme
from tests.ui.sidebar.shelving import shelves
from tests.ui.sidebar.test_row_menus import choose, open_menu
from tests.ui.sidebar.test_sidebar_view import NOW, goals, index_of


@pytest.fixture
def sidebar(qtbot: QtBot, theme: Theme) -> SidebarView:
    view = SidebarView(theme)
    qtbot.addWidget(view)
    view.resize(252, 700)
    with qtbot.waitExposed(view):
        view.show()
    view.set_goals(shelves(goals(2)), NOW.date())
    return view


@pytest.fixture
def rows(sidebar: SidebarView) -> SidebarList:
    found = sidebar.findChild(SidebarList)
    assert isinstance(found, SidebarList)
    return found


def test_a_goals_menu_duplicates_archives_and_deletes(sidebar: SidebarView, rows: SidebarList) -> None:
    title = goals(2)[0].title
    for words, signal in (
        ("Duplicate", sidebar.goal_duplicated),
        ("Archive", sidebar.goal_archived),
        ("Delete", sidebar.goal_deleted),
    ):
        asked = QSignalSpy(signal)
        choose(open_menu(rows, title), words)
        assert asked.at(0) == [goals(2)[0].id]


def test_the_delete_key_deletes_a_goal_and_undo_takes_it_back(sidebar: SidebarView, rows: SidebarList) -> None:
    goal = goals(2)[0]
    deleted, restored = QSignalSpy(sidebar.goal_deleted), QSignalSpy(sidebar.goal_restored)
    rows.setCurrentIndex(index_of(rows, goal.title))

    QTest.keyClick(rows, Qt.Key.Key_Delete)
    assert deleted.at(0) == [goal.id]
    sidebar.tell_goal_deleted(goal)
    bar = sidebar.findChild(UndoBar)
    assert isinstance(bar, UndoBar)
    undo = bar.findChild(QPushButton)
    assert isinstance(undo, QPushButton)
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)

    assert restored.at(0) == [goal.id]


def test_the_menu_offers_orders_templates_and_tags(sidebar: SidebarView) -> None:
    menus = GoalMenus(sidebar.menu, sidebar.goal_menu)
    orders, templates, tags = (
        QSignalSpy(signal) for signal in (menus.order_chosen, menus.template_chosen, menus.tag_chosen)
    )

    menus.show_tags((TagUse("food & drink", 3), TagUse("🏃", 1)), "🏃")
    for found in (menus.orders, menus.tags, menus._templates):
        for action in found.actions():
            action.trigger()

    assert [orders.at(row)[0] for row in range(orders.count())] == [order.value for order in GoalOrder]
    assert [templates.at(row)[0] for row in range(templates.count())] == [template.value for template in Template]
    assert [tags.at(row)[0] for row in range(tags.count())] == ["", "food & drink", "🏃"]


def test_a_row_says_that_only_one_tag_is_shown_and_shows_all_again(sidebar: SidebarView, rows: SidebarList) -> None:
    sidebar.set_goals(shelves(goals(1)), NOW.date(), "food & drink")
    cleared = QSignalSpy(sidebar.goal_tag_cleared)

    row = rows.model().index(1, 0)
    assert row.data() == "food & drink"
    assert row.data(Qt.ItemDataRole.AccessibleTextRole) == "Only goals with the tag food & drink are shown. Show all"
    rows.setCurrentIndex(row)
    QTest.keyClick(rows, Qt.Key.Key_Return)

    assert cleared.count() == 1
