"""The line in which goals are filtered by words."""

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_app.ui.theme.controls import icon_button
from desktop_app.ui.theme.theme import Theme

_AFTER_MS: Final = 150


class FilterBar(QWidget):
    """`words_changed` comes once the typing pauses; `list_wanted` is the key down to the goals."""

    words_changed = Signal(str)
    list_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told = ""
        self.editor = QLineEdit()
        self.editor.setPlaceholderText("Words, tags, milestones")
        self.editor.setAccessibleName("Show goals with these words")
        self.editor.textChanged.connect(self._wait)
        close = icon_button(theme, "x", "Show all goals", hint="Esc", scale="small")
        close.clicked.connect(self.close_bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(4)
        layout.addWidget(self.editor, 1)
        layout.addWidget(close)
        self._pause = QTimer(self, interval=_AFTER_MS, singleShot=True)
        self._pause.timeout.connect(self._tell)

    def open_bar(self) -> None:
        """Show it, with the cursor in it."""
        self.show()
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.editor.selectAll()

    def close_bar(self) -> None:
        """Show all goals again."""
        self.editor.clear()
        self._tell()
        self.hide()
        self.list_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc shows all goals, Down and Enter go to those that were found."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.close_bar()
            case Qt.Key.Key_Down | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._tell()
                self.list_wanted.emit()
            case _:
                super().keyPressEvent(event)

    def _wait(self) -> None:
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        words = self.editor.text().strip()
        if words != self._told:
            self._told = words
            self.words_changed.emit(words)
