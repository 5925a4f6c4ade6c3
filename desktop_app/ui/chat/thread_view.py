"""The thread with pointer and keyboard: selecting, copying, pressing, reading on."""

from typing import Final, NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
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
)
from PySide6.QtWidgets import QAbstractSlider, QToolTip, QWidget

from desktop_app.ui.chat.accessible import install
from desktop_app.ui.chat.card_rows import FooterRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.display import Hot, HotKind
from desktop_app.ui.chat.hot_paint import HotState
from desktop_app.ui.chat.plain_rows import BubbleRow, ReasoningRow
from desktop_app.ui.chat.rows import COPY_CODE, FOLD
from desktop_app.ui.chat.selection import Spot, selected_text, word_around
from desktop_app.ui.chat.thread_surface import ThreadSurface
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


class HotSpot(NamedTuple):
    """A place to press: the key of its row, the unit, and which of the unit's."""

    key: int
    unit: int
    number: int


class ThreadView(ThreadSurface):
    """The conversation. Links are only reported: whoever listens decides whether to open them."""

    action_requested = Signal(int, str)
    link_activated = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        theme.load_more_fonts()
        super().__init__(theme, parent)
        self._hovered: HotSpot | None = None
        self._pressed: HotSpot | None = None
        self._focused: HotSpot | None = None
        self._copied: HotSpot | None = None
        self._hovered_row: int | None = None
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

    def finish_text(self, key: int) -> None:
        """As in the surface; the finished reply is also announced to a screen reader."""
        super().finish_text(key)
        position = self.column.position(key)
        if position is None or not QAccessible.isActive():
            return
        row = self.column.rows[position]
        if isinstance(row, CoachRow):
            text = "\n".join(row.copied(unit, 0, None) for unit in range(row.count()))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"Coach: {text}"))

    def _settle(self) -> int:
        moved = super()._settle()
        if QAccessible.isActive():
            in_sight = [self.column.rows[position].key for position in self.rows_in_sight()]
            if in_sight != self._told_in_sight:
                self._told_in_sight = in_sight
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.ObjectReorder))
        return moved

    # Selection

    def selected_text(self) -> str:
        """What is selected, as plain text."""
        return selected_text(self.column, self.selection)

    def select_all(self) -> None:
        """Select the whole conversation."""
        if self.column.rows:
            self.selection.set(Spot(0, 0, 0), Spot(len(self.column) - 1, 1 << 30, 1 << 30))
            self.viewport().update()

    def copy(self) -> None:
        """Put what is selected on the clipboard."""
        text = self.selected_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def _spot_at(self, point: QPointF) -> Spot | None:
        if not self.column.rows:
            return None
        y = int(point.y()) + self.verticalScrollBar().value()
        place = self.column.find(max(min(y, self.column.height - 1), 0))
        laid = self.column.rows[place.row].laid.get(place.unit)
        if laid is None:
            return Spot(*place, 0)
        inner = y - self.column.unit_top(place)
        return Spot(*place, laid.position_at(point.x() - self.column_left(), inner))

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

    # Places to press

    def hot_state(self, place: Place, index: int) -> HotState | None:
        row = self.column.rows[place.row]
        spot = HotSpot(row.key, place.unit, index)
        if isinstance(row, FooterRow) and spot != self._focused and not self._shows_footer(place.row):
            return None
        return HotState(
            spot == self._hovered,
            spot == self._pressed and spot == self._hovered,
            spot == self._focused and self.hasFocus(),
            spot == self._copied,
        )

    def _shows_footer(self, position: int) -> bool:
        """A footer's icons show while the pointer or the focus is in its turn."""
        at = self._hovered_row
        if self._focused is not None and self.hasFocus():
            focused_at = self.column.position(self._focused.key)
            at = focused_at if focused_at == position else at
        if at is None or at > position or at >= len(self.column):
            return False
        return not any(isinstance(row, BubbleRow) for row in self.column.rows[at + 1 : position + 1])

    def _hot_at(self, point: QPointF) -> HotSpot | None:
        if not self.column.rows:
            return None
        scroll = self.verticalScrollBar().value()
        x = point.x() - self.column_left()
        for place, top in self.column.visible(scroll + int(point.y()) - 4, scroll + int(point.y()) + 5):
            laid = self.column.rows[place.row].laid.get(place.unit)
            inner = QPointF(x, point.y() + scroll - top)
            for i, hot in enumerate(laid.hots if laid is not None else ()):
                if any(rect.contains(inner) for rect in hot.lines or (hot.rect,)):
                    return HotSpot(self.column.rows[place.row].key, place.unit, i)
        return None

    def _hot(self, spot: HotSpot | None) -> Hot | None:
        position = None if spot is None else self.column.position(spot.key)
        if spot is None or position is None:
            return None
        laid = self.column.rows[position].laid.get(spot.unit)
        return laid.hots[spot.number] if laid is not None and spot.number < len(laid.hots) else None

    def _press(self, spot: HotSpot) -> None:
        hot = self._hot(spot)
        position = self.column.position(spot.key)
        if hot is None or position is None or not hot.enabled:
            return
        row = self.column.rows[position]
        if hot.kind is HotKind.TEXT_LINK:
            self.link_activated.emit(hot.href)
        elif hot.id == FOLD and isinstance(row, ReasoningRow):
            row.toggle()
            self._is_following = self._is_following and self.is_at_end and position == len(self.column) - 1
            self._show_from(Place(position, 0))
        elif hot.id.startswith(COPY_CODE) and isinstance(row, CoachRow):
            QGuiApplication.clipboard().setText(row.code_at(spot.unit))
            self._copied = spot
            self.viewport().update()
        else:
            self.action_requested.emit(spot.key, hot.id)

    def _hover(self, point: QPointF | None) -> None:
        spot = None if point is None else self._hot_at(point)
        row = None
        if point is not None and self.column.rows:
            row = self.column.find(int(point.y()) + self.verticalScrollBar().value()).row
        if spot == self._hovered and row == self._hovered_row:
            return
        if spot != self._hovered:
            self._copied = None
        self._hovered, self._hovered_row = spot, row
        hot = self._hot(spot)
        if hot is not None and hot.enabled:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().update()

    # Pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._focused = None
        self._pressed = self._hot_at(event.position())
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
        elif pressed is not None and pressed == self._hot_at(event.position()):
            self._press(pressed)
        self._hover(event.position())
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self._spot_at(event.position())
        if spot is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._hot_at(event.position()) is not None:
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
        copying = choices.addAction("Copy", self.copy)
        copying.setEnabled(not self.selection.is_empty)
        choices.addAction("Select all", self.select_all)
        choices.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            self._show_tip(event.globalPos())
            return True
        return super().viewportEvent(event)

    def _show_tip(self, at: QPoint) -> None:
        hot = self._hot(self._hovered)
        if hot is None or hot.kind not in {HotKind.TEXT_LINK, HotKind.ICON}:
            QToolTip.hideText()
            return
        # As plain text: an address may look like markup.
        text = (hot.href or hot.label).replace("&", "&amp;").replace("<", "&lt;")
        QToolTip.showText(at, f"<span>{text}</span>", self.viewport())

    def _is_text_link(self, spot: HotSpot) -> bool:
        hot = self._hot(spot)
        return hot is not None and hot.kind is HotKind.TEXT_LINK

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = _KEYS.get(Qt.Key(event.key()))
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif action is not None:
            self.verticalScrollBar().triggerAction(action)
        elif self._focused is not None and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._press(self._focused)
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

    @property
    def focused_action(self) -> str:
        """The label of what the keyboard's focus is on, or empty."""
        hot = self._hot(self._focused)
        return "" if hot is None else hot.label

    def _focus_next(self, *, forward: bool) -> bool:
        """Give the focus to the next place to press in sight; whether there was one."""
        spots = self._spots_in_sight()
        if not forward:
            spots.reverse()
        at = spots.index(self._focused) + 1 if self._focused in spots else 0
        if at >= len(spots):
            return False
        self._focused = spots[at]
        self.setAccessibleDescription(self.focused_action)
        self.viewport().update()
        return True

    def _spots_in_sight(self) -> list[HotSpot]:
        scroll = self.verticalScrollBar().value()
        view = QRectF(0, 0, self.viewport().width(), self.viewport().height())
        spots = []
        for place, top in self.column.visible(scroll, scroll + self.viewport().height()):
            row = self.column.rows[place.row]
            laid = row.laid.get(place.unit)
            for i, hot in enumerate(laid.hots if laid is not None else ()):
                rect = hot.rect.translated(self.column_left(), top - scroll)
                if hot.enabled and view.contains(rect.center()):
                    spots.append(HotSpot(row.key, place.unit, i))
        return spots
