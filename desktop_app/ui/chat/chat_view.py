"""The chat pane: the thread with the composer below it, or, before the first message, the composer in the middle."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui.chat.composer import Composer
from desktop_app.ui.chat.empty_state import Greeting, Suggestions
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import COMPOSER_WIDTH

_SIDE: Final = 16


class ChatView(QWidget):
    """Places `thread_view` and `composer`; both are used directly by whoever fills them."""

    suggestion_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.thread_view = ThreadView(theme)
        self.composer = Composer(theme)
        self._greeting = Greeting(theme)
        self._suggestions = Suggestions(theme)
        self._suggestions.suggestion_chosen.connect(self.suggestion_chosen)
        self._above, self._below = QWidget(), QWidget()
        self._stop_hint = _hint("Esc stops the reply")
        self._hints = self._build_hints()
        self._build()
        self._stop_hint.hide()
        self.composer.streaming_changed.connect(self._stop_hint.setVisible)
        self.set_empty(empty=True)

    def set_empty(self, empty: bool) -> None:
        """Show the way to begin instead of the thread."""
        self.thread_view.setVisible(not empty)
        for widget in (self._above, self._greeting, self._suggestions, self._below):
            widget.setVisible(empty)
        self.composer.set_placeholder("A year from now, I…" if empty else "Message the coach")

    @property
    def is_empty(self) -> bool:
        """Whether the way to begin is shown."""
        return self.thread_view.isHidden()

    def set_streaming(self, streaming: bool) -> None:
        """Whether a reply streams: the composer offers to stop it, and the hint says how."""
        self.composer.set_streaming(streaming)

    def _build_hints(self) -> QWidget:
        hints = QWidget()
        hints.setMaximumWidth(COMPOSER_WIDTH)
        row = QHBoxLayout(hints)
        row.setContentsMargins(6, 6, 6, 12)
        row.addWidget(_hint("Enter to send · Shift+Enter for a new line"))
        row.addStretch(1)
        row.addWidget(self._stop_hint)
        return hints

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for space in (self._above, self._below):
            space.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column.addWidget(self.thread_view, 1)
        column.addWidget(self._above, 1)
        column.addLayout(_centered(self._greeting))
        column.addLayout(_centered(self.composer))
        column.addLayout(_centered(self._hints))
        column.addLayout(_centered(self._suggestions))
        column.addWidget(self._below, 1)
        self.setFocusProxy(self.composer)
        self.setTabOrder(self.thread_view, self.composer)


def _hint(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "caption")
    label.setProperty("tone", "quiet")
    return label


def _centered(widget: QWidget) -> QHBoxLayout:
    """A row with `widget` in its middle, as wide as it may be."""
    row = QHBoxLayout()
    row.setContentsMargins(_SIDE, 0, _SIDE, 0)
    row.addStretch(1)
    row.addWidget(widget, 1000)
    row.addStretch(1)
    return row
