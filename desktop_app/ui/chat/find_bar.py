"""The bar that finds words in the conversation: a field, how many there are, and the ways from one to the next."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy

from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.controls import icon_button
from desktop_app.ui.theme.theme import Theme

_WIDTH = 400
_MARGIN = 12


class FindBar(QFrame):
    """Lies in the upper right corner of its thread, which makes room for it; Esc closes it."""

    closed = Signal()

    def __init__(self, theme: Theme, thread: ThreadView) -> None:
        super().__init__(thread)
        self._thread = thread
        self._finder = thread.finder
        self.setProperty("kind", "popover")
        self._field = QLineEdit()
        self._field.setProperty("kind", "plain")
        self._field.setPlaceholderText("Find in this chat")
        self._field.setAccessibleName("Find in this chat")
        self._count = QLabel()
        self._count.setProperty("role", "small")
        self._count.setProperty("tone", "secondary")
        self._count.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._previous = icon_button(theme, "arrow-up", "Previous match", hint="Shift+Enter")
        self._next = icon_button(theme, "arrow-down", "Next match", hint="Enter")
        self._close = icon_button(theme, "x", "Close", hint="Esc")
        self._lay_out()
        self._field.textChanged.connect(self._finder.search)
        self._previous.clicked.connect(self.find_previous)
        self._next.clicked.connect(self.find_next)
        self._close.clicked.connect(self.close_bar)
        self._finder.changed.connect(self._show_count)
        thread.resized.connect(self._place)
        self.hide()

    def open_bar(self) -> None:
        """Show it with the keyboard in its field; a short selection is looked for at once."""
        selected = self._thread.selected_text()
        if selected and len(selected) < 200 and "\n" not in selected:
            self._field.setText(selected)
        elif self.isHidden():
            self._finder.search(self._field.text())
        self._place()
        self._thread.set_top_inset(self.height() + 2 * _MARGIN)
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self._show_count()

    def close_bar(self) -> None:
        """Take it away, and with it what is marked."""
        if not self.isHidden():
            self.hide()
            self._thread.set_top_inset(0)
            self._finder.clear()
            self.closed.emit()

    def find_next(self) -> None:
        """Go to the next match."""
        self._finder.step(1)

    def find_previous(self) -> None:
        """Go to the match before."""
        self._finder.step(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        is_shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif (is_enter and is_shifted) or (event.key() == Qt.Key.Key_F3 and is_shifted):
            self.find_previous()
        elif is_enter or event.key() == Qt.Key.Key_F3:
            self.find_next()
        else:
            super().keyPressEvent(event)

    def _show_count(self) -> None:
        count = self._finder.count
        if not self._field.text().strip():
            words = ""
        elif count == 0:
            words = "Searching…" if self._finder.is_searching else "Not found"
        else:
            words = f"{self._finder.number} of {count:,}{'…' if self._finder.is_searching else ''}"
        self._count.setText(words)
        self._count.setAccessibleName(words)
        for button in (self._previous, self._next):
            button.setEnabled(count > 0)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 6, 5)
        row.setSpacing(4)
        row.addWidget(self._field, 1)
        for widget in (self._count, self._previous, self._next, self._close):
            row.addWidget(widget)

    def _place(self) -> None:
        width = min(_WIDTH, self._thread.width() - 2 * _MARGIN)
        self.setFixedWidth(max(width, 120))
        self.adjustSize()
        self.move(self._thread.width() - self.width() - _MARGIN - 8, _MARGIN)
