"""The thread as a screen reader finds it."""

import gc

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from desktop_app.ui.chat.items import Attached, Branch, CoachText, FooterItem, ToolCard, ToolCardState, YouItem
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme
from tests.ui.chat.conftest import ShowThread


def test_messages_in_sight_are_read_out_with_their_speaker(show_thread: ShowThread) -> None:
    view = show_thread(
        [
            YouItem(1, "Hello"),
            CoachText(2, "- **one**\n- two"),
            ToolCard(3, ToolCardState.DONE, "flag", "Created **a goal**"),
        ]
    )
    found = QAccessible.queryAccessibleInterface(view)
    names = [found.child(i).text(QAccessible.Text.Name) for i in range(found.childCount())]
    assert names == ["You: Hello", "Coach: • one\n• two", "Change, done: Created a goal"]
    assert found.text(QAccessible.Text.Name) == "Conversation"
    assert found.child(0).rect().top() < found.child(1).rect().top()
    center = found.child(1).rect().center()
    assert found.indexOfChild(found.childAt(center.x(), center.y())) == 1


def test_versions_and_files_of_a_message_are_read_out(show_thread: ShowThread) -> None:
    view = show_thread(
        [
            YouItem(1, "Hello", branch=Branch(2, 3), attached=(Attached("notes.txt", "1 KB"),)),
            FooterItem(2, "Model · free", branch=Branch(1, 2)),
        ]
    )
    found = QAccessible.queryAccessibleInterface(view)
    names = [found.child(i).text(QAccessible.Text.Name) for i in range(found.childCount())]
    assert names == ["You, version 2 of 3, with notes.txt: Hello", "Reply, version 1 of 2: Model · free"]
    labels = [hot.label for hot in view.column.rows[0].laid[0].hots]
    assert labels == ["Earlier version; this is version 2 of 3", "Later version; this is version 2 of 3"]


def test_number_of_accessible_messages_does_not_grow_with_the_conversation(show_thread: ShowThread) -> None:
    view = show_thread([CoachText(i, "A paragraph.\n\nAnother.") for i in range(2000)])
    found = QAccessible.queryAccessibleInterface(view)
    assert 0 < found.childCount() < 20
    assert found.child(found.childCount()) is None


def test_interfaces_go_with_their_view(theme: Theme) -> None:
    for _ in range(10):
        view = ThreadView(theme)
        view.resize(400, 300)
        view.set_items([YouItem(1, "Hello")])
        found = QAccessible.queryAccessibleInterface(view)
        assert found.child(0).isValid()
        del found
        view.deleteLater()
        del view
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
        gc.collect()
