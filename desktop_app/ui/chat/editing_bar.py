"""The line above the box that says what is edited, with the way back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.ui.theme.controls import icon_button
from desktop_app.ui.theme.theme import Theme


class EditingBar(QWidget):
    """Hidden while nothing is edited."""

    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._words = QLabel()
        self._words.setProperty("role", "small")
        self._words.setProperty("tone", "secondary")
        cancel = icon_button(theme, "x", "Leave it as it was", scale="small", hint="Esc")
        cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(cancel)
        self.hide()

    def show_words(self, words: str) -> None:
        """Say what is edited; empty for nothing."""
        self._words.setText(words)
        self.setVisible(bool(words))
