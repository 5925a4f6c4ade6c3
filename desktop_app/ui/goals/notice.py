"""Lines that tell something inside the editor: a banner with actions, and the quiet line beside a field."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.stylesheet import restyle
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
        self.label = _sentence()
        self.label.setProperty("role", "small")
        self.buttons = [push_button(word, kind="link") for word in actions]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 10, 8)
        layout.setSpacing(8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.label, 1)
        layout.addLayout(_spread(self.buttons))
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


class FieldNote(QFrame):
    """The line under a field: why it cannot be kept, or that the coach changed it too."""

    theirs_wanted = Signal()
    mine_wanted = Signal()

    def __init__(self, field_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem, self._other = "", ""
        self.label = _sentence()
        self.label.setProperty("role", "small")
        self.theirs = push_button("Use Coach’s", kind="link")
        self.theirs.setAccessibleName(f"Use the coach’s {field_name}")
        self.theirs.clicked.connect(self.theirs_wanted)
        self.mine = push_button("Keep yours", kind="link")
        self.mine.setAccessibleName(f"Keep your {field_name}")
        self.mine.clicked.connect(self.mine_wanted)
        for button in (self.theirs, self.mine):
            button.setObjectName("notice_action")
        self._links = QWidget()
        links = _spread([self.theirs, self.mine])
        self._links.setLayout(links)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 2)
        layout.setSpacing(6)
        layout.addWidget(self.label, 1)
        layout.addWidget(self._links)
        self._show()

    @property
    def problem(self) -> str:
        """The reason that is shown."""
        return self._problem

    @property
    def has_theirs(self) -> bool:
        """Whether the coach's version waits here."""
        return bool(self._other)

    def show_problem(self, text: str) -> None:
        """Say why the field cannot be kept as it is; empty text takes that back."""
        if text != self._problem:
            self._problem = text
            self._show()

    def show_theirs(self, other: str) -> None:
        """Say that `other` ("Coach") changed the field too; empty text takes that back."""
        if other != self._other:
            self._other = other
            self.theirs.setText("Use Coach’s" if other == "Coach" else "Use that")
            self._show()

    def _show(self) -> None:
        self.label.setText(self._problem or (f"{self._other} also changed this." if self._other else ""))
        self.label.setProperty("tone", "danger" if self._problem else "secondary")
        restyle(self.label)
        self._links.setVisible(bool(self._other) and not self._problem)
        self.setVisible(bool(self._problem) or bool(self._other))


def _sentence() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _spread(buttons: Sequence[QPushButton]) -> QHBoxLayout:
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
