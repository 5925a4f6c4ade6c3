"""The window with all its views, before anything stands behind them: made without a wait, so it paints at once."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop_app.errors import AppError
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.items import Action, NoticeItem, StatusItem, Tone
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme, ThemeMode
from desktop_app.ui.window_state import WindowState, write_window_state

_OPENING = "Opening your goals…"
_OPENING_KEY = -1
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
        self.dialogs = Dialogs(self.window)
        self._retry: Callable[[], object] | None = None
        self.chat.set_empty(True)
        self.chat.composer.set_can_send(False, _OPENING)
        self.sidebar.set_theme_mode(state.theme_mode)
        self.window.stop_requested.connect(self.chat.composer.stop_requested)
        self.chat.thread_view.action_requested.connect(self._act)
        self.goal_editor.close_pane_requested.connect(self.window.hide_editor)
        self.sidebar.theme_mode_chosen.connect(self._set_theme_mode)

    def set_ready(self) -> None:
        """Let the person send: what is sent can be kept from now on."""
        self.chat.thread_view.remove_item(_OPENING_KEY)
        self.chat.composer.set_can_send(True)
        self.chat.composer.focus()

    def show_opening_error(self, text: str, retry: Callable[[], object]) -> None:
        """Say why the profile cannot be opened, with a way to try again."""
        self._retry = retry
        action = Action(_TRY_AGAIN, "Try again", is_primary=True)
        self.chat.set_empty(False)
        self.chat.thread_view.set_items(
            (NoticeItem(_OPENING_KEY, Tone.DANGER, "circle-alert", "Your goals cannot be opened", text, (action,)),)
        )
        self.chat.composer.set_can_send(False, "Waiting for your goals to open")

    def show_error(self, error: AppError) -> None:
        """Say what went wrong, over the window; the loop goes on."""
        self._spoken = asyncio.get_running_loop().create_task(self.dialogs.tell(str(error)))

    async def confirm(self, question: str, detail: str) -> bool:
        """Whether the person agrees to open what `detail` names."""
        return await self.dialogs.ask(question, "Open", detail=detail)

    def close(self, folder: Path) -> None:
        """Keep where the window stood, and close it."""
        write_window_state(folder, WindowState(self.theme.mode, self.window.save_state()))
        self.window.accept_close()

    def _set_theme_mode(self, mode: str) -> None:
        self.theme.set_mode(ThemeMode(mode))

    def _act(self, key: int, action: str) -> None:
        if key == _OPENING_KEY and action == _TRY_AGAIN and self._retry is not None:
            self.chat.thread_view.set_items((StatusItem(_OPENING_KEY, _OPENING),))
            self._retry()
