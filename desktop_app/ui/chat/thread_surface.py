"""The painted column of messages: what is in sight is laid out, painted and scrolled, at the reader's zoom."""

from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop_app.ui.chat.code_colors import Code
from desktop_app.ui.chat.column import Column, Place
from desktop_app.ui.chat.hot_paint import HotState, paint_hot
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.motion import Motion
from desktop_app.ui.chat.text_box import Wash
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import THREAD_WIDTH

_LINE_STEP: Final = 44
_SIDE_MARGIN: Final = 16
_BAR_PX: Final = 8
_NARROWEST: Final = 120
_AT_END_PX: Final = 4


class ThreadSurface(QAbstractScrollArea):
    """Shows the rows of its column; others say which rows there are.

    The column is laid out in pixels of its own, of which each is `zoom` pixels of the view; the scroll bar counts the
    column's.
    """

    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.ink = Ink(theme)
        self.column = Column(self.ink)
        self._ground = "canvas"
        self._widest = THREAD_WIDTH
        self._zoom = 1.0
        self._is_following = True
        self._is_settling = False
        self._motion = Motion(self._repaint_moving, self)
        self._pill = push_button("New text ↓", "pill")
        self._pill.setParent(self)
        self._pill.setAccessibleDescription("Goes to the end of the conversation")
        self._pill.clicked.connect(self.scroll_to_end)
        self._pill.hide()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.verticalScrollBar().setSingleStep(_LINE_STEP)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.changed.connect(self._follow_theme)
        self.ink.code_colors.ready.connect(self._recolor)

    # Where things are

    @property
    def scroll_y(self) -> int:
        """The y of the column at the top of the view."""
        return self.verticalScrollBar().value()

    @property
    def view_height(self) -> int:
        """How much of the column fits into the view."""
        return ceil(self.viewport().height() / self._zoom)

    @property
    def zoom(self) -> float:
        """How large everything is shown, 1.0 being the design's size."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Show everything larger or smaller; what is at the top stays there."""
        if zoom != self._zoom:
            self._zoom = zoom
            self._fit_column()

    def set_look(self, ground: str, widest: int = THREAD_WIDTH) -> None:
        """The token of the colour that it lies on, and how wide its column may become."""
        self._ground, self._widest = ground, widest
        self._fit_column()

    def set_top_inset(self, inset_px: int) -> None:
        """Leave so much room at the top for what lies there; what is read stays where it is, as far as it can."""
        change = inset_px - self.viewportMargins().top()
        if change:
            scroll = self.scroll_y + int(change / self._zoom)
            self.setViewportMargins(0, inset_px, 0, 0)
            if not self._is_following:
                self._set_bar(scroll)
            self._show_everything()

    def column_left(self) -> int:
        """Where the column begins; it is centred in the whole view, so that the scroll bar does not push it aside."""
        return (int(self.width() / self._zoom) - self.column.width) // 2

    def column_point(self, point: QPointF) -> QPointF:
        """A point of the viewport in the column's pixels, from the column's left and the top of the conversation."""
        return QPointF(point.x() / self._zoom - self.column_left(), point.y() / self._zoom + self.scroll_y)

    def view_rect(self, left: float, top: float, width: float, height: float) -> QRect:
        """A rectangle of the column as it lies in the viewport, grown to whole pixels."""
        x, y = (left + self.column_left()) * self._zoom, (top - self.scroll_y) * self._zoom
        return QRect(int(x), int(y), ceil(width * self._zoom) + 1, ceil(height * self._zoom) + 1)

    def rows_in_sight(self) -> range:
        """The positions of the rows of which something is in sight."""
        if not self.column.rows:
            return range(0)
        return range(self.column.find(self.scroll_y).row, self.column.find(self.scroll_y + self.view_height).row + 1)

    def sizeHint(self) -> QSize:
        return QSize(THREAD_WIDTH + 2 * _SIDE_MARGIN, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place_pill()
        self._fit_column()
        super().resizeEvent(event)
        self.resized.emit()

    def _fit_column(self) -> None:
        room = int((self.width() - 2 * _SIDE_MARGIN - _BAR_PX) / self._zoom)
        self.column.width = max(min(self._widest, room), _NARROWEST)
        self._show_everything()

    # Scrolling

    @property
    def is_at_end(self) -> bool:
        """Whether the end is in sight."""
        return self.scroll_y >= self.verticalScrollBar().maximum() - _AT_END_PX

    @property
    def is_following(self) -> bool:
        """Whether new text brings the end into sight."""
        return self._is_following

    def scroll_to_end(self) -> None:
        """Go to the end, and follow it from now on."""
        self._is_following = True
        self._show_everything()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002 - Qt's signature
        if self._is_settling:
            return
        self._is_following = self.is_at_end
        self._settle()
        if self.is_at_end:
            self._pill.hide()
        # Where heights had been guessed wrong the bar has moved, but not what is in sight.
        self._shift(dy)
        self._mind_motion()

    def _shift(self, dy: int) -> None:
        """What is in sight has moved down by `dy`; the rest is painted again."""
        if self._zoom == 1.0 and abs(dy) < self.view_height:
            self.viewport().scroll(0, dy)
        else:
            self.viewport().update()

    def _settle(self) -> int:
        """Lay out what is in sight and set the scroll bar to it; by how much the bar's value moved."""
        before = self.scroll_y
        scroll = self.column.settle(before, self.view_height, follows=self._is_following)
        self._set_bar(scroll)
        return self.scroll_y - before

    def _set_bar(self, scroll: int) -> None:
        bar = self.verticalScrollBar()
        self._is_settling = True
        bar.setPageStep(self.view_height)
        bar.setRange(0, max(self.column.height - self.view_height, 0))
        bar.setValue(scroll)
        self._is_settling = False

    def _show_everything(self) -> None:
        self._settle()
        self._pill.setVisible(self._pill.isVisible() and not self.is_at_end)
        self.viewport().update()
        self._mind_motion()

    def _show_from(self, place: Place) -> None:
        """Show that `place` and all that follows is new."""
        self.column.note_height(place.row)
        moved = self._settle()
        if moved > 0:
            self._shift(-moved)
        elif moved:
            self.viewport().update()
        top = self.column.unit_top(place) - self.scroll_y - 4
        if top < self.view_height:
            top = max(int(top * self._zoom), 0)
            self.viewport().update(0, top, self.viewport().width(), self.viewport().height())
        if self._is_following or self.is_at_end:
            self._pill.hide()
        else:
            self._pill.show()
        self._mind_motion()

    def _place_pill(self) -> None:
        self._pill.adjustSize()
        self._pill.move((self.width() - self._pill.width()) // 2, self.height() - self._pill.height() - 12)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        exposed = event.rect()
        painter.fillRect(exposed, self.ink.color(self._ground))
        painter.scale(self._zoom, self._zoom)
        scroll, left = self.scroll_y, self.column_left()
        top, bottom = int(exposed.top() / self._zoom) - 4, ceil(exposed.bottom() / self._zoom) + 5
        for place, y in self.column.visible(scroll + top, scroll + bottom):
            self._paint_unit(painter, place, left, y - scroll)
        painter.end()

    def _paint_unit(self, painter: QPainter, place: Place, left: int, top: int) -> None:
        laid = self.column.rows[place.row].laid.get(place.unit)
        if laid is None:
            return
        laid.paint(painter, self.ink, left, top, self.washes(place))
        for i, hot in enumerate(laid.hots):
            state = self.hot_state(place, i)
            if state is not None:
                paint_hot(painter, self.ink, hot, left, top, state)
        if laid.moving is not None:
            laid.moving(painter, left, top, self._motion.phase)
        if laid.caret is not None:
            x, y = round(left + laid.caret.x()) + 1, round(top + laid.caret.y()) - 8
            painter.fillRect(QRect(x, y, 2, 16), self.ink.color("accent"))

    def washes(self, place: Place) -> list[Wash]:  # noqa: ARG002 - for those that know what is selected
        """What of a unit's text is on another ground."""
        return []

    def hot_state(self, place: Place, index: int) -> HotState | None:  # noqa: ARG002 - for those that know the pointer
        """What is happening to a place to press; None where it does not show."""
        return HotState()

    def _follow_theme(self) -> None:
        self.ink.refresh()
        self.column.drop_layouts()
        self._show_everything()

    def _recolor(self, code: Code) -> None:
        if self.column.recolor(code):
            self._show_everything()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.FontChange:
            self.column.drop_layouts()
            self._show_everything()
        super().changeEvent(event)

    # What moves by itself

    def set_motion_reduced(self, reduced: bool) -> None:
        """Whether nothing may move by itself."""
        self._motion.set_reduced(reduced)
        self._mind_motion()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mind_motion()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._motion.mind(wanted=False)

    def _mind_motion(self) -> None:
        rows = self.column.rows
        self._motion.mind(self.isVisible() and any(rows[position].is_animated for position in self.rows_in_sight()))

    def _repaint_moving(self) -> None:
        for place, y in self.column.visible(self.scroll_y, self.scroll_y + self.view_height):
            laid = self.column.rows[place.row].laid.get(place.unit)
            if laid is not None and laid.moving is not None:
                self.viewport().update(self.view_rect(0, y, self.column.width, laid.height))
