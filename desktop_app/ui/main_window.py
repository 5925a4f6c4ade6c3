"""The window: places the views it is given, and says what its keys ask for."""

import base64
import binascii
import json
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from desktop_app.ui.chat_header import ChatHeader
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.panes import Panes
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.logo import application_icon
from desktop_app.ui.theme.theme import Theme

if TYPE_CHECKING:
    # Only named here: the first paint does without it.
    from desktop_app.domain.providers import ContextUse

_SIZE: Final = QSize(1440, 900)


class MainWindow(QMainWindow):
    """Sidebar, chat and goal editor.

    Closing it only emits `close_requested`; whoever owns the program saves what is unsaved and then calls
    `accept_close`. `stop_requested` is Esc with nothing left to close.
    """

    close_requested = Signal()
    new_chat_requested = Signal()
    search_requested = Signal()
    back_requested = Signal()
    settings_requested = Signal()
    stop_requested = Signal()
    leave_compare_requested = Signal()
    editor_enlarged = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        sidebar: SidebarView,
        chat_view: QWidget,
        goal_editor: QWidget,
        model_button: ModelButton,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("GoalGetter")
        self.setWindowIcon(application_icon())
        self._may_close = False
        self._model_button = model_button
        self._header = ChatHeader(theme, model_button)
        self._panes = Panes(sidebar, self._middle(chat_view), goal_editor)
        self.setCentralWidget(self._panes)
        self._panes.arrangement_changed.connect(self._offer_panes)
        self._header.sidebar_requested.connect(self.toggle_sidebar)
        self._header.editor_requested.connect(self.toggle_editor)
        self._header.leave_compare_requested.connect(self.leave_compare_requested)
        sidebar.hide_requested.connect(self.toggle_sidebar)
        sidebar.new_chat_requested.connect(self.new_chat_requested)
        sidebar.settings_requested.connect(self.settings_requested)
        sidebar.search_requested.connect(self.search_requested)
        self._add_shortcuts()
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))
        self._fit_panes()
        # Else the window's first button would have the focus, and its ring.
        chat_view.setFocus()

    @property
    def chat_menu(self) -> QMenu:
        """The menu behind … in the header; the button shows once there is an entry and a titled conversation."""
        return self._header.menu

    @property
    def is_sidebar_shown(self) -> bool:
        """Whether the sidebar can be seen."""
        return self._panes.is_sidebar_shown

    @property
    def is_editor_shown(self) -> bool:
        """Whether the goal editor can be seen."""
        return self._panes.is_editor_shown

    def set_conversation_title(self, title: str) -> None:
        """Show `title` in the header; empty for a chat that has not begun."""
        self._header.set_title(title)

    def set_comparing(self, comparing: bool, may_leave: bool) -> None:
        """Show in the header that two models are compared, and whether that can be ended without keeping an answer."""
        self._header.set_comparing(comparing=comparing, may_leave=may_leave)

    def show_context(self, use: "ContextUse | None") -> None:
        """Show in the header how full the model's window is; None for nothing."""
        self._header.show_context(use)

    def show_cost(self, words: str) -> None:
        """Show in the header what the conversation cost; empty for nothing."""
        self._header.show_cost(words)

    def show_editor(self) -> None:
        """Make sure that the goal editor can be seen."""
        self._fit_panes()
        self._panes.show_editor(True)

    def hide_editor(self) -> None:
        """Close the goal editor's pane."""
        self._fit_panes()
        self._panes.show_editor(False)

    def enlarge_editor(self, is_large: bool) -> None:
        """Let the goal editor take the chat's room too, or give that back."""
        self._panes.enlarge_editor(is_large)

    def toggle_editor(self) -> None:
        """Open or close the goal editor's pane."""
        self._panes.show_editor(not self._panes.is_editor_shown)

    def toggle_sidebar(self) -> None:
        """Open or close the sidebar."""
        self._panes.show_sidebar(not self._panes.is_sidebar_shown)

    def accept_close(self) -> None:
        """Close for good."""
        self._may_close = True
        self.close()

    def save_state(self) -> bytes:
        """Size, place and panes, for `restore_state`."""
        geometry = base64.b64encode(self.saveGeometry().data()).decode()
        state = {"geometry": geometry, "sidebar": self._panes.wants_sidebar, "editor": self._panes.wants_editor}
        return json.dumps(state).encode()

    def restore_state(self, state: bytes) -> bool:
        """Take up what `save_state` gave; returns False and changes nothing if it cannot be read."""
        try:
            values = json.loads(state)
            geometry = base64.b64decode(values["geometry"], validate=True)
            sidebar, editor = bool(values["sidebar"]), bool(values["editor"])
        except (ValueError, TypeError, KeyError, binascii.Error):
            return False
        if not self.restoreGeometry(QByteArray(geometry)):
            return False
        self._panes.wants_sidebar, self._panes.wants_editor = sidebar, editor
        self._fit_panes()
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first."""
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nobody wanted closes what lies over the chat, else stops the reply."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        if not self._panes.close_overlays():
            self.stop_requested.emit()

    def _middle(self, chat_view: QWidget) -> QWidget:
        middle = QWidget()
        middle.setProperty("surface", "canvas")
        middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(chat_view, 1)
        return middle

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+N", self.new_chat_requested),
            ("Ctrl+K", self.search_requested),
            ("Alt+Left", self.back_requested),
            ("Ctrl+,", self.settings_requested),
            ("Ctrl+M", self._model_button.open_popover),
            ("Ctrl+\\", self.toggle_sidebar),
            ("Ctrl+Shift+\\", self.toggle_editor),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(slot)

    def _fit_panes(self) -> None:
        # Qt lays the panes out when the window is shown; what is opened before then must know the width too.
        if not self.isVisible():
            self._panes.resize(self.size())
            self._panes.place()

    def _offer_panes(self) -> None:
        self.editor_enlarged.emit(self._panes.is_editor_large)
        self._header.set_offers(sidebar=not self._panes.is_sidebar_shown, editor=not self._panes.is_editor_shown)
