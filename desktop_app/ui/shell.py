"""The window with its views, before anything stands behind them: made without a wait, so it paints at once."""

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme, ThemeMode
from desktop_app.ui.window_state import WindowState, write_window_state

if TYPE_CHECKING:
    from desktop_app.ui.dialogs import Dialogs
    from desktop_app.ui.goals.view import GoalEditorView
    from desktop_app.ui.search.palette import SearchPalette
    from desktop_app.ui.settings.window import SettingsWindow
    from desktop_app.ui.since.card import SinceCard
    from desktop_app.ui.traces.window import TraceWindow
    from desktop_app.ui.tray.tray import Tray
    from desktop_app.ui.usage.prices_dialog import PricesDialog
    from desktop_app.ui.usage.window import UsageWindow

_OPENING = "Opening your goals…"
_OPENING_KEY = -1
_TRY_AGAIN = "try_again"


class Shell(QObject):
    """Owns the theme, the views and the window. A session fills them; `close` ends them.

    What the first paint does not show is made when it is first asked for.
    """

    since_requested = Signal(int)  # a goal of what greets

    def __init__(self, application: QApplication, state: WindowState) -> None:
        super().__init__()
        self.application = application
        self.theme = Theme(state.theme_mode, self)
        self.theme.apply(application)
        self.sidebar = SidebarView(self.theme)
        self.chat = ChatView(self.theme)
        self.model_button = ModelButton(self.theme)
        self._editor_pane = QWidget()
        # It looks like the goal editor until that is there.
        self._editor_pane.setProperty("surface", "surface")
        self._editor_pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._editor_column = QVBoxLayout(self._editor_pane)
        self._editor_column.setContentsMargins(0, 0, 0, 0)
        self.window = MainWindow(self.theme, self.sidebar, self.chat, self._editor_pane, self.model_button)
        if state.window:
            self.window.restore_state(state.window)
        self._retry: Callable[[], object] | None = None
        self.chat.set_empty(True)
        self.chat.composer.set_can_send(False, _OPENING)
        self.sidebar.set_theme_mode(state.theme_mode)
        self.window.stop_requested.connect(self.chat.composer.stop_requested)
        self.sidebar.theme_mode_chosen.connect(self._set_theme_mode)

    @cached_property
    def goal_editor(self) -> "GoalEditorView":
        """The goal editor, in its pane."""
        from desktop_app.ui.goals.view import GoalEditorView

        editor = GoalEditorView(self.theme)
        editor.close_pane_requested.connect(self.window.hide_editor)
        editor.large_requested.connect(self.window.enlarge_editor)
        self.window.editor_enlarged.connect(editor.set_large)
        self._editor_column.addWidget(editor)
        self._editor_pane.setFocusProxy(editor)
        return editor

    @cached_property
    def since(self) -> "SinceCard":
        """What greets a person who comes back, over the chat."""
        from desktop_app.ui.since.card import SinceCard

        card = SinceCard(self.theme)
        card.goal_requested.connect(self.since_requested)
        self.chat.place_above(card)
        return card

    @cached_property
    def search(self) -> "SearchPalette":
        """The search over goals and messages."""
        from desktop_app.ui.search.palette import SearchPalette

        return SearchPalette(self.theme, self.window)

    @cached_property
    def usage(self) -> "UsageWindow":
        """The window of usage and limits."""
        from desktop_app.ui.usage.window import UsageWindow

        return UsageWindow(self.theme, self.window)

    @cached_property
    def traces(self) -> "TraceWindow":
        """The window of traces."""
        from desktop_app.ui.traces.window import TraceWindow

        return TraceWindow(self.theme, self.window)

    def new_settings(self) -> "SettingsWindow":
        """The window of settings."""
        from desktop_app.ui.settings.window import SettingsWindow

        return SettingsWindow(self.theme, self.window)

    def new_prices_dialog(self) -> "PricesDialog":
        """The dialog of what models cost, over the window of usage."""
        from desktop_app.ui.usage.prices_dialog import PricesDialog

        return PricesDialog(self.theme, self.usage)

    @cached_property
    def dialogs(self) -> "Dialogs":
        """What asks and tells over the window."""
        from desktop_app.ui.dialogs import Dialogs

        return Dialogs(self.window)

    @cached_property
    def tray(self) -> "Tray":
        """The icon in the system tray; made when it is first wanted."""
        from desktop_app.ui.tray.tray import Tray

        tray = Tray(self.theme, self)
        tray.open_requested.connect(self.come_to_front)
        tray.quit_requested.connect(self.window.close)
        return tray

    def show_opening_error(self, text: str, retry: Callable[[], object]) -> None:
        """Say why the profile cannot be opened, with a way to try again."""
        from desktop_app.ui.chat.items import Action, NoticeItem, Tone

        self._retry = retry
        self.chat.thread_view.action_requested.connect(self._act, Qt.ConnectionType.UniqueConnection)
        action = Action(_TRY_AGAIN, "Try again", is_primary=True)
        self.chat.set_empty(False)
        self.chat.thread_view.set_items(
            (NoticeItem(_OPENING_KEY, Tone.DANGER, "circle-alert", "Your goals cannot be opened", text, (action,)),)
        )
        self.chat.composer.set_can_send(False, "Waiting for your goals to open")

    def come_to_front(self, activation: str = "") -> None:
        """Show the window over all others, where the desktop allows that. `activation` is its leave, if it gave one."""
        if activation:
            # Qt takes it from there when a window asks to be activated.
            os.environ["XDG_ACTIVATION_TOKEN"] = activation
        self.window.setWindowState(self.window.windowState() & ~Qt.WindowState.WindowMinimized)
        self.window.show()
        # A question over the window stays over it, also where no window manager sees to that.
        for widget in (self.window, QApplication.activeModalWidget()):
            if widget is not None:
                widget.raise_()
                widget.activateWindow()

    def close(self, folder: Path) -> None:
        """Keep where the window stood, and close it."""
        write_window_state(folder, WindowState(self.theme.mode, self.window.save_state()))
        if "tray" in self.__dict__:
            self.tray.close()
        self.window.accept_close()

    def _set_theme_mode(self, mode: str) -> None:
        self.theme.set_mode(ThemeMode(mode))

    def _act(self, key: int, action: str) -> None:
        if key == _OPENING_KEY and action == _TRY_AGAIN and self._retry is not None:
            self.chat.thread_view.set_items(())
            self.chat.set_empty(True)
            self.chat.composer.set_can_send(False, _OPENING)
            self._retry()
