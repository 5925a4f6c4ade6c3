"""Menus of rows, deleting with undo, and the chats of one goal, by mouse and by keyboard."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.domain.ids import GoalId
from desktop_app.ui.sidebar.list import SidebarList
from desktop_app.ui.sidebar.undo_bar import UndoBar
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme
from tests.ui.sidebar.shelving import shelves
from tests.ui.sidebar.test_sidebar_view import NOW, conversations, goals, index_of, titles


@pytest.fixture
def sidebar(qtbot: QtBot, theme: Theme) -> SidebarView:
    view = SidebarView(theme)
    qtbot.addWidget(view)
    view.resize(252, 700)
    with qtbot.waitExposed(view):
        view.show()
    view.set_goals(shelves(goals(2)), NOW.date())
    view.set_conversations([replace(one, goal_id=GoalId(2) if one.id == 1 else None) for one in conversations(3)], NOW)
    return view


@pytest.fixture
def rows(sidebar: SidebarView) -> SidebarList:
    found = sidebar.findChild(SidebarList)
    assert isinstance(found, SidebarList)
    return found


def open_menu(rows: SidebarList, title: str) -> QMenu:
    """The menu that a right click on a row opens."""
    place = rows.visualRect(index_of(rows, title)).center()
    QApplication.sendEvent(
        rows.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, rows.viewport().mapToGlobal(place)),
    )
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def choose(found: QMenu, words: str) -> None:
    """Choose the entry with these words."""
    action = next(action for action in found.actions() if action.text().startswith(words))
    assert isinstance(action, QAction)
    found.setActiveAction(action)
    QTest.keyClick(found, Qt.Key.Key_Return)


def test_a_chat_can_be_renamed_pinned_and_deleted_by_its_menu(sidebar: SidebarView, rows: SidebarList) -> None:
    pinned, deleted = QSignalSpy(sidebar.conversation_pinned), QSignalSpy(sidebar.conversation_deleted)
    found = open_menu(rows, "Chat 2")
    assert [action.text() for action in found.actions() if action.text()] == ["Rename\tF2", "Pin", "Delete\tDel"]
    assert found.accessibleName() == "What to do with Chat 2"
    choose(found, "Pin")
    choose(open_menu(rows, "Chat 3"), "Delete")
    choose(open_menu(rows, "Chat 1"), "Rename")
    assert [pinned.at(0), deleted.at(0)] == [[2, True], [3]]
    editor = rows.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Chat 1"


def test_a_pinned_chat_can_be_let_go_of(sidebar: SidebarView, rows: SidebarList) -> None:
    spy = QSignalSpy(sidebar.conversation_pinned)
    sidebar.set_conversations([replace(one, is_pinned=one.id == 3) for one in conversations(3)], NOW)
    assert titles(rows).index("Pinned") < titles(rows).index("Chat 3") < titles(rows).index("Today")
    choose(open_menu(rows, "Chat 3"), "Unpin")
    assert spy.at(0) == [3, False]


def test_the_menu_key_opens_the_menu_of_the_row_with_the_focus(sidebar: SidebarView, rows: SidebarList) -> None:
    rows.setCurrentIndex(index_of(rows, "Chat 2"))
    QApplication.sendEvent(
        rows.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    )
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    assert found.accessibleName() == "What to do with Chat 2"
    found.close()


def test_headings_have_no_menu(sidebar: SidebarView, rows: SidebarList) -> None:
    place = rows.visualRect(index_of(rows, "Chats")).center()
    QApplication.sendEvent(
        rows.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, rows.viewport().mapToGlobal(place)),
    )
    assert QApplication.activePopupWidget() is None


def test_delete_deletes_the_chat_with_the_focus_and_no_goal(sidebar: SidebarView, rows: SidebarList) -> None:
    spy = QSignalSpy(sidebar.conversation_deleted)
    for title in ("Goal 1", "Chat 2"):
        rows.setCurrentIndex(index_of(rows, title))
        QTest.keyClick(rows, Qt.Key.Key_Delete)
    assert spy.count() == 1
    assert spy.at(0) == [2]


def test_what_was_deleted_can_be_brought_back_by_button_and_by_key(sidebar: SidebarView, rows: SidebarList) -> None:
    spy = QSignalSpy(sidebar.conversation_restored)
    chat = conversations(2)[1]
    sidebar.tell_deleted(chat)
    bar = sidebar.findChild(UndoBar)
    assert isinstance(bar, UndoBar)
    assert bar.isVisible()
    assert bar.accessibleName() == "Deleted “Chat 2”"
    undo = next(button for button in bar.findChildren(QPushButton) if button.text() == "Undo")
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    sidebar.tell_deleted(chat)
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [spy.at(n) for n in range(spy.count())] == [[2], [2]]
    QTest.keyClick(rows, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert spy.count() == 2


def test_a_chat_deleted_longer_ago_can_be_restored_from_the_menu(sidebar: SidebarView) -> None:
    spy = QSignalSpy(sidebar.conversation_restored)
    submenu = next(action for action in sidebar.menu.actions() if action.text() == "Restore a deleted chat")
    assert not submenu.isVisible()
    sidebar.set_deleted([replace(conversations(1)[0], title="Ups & downs", deleted_at=NOW)])
    assert submenu.isVisible()
    inner = submenu.menu()
    assert isinstance(inner, QMenu)
    assert [action.text() for action in inner.actions()] == ["Ups && downs"]
    inner.actions()[0].trigger()
    assert spy.at(0) == [1]
    sidebar.set_deleted([])
    assert not submenu.isVisible()


def test_the_chats_of_one_goal_can_be_shown_alone_and_all_again(sidebar: SidebarView, rows: SidebarList) -> None:
    choose(open_menu(rows, "Goal 2"), "Show its chats")
    assert [title for title in titles(rows) if title.startswith("Chat ")] == ["Chat 1"]
    rows.setCurrentIndex(rows.model().index(titles(rows).index("Chats") + 1, 0))
    assert rows.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole).startswith("Only chats about Goal 2")
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert [title for title in titles(rows) if title.startswith("Chat ")] == ["Chat 1", "Chat 2", "Chat 3"]
