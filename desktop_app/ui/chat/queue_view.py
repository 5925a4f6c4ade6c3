"""The messages that wait until the reply has ended, above the box: edit, put in another order, drop."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.chat.printable import printable
from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.elided_label import ElidedLabel
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import COMPOSER_WIDTH

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits."""

    id: int
    text: str


class WaitingRow(QFrame):
    """One of them. Enter edits it, Delete drops it, Alt with an arrow moves it; it can be dragged."""

    edit_requested = Signal(int)
    drop_requested = Signal(int)
    step_requested = Signal(int, int)
    dragged_to = Signal(int, int)

    def __init__(self, theme: Theme, item: Waiting) -> None:
        super().__init__()
        self.item = item
        self._grabbed_at: int | None = None  # from its top, while it is dragged
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        text = " ".join(printable(item.text[:_LONGEST]).split())
        self.setAccessibleName(f"Waiting: {text}")
        self.setAccessibleDescription("Enter edits it, Delete drops it, Alt with an arrow moves it.")
        label = ElidedLabel()
        label.show_text(text)
        grip = QLabel()
        grip.setPixmap(theme.pixmap("grip-vertical", "text_3", dpr=self.devicePixelRatioF()))
        edit = icon_button(theme, "pencil", "Edit this message", scale="small", hint="Enter")
        drop = icon_button(theme, "x", "Do not send this message", scale="small", hint="Delete")
        edit.clicked.connect(self._ask_to_edit)
        drop.clicked.connect(self._ask_to_drop)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 4, 2)
        row.setSpacing(6)
        row.addWidget(grip)
        row.addWidget(label, 1)
        row.addWidget(edit)
        row.addWidget(drop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.step_requested.emit(self.item.id, step)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2}:
            self._ask_to_edit()
        elif event.key() == Qt.Key.Key_Delete:
            self._ask_to_drop()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._grabbed_at = event.position().toPoint().y()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It goes with the pointer, over the others, within their column."""
        if self._grabbed_at is None:
            return
        self.raise_()
        y = self.mapToParent(event.position().toPoint()).y() - self._grabbed_at
        column = self.parentWidget()
        lowest = column.height() - self.height() if column is not None else 0
        self.move(self.x(), min(max(y, 0), lowest))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.unsetCursor()
        self._grabbed_at = None
        self.dragged_to.emit(self.item.id, self.mapToParent(event.position().toPoint()).y())

    def _show_focus(self) -> None:
        self.setProperty("kind", "banner" if self.hasFocus() else "card")
        self.style().unpolish(self)
        self.style().polish(self)

    def _ask_to_edit(self) -> None:
        self.edit_requested.emit(self.item.id)

    def _ask_to_drop(self) -> None:
        self.drop_requested.emit(self.item.id)


class QueueView(QWidget):
    """Hidden while nothing waits. `moved` is a message's id and the place where it is wanted, counted from 0."""

    edit_requested = Signal(int)
    drop_requested = Signal(int)
    moved = Signal(int, int)
    send_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[WaitingRow] = []
        self.setMaximumWidth(COMPOSER_WIDTH)
        self._title = QLabel()
        self._title.setProperty("role", "small")
        self._title.setProperty("tone", "secondary")
        self._send = push_button("Send now", "link")
        self._send.clicked.connect(self.send_requested)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._send)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 4, 6, 6)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self.hide()

    def show_items(self, items: Sequence[Waiting], *, may_send: bool) -> None:
        """Show these; `may_send` where no reply comes in, so that they wait for the person."""
        focused = next((row.item.id for row in self._rows if row.hasFocus()), None)
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [self._row(item) for item in items]
        for row in self._rows:
            self._column.addWidget(row)
            if row.item.id == focused:
                row.setFocus(Qt.FocusReason.OtherFocusReason)
        count = len(items)
        words = "1 message waits" if count == 1 else f"{count} messages wait"
        self._title.setText(words if may_send else f"{words} for the reply to end")
        self._send.setVisible(may_send)
        self.setVisible(bool(items))

    def _row(self, item: Waiting) -> WaitingRow:
        row = WaitingRow(self._theme, item)
        row.edit_requested.connect(self.edit_requested)
        row.drop_requested.connect(self.drop_requested)
        row.step_requested.connect(self._step)
        row.dragged_to.connect(self._drag)
        return row

    def _step(self, message_id: int, by: int) -> None:
        index = self._index(message_id) + by
        if 0 <= index < len(self._rows):
            self.moved.emit(message_id, index)

    def _drag(self, message_id: int, y: int) -> None:
        """A row was let go at this height: it goes before the first row whose middle is below it."""
        others = [row for row in self._rows if row.item.id != message_id]
        index = sum(1 for row in others if row.geometry().center().y() < y)
        if index != self._index(message_id):
            self.moved.emit(message_id, index)
        else:
            self._column.invalidate()  # back to where it was
            self._column.activate()

    def _index(self, message_id: int) -> int:
        return next((index for index, row in enumerate(self._rows) if row.item.id == message_id), -1)
