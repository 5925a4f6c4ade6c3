"""The chat pane: the thread with the composer below it, or, before the first message, the composer in the middle."""

from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui.chat.composer import Composer
from desktop_app.ui.chat.empty_state import Greeting, Suggestions
from desktop_app.ui.chat.message_field import files_in
from desktop_app.ui.chat.zoom import stepped
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import COMPOSER_WIDTH

if TYPE_CHECKING:
    from desktop_app.ui.chat.find_bar import FindBar
    from desktop_app.ui.chat.queue_view import QueueView
    from desktop_app.ui.chat.thread_view import ThreadView
    from desktop_app.ui.compare.compare_view import CompareView

_SIDE: Final = 16
_COMPARE_SIDE: Final = 24
_SEND_HINT: Final = "Enter to send · Shift+Enter for a new line"
_COMPARE_HINT: Final = "The chat goes on from the answer you keep; the other stays beside it."
_COMPARE_KEYS: Final = "Alt+1 keeps the first · Alt+2 the second"
_STOP_HINT: Final = "Esc stops the reply"
_WAIT_HINT: Final = "Enter to send after the reply · Shift+Enter for a new line"


class ChatView(QWidget):
    """Places `thread_view` and `composer`; both are used directly by whoever fills them."""

    suggestion_chosen = Signal(str)
    zoom_changed = Signal(float)
    files_dropped = Signal(list)  # of Path
    compare_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self._thread_view: ThreadView | None = None
        self._compare_view: CompareView | None = None
        self._is_comparing = False
        self._find_bar: FindBar | None = None
        self._zoom = 1.0
        self._column = QVBoxLayout(self)
        self._is_empty = True
        self.composer = Composer(theme)
        self._greeting = Greeting(theme)
        self._suggestions = Suggestions(theme)
        self._suggestions.suggestion_chosen.connect(self.suggestion_chosen)
        self._above, self._below = QWidget(), QWidget()
        self._send_hint = _hint(_SEND_HINT)
        self._stop_hint = _hint(_STOP_HINT)
        self._hints = self._build_hints()
        self._lower_rows = [_centered(widget) for widget in (self.composer, self._hints)]
        self._build()
        self._stop_hint.hide()
        self.composer.streaming_changed.connect(self._show_hints)
        self.composer.compare_requested.connect(self.compare_requested)
        self._add_shortcuts()
        self.set_empty(empty=True)

    @cached_property
    def queue(self) -> "QueueView":
        """What waits until the reply has ended; made when first asked for, as nothing waits at the first paint."""
        from desktop_app.ui.chat.queue_view import QueueView

        queue = QueueView(self._theme)
        row = _centered(queue)
        row.setContentsMargins(self._lower_rows[0].contentsMargins())
        self._column.insertLayout(self._column.indexOf(self._lower_rows[0]), row)
        self._lower_rows.insert(0, row)
        self.setTabOrder(queue, self.composer)
        return queue

    @property
    def thread_view(self) -> "ThreadView":
        """The conversation; made when first asked for, since the first paint shows the way to begin."""
        if self._thread_view is None:
            from desktop_app.ui.chat.thread_view import ThreadView

            self._thread_view = ThreadView(self._theme)
            self._thread_view.set_zoom(self._zoom)
            self._thread_view.zoom_requested.connect(self.step_zoom)
            self._thread_view.setVisible(not self._is_empty and not self._is_comparing)
            self._column.insertWidget(self._column.indexOf(self._above), self._thread_view, 1)
            self.setTabOrder(self._thread_view, self.composer)
        return self._thread_view

    @property
    def compare_view(self) -> "CompareView":
        """Two answers side by side; made when first asked for."""
        if self._compare_view is None:
            from desktop_app.ui.compare.compare_view import CompareView

            self._compare_view = CompareView(self._theme)
            self._compare_view.set_zoom(self._zoom)
            self._compare_view.hide()
            self._column.insertWidget(self._column.indexOf(self._above), self._compare_view, 1)
            self.setTabOrder(self._compare_view, self.composer)
        return self._compare_view

    def place_above(self, widget: QWidget) -> None:
        """Put `widget` over all else, in the middle, as wide as it may be."""
        row = _centered(widget)
        row.setContentsMargins(_SIDE, 12, _SIDE, 0)
        self._column.insertLayout(0, row)

    def set_comparing(self, comparing: bool) -> None:
        """Show two answers side by side instead of the thread."""
        if comparing == self._is_comparing:
            return
        self._is_comparing = comparing
        if comparing and self._find_bar is not None:
            self._find_bar.close_bar()
        self.compare_view.setVisible(comparing)
        self.composer.set_for_two(comparing)
        self.set_empty(self._is_empty)
        self._hints.setMaximumWidth(self.composer.maximumWidth())
        side = _COMPARE_SIDE if comparing else _SIDE
        for row in self._lower_rows:
            row.setContentsMargins(side, 0, side, 0)
        self._show_hints(self.composer.is_streaming)

    @property
    def find_bar(self) -> "FindBar":
        """What finds words in the conversation; made when first asked for."""
        if self._find_bar is None:
            from desktop_app.ui.chat.find_bar import FindBar

            self._find_bar = FindBar(self._theme, self.thread_view)
            self._find_bar.closed.connect(self.composer.focus)
        return self._find_bar

    def open_find(self) -> None:
        """Open the bar that finds words, if there is a conversation."""
        if not self._is_empty and not self._is_comparing:
            self.find_bar.open_bar()

    def set_zoom(self, zoom: float) -> None:
        """Show the conversation larger or smaller, 1.0 being the design's size."""
        self._zoom = zoom
        if self._thread_view is not None:
            self._thread_view.set_zoom(zoom)
        if self._compare_view is not None:
            self._compare_view.set_zoom(zoom)

    def step_zoom(self, by: int) -> None:
        """Show the conversation larger (1) or smaller (-1) by a step."""
        self._change_zoom(stepped(self._zoom, by))

    def _change_zoom(self, zoom: float) -> None:
        if zoom != self._zoom:
            self.set_zoom(zoom)
            self.zoom_changed.emit(zoom)

    def _zoom_in(self) -> None:
        self.step_zoom(1)

    def _zoom_out(self) -> None:
        self.step_zoom(-1)

    def _zoom_to_design(self) -> None:
        self._change_zoom(1.0)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+F", self.open_find),
            ("Ctrl+Shift+B", self.compare_requested),
            ("Ctrl++", self._zoom_in),
            ("Ctrl+=", self._zoom_in),
            ("Ctrl+-", self._zoom_out),
            ("Ctrl+0", self._zoom_to_design),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def set_empty(self, empty: bool) -> None:
        """Show the way to begin instead of the thread."""
        self._is_empty = empty
        if self._thread_view is not None or not empty:
            self.thread_view.setVisible(not empty and not self._is_comparing)
        if empty and self._find_bar is not None:
            self._find_bar.close_bar()
        for widget in (self._above, self._greeting, self._suggestions, self._below):
            widget.setVisible(empty and not self._is_comparing)
        placeholder = "A year from now, I…" if empty else "Message the coach"
        self.composer.set_placeholder("Ask both" if self._is_comparing else placeholder)

    @property
    def is_empty(self) -> bool:
        """Whether the way to begin is shown."""
        return self._is_empty

    def set_streaming(self, streaming: bool) -> None:
        """Whether a reply streams: the composer offers to stop it, and the hint says how."""
        self.composer.set_streaming(streaming)

    def _show_hints(self, streaming: bool) -> None:
        self._stop_hint.setVisible(streaming or self._is_comparing)
        self._stop_hint.setText(_COMPARE_KEYS if self._is_comparing else _STOP_HINT)
        words = _WAIT_HINT if streaming else _SEND_HINT
        self._send_hint.setText(_COMPARE_HINT if self._is_comparing else words)

    def _build_hints(self) -> QWidget:
        hints = QWidget()
        hints.setMaximumWidth(COMPOSER_WIDTH)
        row = QHBoxLayout(hints)
        row.setContentsMargins(6, 6, 6, 12)
        row.addWidget(self._send_hint)
        row.addStretch(1)
        row.addWidget(self._stop_hint)
        return hints

    def _build(self) -> None:
        column = self._column
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for space in (self._above, self._below):
            space.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column.addWidget(self._above, 1)
        column.addLayout(_centered(self._greeting))
        for row in self._lower_rows:
            column.addLayout(row)
        column.addLayout(_centered(self._suggestions))
        column.addWidget(self._below, 1)
        self.setFocusProxy(self.composer)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = files_in(event.mimeData())
        if files:
            self.files_dropped.emit(files)
            event.acceptProposedAction()


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
