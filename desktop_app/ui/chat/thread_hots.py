"""The thread's places to press: which is under the pointer, which has the focus, what pressing it does."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.chat.display import Hot, HotKind
from desktop_app.ui.chat.hot_paint import HotState
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.rows import COPY_CODE, FOLD
from desktop_app.ui.chat.thread_text import ReadableThread
from desktop_app.ui.theme.theme import Theme


class HotSpot(NamedTuple):
    """A place to press: the key of its row, the unit, and which of the unit's."""

    key: int
    unit: int
    number: int


class PressableThread(ReadableThread):
    """Links are only reported: whoever listens decides whether to open them."""

    action_requested = Signal(int, str)
    link_activated = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._hovered: HotSpot | None = None
        self._pressed: HotSpot | None = None
        self._focused: HotSpot | None = None
        self._copied: HotSpot | None = None
        self._hovered_row: int | None = None

    def hot_state(self, place: Place, index: int) -> HotState | None:
        row = self.column.rows[place.row]
        spot = HotSpot(row.key, place.unit, index)
        hot = row.laid[place.unit].hots[index]
        if hot.is_quiet and spot != self._focused and not self._shows_quiet(place.row):
            return None
        return HotState(
            spot == self._hovered,
            spot == self._pressed and spot == self._hovered,
            spot == self._focused and self.hasFocus(),
            spot == self._copied,
        )

    def _shows_quiet(self, position: int) -> bool:
        """What is quiet shows while the pointer or the focus is in its turn; in the person's words on them alone."""
        at = self._hovered_row
        if self._focused is not None and self.hasFocus():
            focused_at = self.column.position(self._focused.key)
            at = focused_at if focused_at == position else at
        if at is None or at > position or at >= len(self.column):
            return False
        if isinstance(self.column.rows[position], BubbleRow):
            return at == position
        return not any(isinstance(row, BubbleRow) for row in self.column.rows[at + 1 : position + 1])

    def hot_at(self, point: QPointF) -> HotSpot | None:
        """The place to press at a point of the viewport."""
        if not self.column.rows:
            return None
        at = self.column_point(point)
        for place, top in self.column.visible(int(at.y()) - 4, int(at.y()) + 5):
            laid = self.column.rows[place.row].laid.get(place.unit)
            inner = QPointF(at.x(), at.y() - top)
            for i, hot in enumerate(laid.hots if laid is not None else ()):
                if any(rect.contains(inner) for rect in hot.lines or (hot.rect,)):
                    return HotSpot(self.column.rows[place.row].key, place.unit, i)
        return None

    def hot(self, spot: HotSpot | None) -> Hot | None:
        """What is to press there, if it still is."""
        row = None if spot is None else self.row(spot.key)
        if spot is None or row is None:
            return None
        laid = row.laid.get(spot.unit)
        return laid.hots[spot.number] if laid is not None and spot.number < len(laid.hots) else None

    def press(self, spot: HotSpot) -> None:
        """Do what is to be done there."""
        hot = self.hot(spot)
        position = self.column.position(spot.key)
        if hot is None or position is None or not hot.enabled:
            return
        row = self.column.rows[position]
        if hot.kind is HotKind.TEXT_LINK:
            self.link_activated.emit(hot.href)
        elif hot.id == FOLD and isinstance(row, ReasoningRow):
            self.turn_fold(position, row)
        elif hot.id.startswith(COPY_CODE) and isinstance(row, CoachRow):
            QGuiApplication.clipboard().setText(row.code_at(spot.unit))
            self._copied = spot
            self.viewport().update()
        else:
            self.action_requested.emit(spot.key, hot.id)

    def _hover(self, point: QPointF | None) -> None:
        spot = None if point is None else self.hot_at(point)
        row = None
        if point is not None and self.column.rows:
            row = self.column.find(int(self.column_point(point).y())).row
        if spot == self._hovered and row == self._hovered_row:
            return
        if spot != self._hovered:
            self._copied = None
        self._hovered, self._hovered_row = spot, row
        hot = self.hot(spot)
        if hot is not None and hot.enabled:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.viewport().update()

    def _is_text_link(self, spot: HotSpot) -> bool:
        hot = self.hot(spot)
        return hot is not None and hot.kind is HotKind.TEXT_LINK

    # The keyboard's focus

    @property
    def focused_action(self) -> str:
        """The label of what the keyboard's focus is on, or empty."""
        hot = self.hot(self._focused)
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
        spots = []
        for place, top in self.column.visible(self.scroll_y, self.scroll_y + self.view_height):
            row = self.column.rows[place.row]
            laid = row.laid.get(place.unit)
            for i, hot in enumerate(laid.hots if laid is not None else ()):
                rect = QRectF(hot.rect).translated(0, top - self.scroll_y)
                if hot.enabled and 0 <= rect.center().y() < self.view_height:
                    spots.append(HotSpot(row.key, place.unit, i))
        return spots
