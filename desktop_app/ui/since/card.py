"""The card that greets a person who comes back: facts, each of which opens its goal."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui.chat.printable import printable
from desktop_app.ui.since.words import Line
from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import COMPOSER_WIDTH

_MOST: Final = 5


class SinceCard(QFrame):
    """`goal_requested` gives the number of a goal, `asked` comes when the coach is to say more."""

    goal_requested = Signal(int)
    asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setMaximumWidth(COMPOSER_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.title = QLabel()
        self.title.setProperty("strong", "true")
        self.close_button = icon_button(theme, "x", "Put this away", scale="small")
        self.close_button.clicked.connect(self.hide)
        self.more = QLabel()
        self.more.setProperty("tone", "quiet")
        self.more.setProperty("role", "small")
        self.ask = push_button("Talk about it", kind="link")
        self.ask.setToolTip("Puts this into the box; nothing is sent before you send it")
        self.ask.clicked.connect(self._ask)
        self.lines: list[QPushButton] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._column)
        column.addWidget(self.more)
        column.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    def show_lines(self, title: str, lines: Sequence[Line]) -> None:
        """Show the first of these, and how many more there are."""
        self.title.setText(title)
        for button in self.lines:
            self._column.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.lines = [self._line(line) for line in lines[:_MOST]]
        left = len(lines) - len(self.lines)
        self.more.setText(f"and {left} more")
        self.more.setVisible(left > 0)
        self.setAccessibleName(title)
        self.show()
        told = f"{title} {' '.join(line.text for line in lines[:_MOST])}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, told))

    def _line(self, line: Line) -> QPushButton:
        text = printable(line.text)
        button = push_button("", kind="ghost")
        button.setAccessibleName(text)
        button.setAccessibleDescription("Opens the goal")
        label = QLabel(text, button)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QVBoxLayout(button)
        inside.setContentsMargins(6, 3, 6, 3)
        inside.addWidget(label)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        button.clicked.connect(partial(self._open, line.goal_id))
        self._column.addWidget(button)
        return button

    def _open(self, goal_id: int, _checked: bool = False) -> None:
        self.goal_requested.emit(goal_id)

    def _ask(self) -> None:
        self.hide()
        self.asked.emit()
