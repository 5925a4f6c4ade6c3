"""A small panel with the facts of a failure, to be read and copied; it blocks nothing."""

from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.ui.theme.controls import POPOVER_ROUND, push_button
from desktop_app.ui.theme.round_windows import make_round

_WIDTH: Final = 420
_MOST_LINES: Final = 12
_COPY: Final = "Copy"
_COPIED: Final = "Copied"


class DetailsPanel(QFrame):
    """Shows one text at a time, over `parent`; Esc and a click elsewhere close it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        make_round(self, POPOVER_ROUND)
        self.setAccessibleName("Details of the failure")
        self.setFixedWidth(_WIDTH)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Details")
        self._text.setTabChangesFocus(True)
        self._copy = push_button(_COPY, "primary", "small")
        self._close = push_button("Close", scale="small")
        self._copy.clicked.connect(self.copy)
        self._close.clicked.connect(self.close)
        self._build()

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text.toPlainText()

    def open_over(self, anchor: QWidget, facts: str) -> None:
        """Show `facts` in the middle of `anchor`; the text has the focus, so that it can be read by keyboard."""
        self._text.setPlainText(facts)
        self._copy.setText(_COPY)
        lines = min(max(facts.count("\n") + 2, 4), _MOST_LINES)
        self._text.setFixedHeight(lines * self._text.fontMetrics().lineSpacing() + 20)
        self.adjustSize()
        middle = anchor.mapToGlobal(anchor.rect().center())
        self.move(middle - QPoint(self.width() // 2, self.height() // 2))
        self.show()
        self._text.setFocus(Qt.FocusReason.PopupFocusReason)

    def copy(self) -> None:
        """Put the facts on the clipboard."""
        QGuiApplication.clipboard().setText(self.text)
        self._copy.setText(_COPIED)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        body = QFrame()
        body.setProperty("kind", "popover")
        outer.addWidget(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        title = QLabel("Details")
        title.setProperty("role", "strong")
        hint = QLabel("For whoever helps you. No key, and nothing that you or the coach wrote.")
        hint.setProperty("role", "small")
        hint.setProperty("tone", "quiet")
        hint.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self._copy)
        for widget in (title, hint, self._text):
            column.addWidget(widget)
        column.addLayout(buttons)
