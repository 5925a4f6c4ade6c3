"""The window: panes that give way, keys, closing, and what it remembers."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.providers import ContextUse
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.models.popover import ModelPopover
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme


class Parts:
    """A window and the views in it."""

    def __init__(self, theme: Theme) -> None:
        self.sidebar = SidebarView(theme)
        self.chat = QLineEdit()
        self.editor = QLineEdit()
        self.window = MainWindow(theme, self.sidebar, self.chat, self.editor, ModelButton(theme))

    @property
    def shown(self) -> list[str]:
        """The panes that can be seen beside or over the chat."""
        panes = {"sidebar": self.sidebar, "editor": self.editor}
        return [name for name, pane in panes.items() if pane.isVisible()]


def make(qtbot: QtBot, theme: Theme, width: int = 1440) -> Parts:
    parts = Parts(theme)
    qtbot.addWidget(parts.window, before_close_func=_let_close)
    parts.window.resize(width, 800)
    with qtbot.waitActive(parts.window):
        parts.window.show()
    return parts


def _let_close(window: QWidget) -> None:
    assert isinstance(window, MainWindow)
    window.accept_close()


def button(window: QWidget, name: str) -> QToolButton:
    return next(found for found in window.findChildren(QToolButton) if found.accessibleName() == name)


def press(parts: Parts, key: Qt.Key, *, shift: bool = False) -> None:
    modifiers = Qt.KeyboardModifier.ControlModifier
    if shift:
        modifiers |= Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(parts.window, key, modifiers)


def test_a_wide_window_has_room_for_all_three(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    parts.window.show_editor()
    assert parts.shown == ["sidebar", "editor"]
    assert (parts.sidebar.width(), parts.editor.width(), parts.chat.width()) == (252, 420 - 1, 1440 - 252 - 420)


def test_panes_opened_before_the_window_is_shown_are_there(qtbot: QtBot, theme: Theme) -> None:
    parts = Parts(theme)
    qtbot.addWidget(parts.window, before_close_func=_let_close)
    parts.window.resize(1440, 800)
    parts.window.show_editor()
    with qtbot.waitActive(parts.window):
        parts.window.show()
    parts.window.resize(1500, 800)
    assert parts.shown == ["sidebar", "editor"]


def test_the_chat_has_the_focus_at_first(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    assert parts.window.focusWidget() is parts.chat


def test_a_narrower_window_lays_the_editor_over_the_chat(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme, 1000)
    assert parts.shown == ["sidebar"]
    parts.window.show_editor()
    assert parts.shown == ["sidebar", "editor"]
    assert parts.chat.width() == 1000 - 252
    assert parts.editor.mapTo(parts.window, parts.editor.rect().topLeft()).x() == 1000 - 420 + 1


def test_a_narrow_window_hides_the_sidebar_until_it_is_wanted(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme, 800)
    assert parts.shown == []
    button(parts.window, "Show the sidebar").click()
    assert parts.shown == ["sidebar"]
    assert parts.chat.width() == 800
    parts.window.resize(1440, 800)
    parts.window.resize(800, 800)
    assert parts.shown == []


def test_what_was_beside_the_chat_comes_back_with_the_room(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    parts.window.show_editor()
    parts.window.resize(800, 800)
    assert parts.shown == []
    parts.window.resize(1440, 800)
    assert parts.shown == ["sidebar", "editor"]


def test_keys_open_and_close_the_panes(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    press(parts, Qt.Key.Key_Backslash)
    assert parts.shown == []
    press(parts, Qt.Key.Key_Backslash)
    press(parts, Qt.Key.Key_Backslash, shift=True)
    assert parts.shown == ["sidebar", "editor"]
    press(parts, Qt.Key.Key_Backslash, shift=True)
    assert parts.shown == ["sidebar"]


def test_keys_start_a_chat_and_open_the_models(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    spy = QSignalSpy(parts.window.new_chat_requested)
    press(parts, Qt.Key.Key_N)
    assert spy.count() == 1
    parts.sidebar.new_chat_requested.emit()
    assert spy.count() == 2
    press(parts, Qt.Key.Key_M)
    popover = parts.window.findChild(ModelPopover)
    assert isinstance(popover, ModelPopover)
    assert popover.isVisible()


def test_escape_closes_what_lies_over_the_chat_and_then_stops_the_reply(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme, 1000)
    spy = QSignalSpy(parts.window.stop_requested)
    parts.window.show_editor()
    QTest.keyClick(parts.chat, Qt.Key.Key_Escape)
    assert parts.shown == ["sidebar"]
    assert spy.count() == 0
    QTest.keyClick(parts.chat, Qt.Key.Key_Escape)
    assert spy.count() == 1


def test_the_header_offers_only_panes_that_are_closed(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    assert not button(parts.window, "Show the sidebar").isVisible()
    assert button(parts.window, "Show the goal").isVisible()
    button(parts.window, "Show the goal").click()
    assert not button(parts.window, "Show the goal").isVisible()
    parts.sidebar.hide_requested.emit()
    assert button(parts.window, "Show the sidebar").isVisible()


def test_a_long_title_leaves_the_model_its_room(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    parts.window.set_conversation_title("W" * 10_000)
    parts.window.show_context(ContextUse(8_000, 200_000))
    model = parts.window.findChild(ModelButton)
    assert isinstance(model, ModelButton)
    assert parts.window.width() == 1440
    assert model.width() >= model.sizeHint().width()


def test_the_chat_menu_is_there_when_it_holds_something(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    parts.window.set_conversation_title("Half marathon plan")
    more = button(parts.window, "More about this chat")
    assert not more.isVisible()
    parts.window.chat_menu.addAction("Rename")
    parts.window.set_conversation_title("Half marathon plan")
    assert more.isVisible()
    parts.window.set_conversation_title("")
    assert not more.isVisible()


def test_closing_asks_first(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    spy = QSignalSpy(parts.window.close_requested)
    parts.window.close()
    assert spy.count() == 1
    assert parts.window.isVisible()
    parts.window.accept_close()
    assert not parts.window.isVisible()
    assert spy.count() == 1


def test_size_and_panes_are_there_again(qtbot: QtBot, theme: Theme) -> None:
    first = make(qtbot, theme)
    first.window.show_editor()
    first.window.toggle_sidebar()
    first.window.resize(700, 600)
    state = first.window.save_state()
    second = Parts(theme)
    qtbot.addWidget(second.window, before_close_func=_let_close)
    assert second.window.restore_state(state)
    second.window.show()
    assert second.window.size() == QSize(700, 600)
    second.window.resize(1440, 800)
    assert second.shown == ["editor"]


def test_a_window_that_stood_on_a_screen_that_is_gone_comes_back_on_one_that_is_there(
    qtbot: QtBot, theme: Theme
) -> None:
    first = make(qtbot, theme)
    first.window.setGeometry(9000, 7000, 5000, 4000)
    second = Parts(theme)
    qtbot.addWidget(second.window, before_close_func=_let_close)
    assert second.window.restore_state(first.window.save_state())
    second.window.show()
    assert second.window.screen().availableGeometry().contains(second.window.geometry())


def test_a_maximised_window_is_so_again_and_knows_its_size_before(qtbot: QtBot, theme: Theme) -> None:
    first = make(qtbot, theme)
    first.window.resize(640, 500)
    first.window.showMaximized()
    qtbot.waitUntil(first.window.isMaximized)
    second = Parts(theme)
    qtbot.addWidget(second.window, before_close_func=_let_close)
    assert second.window.restore_state(first.window.save_state())
    second.window.show()
    assert second.window.isMaximized()
    assert second.window.normalGeometry().size() == QSize(640, 500)


@pytest.mark.parametrize(
    "state", [b"", b"\xff\x00", b"[]", b"{}", b'{"geometry": "AAAA", "sidebar": false, "editor": true}', b"null"]
)
def test_a_state_that_cannot_be_read_changes_nothing(qtbot: QtBot, theme: Theme, state: bytes) -> None:
    parts = make(qtbot, theme)
    assert not parts.window.restore_state(state)
    assert parts.shown == ["sidebar"]
    assert parts.window.size() == QSize(1440, 800)


def test_tab_goes_from_sidebar_to_header_to_chat_to_editor(qtbot: QtBot, theme: Theme) -> None:
    parts = make(qtbot, theme)
    parts.window.show_editor()
    panes = {"sidebar": parts.sidebar, "chat": parts.chat, "editor": parts.editor}
    order: list[str] = []
    widget: QWidget = parts.sidebar
    for _ in range(60):
        following = widget.nextInFocusChain()
        assert following is not None
        widget = following
        for name, pane in panes.items():
            if (pane is widget or pane.isAncestorOf(widget)) and name not in order:
                order.append(name)
        if isinstance(widget, ModelButton):
            order.append("header")
    assert order.index("header") < order.index("chat") < order.index("editor")
    assert order.index("sidebar") < order.index("header")
