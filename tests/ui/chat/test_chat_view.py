"""The chat pane, empty and with messages."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.empty_state import SUGGESTIONS, SuggestionCard
from desktop_app.ui.chat.items import CoachText, YouItem
from desktop_app.ui.theme.theme import Theme, ThemeMode


@pytest.fixture
def chat(qtbot: QtBot, theme: Theme) -> ChatView:
    """The pane at the size it has in the window."""
    chat = ChatView(theme)
    qtbot.addWidget(chat)
    chat.resize(768, 848)
    with qtbot.waitExposed(chat):
        chat.show()
    return chat


def test_empty_chat_puts_the_composer_in_the_middle_with_ways_to_begin(chat: ChatView, qtbot: QtBot) -> None:
    middle = chat.composer.geometry().center()
    assert abs(middle.y() - chat.height() / 2) < 60
    assert abs(middle.x() - chat.width() / 2) <= 2
    card = chat.findChildren(SuggestionCard)[1]
    with qtbot.waitSignal(chat.suggestion_chosen) as chosen:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert chosen.args == [SUGGESTIONS[1].starter]


def test_chat_with_messages_has_the_composer_below_them(chat: ChatView) -> None:
    chat.set_empty(False)
    chat.thread_view.set_items([YouItem(1, "Hi"), CoachText(2, "Hello")])
    QApplication.processEvents()
    assert not chat.is_empty
    assert chat.composer.geometry().top() >= chat.thread_view.geometry().bottom()
    assert chat.composer.geometry().bottom() > chat.height() - 60
    assert not any(card.isVisible() for card in chat.findChildren(SuggestionCard))


def test_text_and_focus_survive_the_first_message(chat: ChatView) -> None:
    chat.composer.set_text("Half a sentence")
    chat.set_empty(False)
    assert chat.composer.text() == "Half a sentence"


def test_hint_about_escape_shows_while_a_reply_streams(chat: ChatView) -> None:
    chat.composer.set_streaming(True)
    assert chat._stop_hint.isVisible()
    chat.set_streaming(False)
    assert not chat._stop_hint.isVisible()


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
def test_it_can_be_looked_at_in_both_themes(chat: ChatView, theme: Theme, mode: ThemeMode, tmp_path: Path) -> None:
    theme.set_mode(mode)
    path = tmp_path / f"empty-{mode}.png"
    assert chat.grab().save(str(path))
    picture = QImage(str(path))
    assert picture.pixelColor(3, 3) == theme.color("canvas")
    assert picture.pixelColor(picture.width() // 2, chat.composer.geometry().center().y()) == theme.color("surface")
