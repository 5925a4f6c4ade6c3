"""The thread as a screen reader finds it."""

import gc
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QApplication

from desktop_app.ui.chat.accessible import _KEPT
from desktop_app.ui.chat.items import (
    Action,
    Attached,
    Branch,
    CoachText,
    FooterItem,
    NoticeItem,
    Tone,
    ToolCard,
    ToolCardState,
    YouItem,
)
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
    for child in range(found.childCount()):
        found.child(child)
    count = len(_KEPT)
    bar = view.verticalScrollBar()
    for step in range(60):
        bar.setValue(bar.maximum() * step // 60)
        names = [found.child(child).text(QAccessible.Text.Name) for child in range(found.childCount())]
        assert all(name.startswith("Coach: ") for name in names)
    # One more may fit in where the first is only half in sight.
    assert len(_KEPT) - count <= 2


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


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader would say: announcements where they leave Qt for the system, with one listening."""
    heard: list[str] = []

    def listen(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append(event.message())

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", listen)
    return heard


def test_a_notice_is_heard_once_and_its_countdown_is_not(show_thread: ShowThread, heard: list[str]) -> None:
    view = show_thread([YouItem(1, "Hello")])
    waiting = NoticeItem(
        2, Tone.WARN, "cloud", "**Claude** is busy", "Trying again in 8 s.", (Action("a", "Retry now"),)
    )
    view.append_item(waiting)
    assert heard == ["Claude is busy. Trying again in 8 s."]
    view.replace_item(replace(waiting, text="Trying again in 7 s."))
    assert len(heard) == 1
    view.append_item(NoticeItem(3, Tone.DANGER, "cloud", "Claude refused the key", "Set it again.", ()))
    assert heard[1:] == ["Claude refused the key. Set it again."]


def test_a_reply_is_heard_when_it_is_whole_and_not_by_pieces(show_thread: ShowThread, heard: list[str]) -> None:
    view = show_thread([YouItem(1, "Hello"), CoachText(2, "", is_streaming=True)])
    view.append_text(2, "You want **to")
    view.flush()
    view.append_text(2, " run**.\n\n- slowly")
    view.flush()
    assert heard == []
    view.finish_text(2)
    while view.is_behind:
        view.flush()
    assert heard == ["Coach: You want to run.\n• slowly"]


def test_what_stands_there_already_when_a_chat_is_opened_is_not_announced(
    show_thread: ShowThread, heard: list[str]
) -> None:
    show_thread([YouItem(1, "Hello"), CoachText(2, "Hi"), NoticeItem(3, Tone.WARN, "cloud", "Broke off", "Go on.", ())])
    assert heard == []
