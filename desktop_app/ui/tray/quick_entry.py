"""A box for one message to the coach, over whatever is on the screen."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout

from desktop_app.ui.theme.theme import Theme

_WIDTH: Final = 560
_FROM_TOP: Final = 0.28


class QuickEntry(QFrame):
    """Enter sends, Esc closes and keeps what was typed until the next time."""

    sent = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(None, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.setWindowTitle("Quick message")
        self.setProperty("kind", "popover")
        self.field = QLineEdit()
        self.field.setProperty("scale", "large")
        self.field.setPlaceholderText("What is on your mind?")
        self.field.setAccessibleName("Message to the coach")
        self.field.returnPressed.connect(self._send)
        self._theme = theme
        hint = QLabel("Enter sends it in a new chat · Esc closes")
        hint.setProperty("tone", "quiet")
        hint.setProperty("role", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(hint)
        self.setFixedWidth(_WIDTH)

    def open(self) -> None:
        """Show it on the screen that the person looks at, with the keyboard in it."""
        self.adjustSize()
        room = self.screen().availableGeometry()
        self.move(room.center().x() - self.width() // 2, room.top() + round(room.height() * _FROM_TOP))
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _send(self) -> None:
        text = self.field.text().strip()
        if text:
            self.field.clear()
            self.close()
            self.sent.emit(text)
