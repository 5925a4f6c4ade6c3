"""Conversations in the whole window, by keyboard: named, pinned, deleted and brought back, found, left again."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from desktop_app.domain.messages import Conversation
from desktop_app.llm.events import TextDelta
from desktop_app.ui.sidebar.list import SidebarList
from desktop_app.ui.sidebar.undo_bar import UndoBar
from tests.e2e.test_main_job import Tried, paths, tried, until
from tests.ui.sidebar.test_row_menus import choose, open_menu
from tests.ui.sidebar.test_sidebar_view import index_of, titles

__all__ = ["paths", "tried"]  # fixtures


def sidebar_of(tried: Tried) -> SidebarList:
    rows = tried.desktop.shell.sidebar.findChild(SidebarList)
    assert isinstance(rows, SidebarList)
    return rows


def is_listed(rows: SidebarList, title: str) -> bool:
    return title in titles(rows)


async def talked(tried: Tried, *texts: str) -> SidebarList:
    """A chat for each of these, the last one on screen."""
    rows = sidebar_of(tried)
    for text in texts:
        tried.session.chat_presenter.new_chat()
        tried.play([TextDelta(f"Yes, {text.lower()}.")])
        await tried.say(text)
        await until(partial(is_listed, rows, text))
    return rows


def shown(tried: Tried) -> Conversation:
    conversation = tried.session.chat_presenter.conversation
    assert conversation is not None
    return conversation


async def test_a_chat_is_renamed_pinned_deleted_and_brought_back(tried: Tried) -> None:
    rows = await talked(tried, "Books", "Running")
    rows.setCurrentIndex(index_of(rows, "Books"))
    QTest.keyClick(rows, Qt.Key.Key_F2)
    editor = rows.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "A reading list")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    await until(lambda: "A reading list" in titles(rows))
    choose(open_menu(rows, "A reading list"), "Pin")
    await until(lambda: "Pinned" in titles(rows))
    assert titles(rows).index("A reading list") < titles(rows).index("Running")
    rows.setCurrentIndex(index_of(rows, "A reading list"))
    QTest.keyClick(rows, Qt.Key.Key_Delete)
    await until(lambda: "A reading list" not in titles(rows))
    bar = tried.desktop.shell.sidebar.findChild(UndoBar)
    assert isinstance(bar, UndoBar)
    undo = bar.findChild(QPushButton)
    assert isinstance(undo, QPushButton)
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    await until(lambda: "A reading list" in titles(rows))
    assert "Pinned" in titles(rows)


async def test_what_was_said_is_found_jumped_to_and_left_again(tried: Tried) -> None:
    await talked(tried, "Books", "Running")
    window, running = tried.desktop.shell.window, shown(tried)
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = tried.desktop.shell.search
    field = palette.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "yes books")
    await until(lambda: "Coach in Books" in field.accessibleDescription())
    QTest.keyClick(field, Qt.Key.Key_Return)
    await until(lambda: shown(tried).title == "Books")
    assert tried.said == ["Books", "Yes, books."]
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    await until(lambda: shown(tried).id == running.id)
    assert tried.said == ["Running", "Yes, running."]
