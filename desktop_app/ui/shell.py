"""The window with all its views, before anything stands behind them: made without a read or a wait, so it paints at once."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop_app.errors import AppError
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.items import Action, NoticeItem, Tone
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme, ThemeMode
from desktop_app.ui.window_state import WindowState, write_window_state

_OPENING = "Opening your goals…"
_NOTICE_KEY = -1
_TRY_AGAIN = "try_again"


class Shell(QObject):
    """Owns the theme, the views and the window. A session fills them; `close` ends them."""

    def __init__(self, application: QApplication, state: WindowState) -> None:
        super().__init__()
        self.theme = Theme(state.theme_mode, self)
        self.theme.apply(application)
        self.sidebar = SidebarView(self.theme)
        self.chat = ChatView(self.theme)
        self.goal_editor = GoalEditorView(self.theme)
        self.model_button = ModelButton(self.theme)
        self.window = MainWindow(self.theme, self.sidebar, self.chat, self.goal_editor, self.model_button)
        if state.window:
            self.window.restore_state(state.window)
        else:
            self.window.hide_editor()
        self._retry: Callable[[], object] | None = None
        self.chat.set_empty(True)
        self.chat.composer.set_can_send(False, _OPENING)
        self.sidebar.set_theme_mode(state.theme_mode)
        self._connect()

    def set_ready(self) -> None:
        """Let the person send: what is sent can be kept from now on."""
        self.chat.thread.remove_item(_NOTICE_KEY)
        self.chat.composer.set_can_send(True)
        self.chat.composer.focus()

    def show_opening_error(self, text: str, retry: Callable[[], object]) -> None:
        """Say why the profile cannot be opened, with a way to try again."""
        self._retry = retry
        action = Action(_TRY_AGAIN, "Try again", is_primary=True)
        self.chat.set_empty(False)
        self.chat.thread.set_items(
            (NoticeItem(_NOTICE_KEY, Tone.DANGER, "circle-alert", "Your goals cannot be opened", text, (action,)),)
        )
        self.chat.composer.set_can_send(False, "Waiting for your goals to open")
