"""The sidebar's list: what keys and clicks mean in it."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListView, QWidget

_KEYBOARD = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
)
_DELETING = frozenset({Qt.Key.Key_Delete, Qt.Key.Key_Backspace})
_CHOOSING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class SidebarList(QListView):
    """A list where a click or Enter chooses a row, and the focus is drawn only while the keyboard moves it."""

    row_chosen = Signal(QModelIndex)
    delete_wanted = Signal(QModelIndex)
    menu_wanted = Signal(QModelIndex, QPoint)  # the place is global

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Goals and chats")
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setMouseTracking(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space choose, Delete deletes; everything else as in any list."""
        self._show_focus(True)
        index = self.currentIndex()
        if index.isValid() and self.state() != QListView.State.EditingState:
            if event.key() in _CHOOSING:
                self.row_chosen.emit(index)
                return
            if event.key() in _DELETING:
                self.delete_wanted.emit(index)
                return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hide the keyboard's focus ring."""
        self._show_focus(False)
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the row that was pressed and released."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index == self.currentIndex():
            self.row_chosen.emit(index)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of a row: that under the pointer, or by its key that with the focus."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if by_key else event.pos()
            self.menu_wanted.emit(index, self.viewport().mapToGlobal(place))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring if a key brought the focus here."""
        self._show_focus(event.reason() in _KEYBOARD)
        if not self.currentIndex().isValid():
            self._focus_first()
        super().focusInEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Let go of the hovered row."""
        super().leaveEvent(event)
        self.viewport().update()

    def keep_place(self, index: QModelIndex, scroll: int) -> None:
        """Put focus and scroll position back after rows have changed."""
        self.setAutoScroll(False)
        if index.isValid():
            self.setCurrentIndex(index)
        self.setAutoScroll(True)
        self.verticalScrollBar().setValue(scroll)

    def _focus_first(self) -> None:
        model = self.model()
        for number in range(model.rowCount()):
            index = model.index(number, 0)
            if index.flags() & Qt.ItemFlag.ItemIsEnabled:
                self.setCurrentIndex(index)
                return

    def _show_focus(self, is_shown: bool) -> None:
        if bool(self.property("keyboard_focus")) != is_shown:
            self.setProperty("keyboard_focus", is_shown)
            self.viewport().update()
