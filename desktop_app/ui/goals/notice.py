"""Lines that tell something inside the editor, with what can be done about it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme


class Notice(QFrame):
    """An icon, a sentence, and up to two things to do. `chosen` gives the word of the action; Esc gives the last one's.

    `kind` is "banner" (accent) or "notice", with `tone` "danger" or "warn" for what needs attention.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, icon: str, actions: Sequence[str], *, tone: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "banner" if tone == "accent" else "notice")
        self.setProperty("tone", tone)
        self._icon_name, self._theme = icon, theme
        self._icon = QLabel()
        self._icon.setFixedSize(QSize(16, 16))
        self._color = {"accent": "accent", "danger": "danger", "warn": "warn"}.get(tone, "text_2")
        self.label = sentence()
        self.label.setProperty("role", "small")
        self.buttons = [push_button(word, kind="link") for word in actions]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.label, 1)
        layout.addLayout(spread(self.buttons))
        for button in self.buttons:
            button.setObjectName("notice_action")
            button.clicked.connect(self._clicked)
        self.hide()
        theme.changed.connect(self._draw_icon)
        self._draw_icon()

    def tell(self, text: str) -> None:
        """Show the sentence."""
        self.label.setText(text)
        self.setAccessibleName(text)
        self.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc chooses the last action, the one that changes nothing."""
        if event.key() == Qt.Key.Key_Escape and self.buttons:
            self.chosen.emit(self.buttons[-1].text())
            return
        super().keyPressEvent(event)

    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.chosen.emit(button.text())

    def _draw_icon(self) -> None:
        self._icon.setPixmap(
            self._theme.icon(self._icon_name, self._color).pixmap(QSize(16, 16), self.devicePixelRatioF())
        )


def sentence() -> QLabel:
    """A label of plain text that takes as many lines as it needs."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def spread(buttons: Sequence[QPushButton]) -> QHBoxLayout:
    """Buttons in a row, with a dot between them."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    for index, button in enumerate(buttons):
        if index:
            dot = QLabel("·")
            dot.setProperty("tone", "quiet")
            row.addWidget(dot)
        row.addWidget(button)
    return row
