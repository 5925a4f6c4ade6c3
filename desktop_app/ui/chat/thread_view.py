"""The conversation on screen, by pointer and by keyboard: selecting, copying, pressing, reading on."""

from typing import Final

from PySide6.QtCore import QEvent, QKeyCombination, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QToolTip, QWidget

from desktop_app.ui.chat.accessible import install
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.display import HotKind
from desktop_app.ui.chat.items import NoticeItem, ThreadItem
from desktop_app.ui.chat.selection import Spot, word_around
from desktop_app.ui.chat.thread_hots import PressableThread
from desktop_app.ui.theme.controls import menu
from desktop_app.ui.theme.theme import Theme

_DRAG_STEP_MS: Final = 40
_KEYS: Final = {
    Qt.Key.Key_PageUp: QAbstractSlider.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QAbstractSlider.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QAbstractSlider.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QAbstractSlider.SliderAction.SliderToMaximum,
    Qt.Key.Key_Up: QAbstractSlider.SliderAction.SliderSingleStepSub,
    Qt.Key.Key_Down: QAbstractSlider.SliderAction.SliderSingleStepAdd,
}
_COPY_MARKDOWN: Final = QKeyCombination(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C
)


class ThreadView(PressableThread):
    """The conversation. `zoom_requested` is by how many steps everything is to be larger."""

    zoom_requested = Signal(int)
    quote_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        theme.load_more_fonts()
        super().__init__(theme, parent)
        self._told_in_sight: list[int] = []
        self._is_selecting = False
        self._drag = QTimer(self)
        self._drag.setInterval(_DRAG_STEP_MS)
        self._drag.timeout.connect(self._drag_on)
        self._drag_point = QPointF()
        install()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Conversation")
        self.setAccessibleDescription("What you and the coach said. Tab goes through what can be pressed.")

    def text_ended(self, key: int) -> None:
        """A finished reply is announced to a screen reader."""
        position = self.column.position(key)
        if position is None or not QAccessible.isActive():
            return
        row = self.column.rows[position]
        if isinstance(row, CoachRow):
            text = "\n".join(row.copied(unit, 0, None) for unit in range(row.count()))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"Coach: {text}"))

    def append_item(self, item: ThreadItem) -> None:
        """As in the surface; a notice is also announced, once: what is put in its place, a countdown's next, is not."""
        super().append_item(item)
        if isinstance(item, NoticeItem) and QAccessible.isActive():
            text = f"{item.title.replace('**', '')}. {item.text}".strip()
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _settle(self) -> int:
        moved = super()._settle()
        if QAccessible.isActive():
            in_sight = [self.column.rows[position].key for position in self.rows_in_sight()]
            if in_sight != self._told_in_sight:
                self._told_in_sight = in_sight
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.ObjectReorder))
        return moved

    def _spot_at(self, point: QPointF) -> Spot | None:
        if not self.column.rows:
            return None
        at = self.column_point(point)
        place = self.column.find(max(min(int(at.y()), self.column.height - 1), 0))
        laid = self.column.rows[place.row].laid.get(place.unit)
        if laid is None:
            return Spot(*place, 0)
        return Spot(*place, laid.position_at(at.x(), at.y() - self.column.unit_top(place)))

    def _select_to(self, point: QPointF) -> None:
        spot = self._spot_at(point)
        if spot is not None and self.selection.anchor is not None:
            self.selection.cursor = spot
            self.viewport().update()

    def _drag_on(self) -> None:
        """Scroll while a selection is drawn beyond the edge."""
        height = self.viewport().height()
        beyond = min(self._drag_point.y(), 0.0) + max(self._drag_point.y() - height, 0.0)
        if beyond:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + int(beyond / 2))
            self._select_to(QPointF(self._drag_point.x(), min(max(self._drag_point.y(), 0), height - 1)))

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._focused = None
        self._pressed = self.hot_at(event.position())
        if self._pressed is None or self._is_text_link(self._pressed):
            spot = self._spot_at(event.position())
            if spot is not None:
                is_extending = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.selection.anchor
                self.selection.set(self.selection.anchor if is_extending and self.selection.anchor else spot, spot)
                self._is_selecting = True
                self._drag.start()
        self._drag_point = event.position()
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._drag_point = event.position()
        if self._is_selecting:
            self._select_to(event.position())
        else:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        self._is_selecting = False
        self._drag.stop()
        clipboard = QGuiApplication.clipboard()
        if not self.selection.is_empty:
            if clipboard.supportsSelection():
                clipboard.setText(self.selected_text(), clipboard.Mode.Selection)
        elif pressed is not None and pressed == self.hot_at(event.position()):
            self.press(pressed)
        self._hover(event.position())
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self._spot_at(event.position())
        if spot is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.hot_at(event.position()) is not None:
            self.mousePressEvent(event)
            return
        start, end = word_around(self.column.rows[spot.row], spot.unit, spot.position)
        self.selection.set(spot._replace(position=start), spot._replace(position=end))
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        choices = menu(self)
        choices.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, slot in (
            ("Copy", self.copy),
            ("Copy as Markdown", self.copy_markdown),
            ("Quote in your message", self._quote),
        ):
            choices.addAction(text, slot).setEnabled(not self.selection.is_empty)
        choices.addSeparator()
        choices.addAction("Select all", self.select_all)
        choices.popup(event.globalPos())

    def _quote(self) -> None:
        text = self.selected_text()
        if text:
            self.quote_requested.emit(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_requested.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            self._show_tip(event.globalPos())
            return True
        return super().viewportEvent(event)

    def _show_tip(self, at: QPoint) -> None:
        hot = self.hot(self._hovered)
        if hot is None or hot.kind not in {HotKind.TEXT_LINK, HotKind.ICON}:
            QToolTip.hideText()
            return
        # As plain text: an address may look like markup.
        text = (hot.href or hot.label).replace("&", "&amp;").replace("<", "&lt;")
        QToolTip.showText(at, f"<span>{text}</span>", self.viewport())

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = _KEYS.get(Qt.Key(event.key()))
        if event.keyCombination() == _COPY_MARKDOWN:
            self.copy_markdown()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif action is not None:
            self.verticalScrollBar().triggerAction(action)
        elif self._focused is not None and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.press(self._focused)
        elif event.key() == Qt.Key.Key_Escape and not self.selection.is_empty:
            self.selection.clear()
            self.viewport().update()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is Qt.FocusReason.TabFocusReason:
            self._focused = None
            self._focus_next(forward=True)
        elif event.reason() is Qt.FocusReason.BacktabFocusReason:
            self._focused = None
            self._focus_next(forward=False)
        self.viewport().update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self.hasFocus() and self._focus_next(forward=forward):
            return True
        self._focused = None
        return super().focusNextPrevChild(forward)
