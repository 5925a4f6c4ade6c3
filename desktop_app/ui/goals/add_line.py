"""The last line of a list, in which a row is added."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from desktop_app.ui.goals.auto_height_edit import is_past_typing
from desktop_app.ui.theme.theme import Theme


class AddLine(QWidget):
    """A plus and a field. `add_requested` is Enter or the plus, `up_requested` the key towards the rows."""

    add_requested = Signal()
    up_requested = Signal()

    def __init__(self, theme: Theme, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = _Editor(self)
        self.editor.setObjectName("add_milestone")
        self.editor.setPlaceholderText(words)
        self.editor.setAccessibleName(words)
        plus = QToolButton()
        plus.setProperty("kind", "icon")
        plus.setIcon(theme.icon("plus"))
        plus.setAccessibleName(words)
        plus.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plus.clicked.connect(self.add_requested)
        self.keys = QLabel("Ctrl Enter")
        self.keys.setProperty("tone", "quiet")
        self.keys.setProperty("role", "caption")
        self.keys.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 6, 4)
        row.setSpacing(2)
        row.addWidget(plus)
        row.addWidget(self.editor, 1)
        row.addWidget(self.keys)

    def take(self) -> str:
        """What is written, on one line; the field is empty then."""
        words = " ".join(self.editor.text().split())
        if words:
            self.editor.setText("")  # unlike clear, it leaves nothing to undo here: that is the editor's now
        return words


class _Editor(QLineEdit):
    def __init__(self, line: AddLine) -> None:
        super().__init__(line)
        self._line = line

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds, Up goes to the rows; undo with nothing typed is the editor's."""
        if is_past_typing(event, self.isUndoAvailable(), self.isRedoAvailable()):
            event.ignore()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self._line.add_requested.emit()
        elif event.key() == Qt.Key.Key_Up:
            self._line.up_requested.emit()
        else:
            super().keyPressEvent(event)
