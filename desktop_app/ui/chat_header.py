"""The head of the middle pane: the conversation's title, the model that answers, and what opens the other panes."""

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from desktop_app.ui.theme.controls import icon_button, menu, push_button
from desktop_app.ui.theme.elided_label import ElidedLabel
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import HEADER

if TYPE_CHECKING:
    # Only named here: the first paint does without it.
    from desktop_app.domain.providers import ContextUse
    from desktop_app.ui.context_meter import ContextMeter


class ChatHeader(QFrame):
    """Shows what it is given; a part with nothing to show is not there."""

    sidebar_requested = Signal()
    editor_requested = Signal()
    leave_compare_requested = Signal()

    def __init__(self, theme: Theme, model_button: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "header")
        self.setFixedHeight(HEADER)
        self._show_sidebar = icon_button(theme, "panel-left", "Show the sidebar", hint="Ctrl+\\")
        self._show_sidebar.clicked.connect(self.sidebar_requested)
        self._title = ElidedLabel()
        self._title.setProperty("role", "body")
        self._title.setProperty("strong", True)
        self._theme = theme
        self._is_metered = False
        self._cost = QLabel()
        self._cost.setProperty("role", "small")
        self._cost.setProperty("tone", "quiet")
        self._cost.setTextFormat(Qt.TextFormat.PlainText)
        self._cost.hide()
        self._model_button = model_button
        self._comparing = QLabel("Comparing 2 models")
        self._comparing.setProperty("kind", "badge")
        self._comparing.setProperty("tone", "accent")
        self._leave_compare = push_button("Leave compare")
        self._leave_compare.clicked.connect(self.leave_compare_requested)
        self._more = icon_button(theme, "ellipsis", "More about this chat")
        self._menu = menu(self)
        self._more.setMenu(self._menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._show_editor = icon_button(theme, "panel-right", "Show the goal", hint="Ctrl+Shift+\\")
        self._show_editor.clicked.connect(self.editor_requested)
        self._lay_out(model_button)
        self.set_comparing(comparing=False)
        self.set_title("")

    @property
    def title(self) -> str:
        """The conversation's title as it is shown."""
        return self._title.text()

    @property
    def menu(self) -> QMenu:
        """What can be done with this conversation; call `set_title` after it was first filled."""
        return self._menu

    def set_title(self, title: str) -> None:
        """Show `title`; an empty one belongs to a chat that has not begun, and takes the line and the menu away."""
        self._title.show_text(title)
        self._more.setVisible(bool(title) and not self._menu.isEmpty())
        self.setProperty("bare", not title)
        restyle(self)

    def set_comparing(self, *, comparing: bool, may_leave: bool = False) -> None:
        """Show that two models are compared, in the place of the one that answers; `may_leave` offers to end that."""
        self._comparing.setVisible(comparing)
        self._leave_compare.setVisible(comparing and may_leave)
        self._model_button.setVisible(not comparing)

    def show_context(self, use: "ContextUse | None") -> None:
        """Show how full the model's window is; nothing where that is not known."""
        if use is None or use.window is None:
            if self._is_metered:
                self._meter.hide()
        else:
            self._meter.show_use(use.tokens, use.window)

    def show_cost(self, words: str) -> None:
        """Show what the conversation cost; nothing where that is empty."""
        self._cost.setText(words)
        self._cost.setVisible(bool(words))

    def set_offers(self, *, sidebar: bool, editor: bool) -> None:
        """Which of the two panes can be opened from here."""
        self._show_sidebar.setVisible(sidebar)
        self._show_editor.setVisible(editor)

    @cached_property
    def _meter(self) -> "ContextMeter":
        from desktop_app.ui.context_meter import ContextMeter

        meter = ContextMeter(self._theme)
        self._row.insertWidget(self._row.indexOf(self._cost), meter)
        self._is_metered = True
        return meter

    def _lay_out(self, model_button: QWidget) -> None:
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(16, 1, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self._show_sidebar)
        layout.addWidget(self._title, 1)
        layout.addWidget(self._cost)
        layout.addSpacing(4)
        layout.addWidget(model_button)
        layout.addWidget(self._comparing)
        layout.addWidget(self._leave_compare)
        layout.addWidget(self._more)
        layout.addWidget(self._show_editor)
