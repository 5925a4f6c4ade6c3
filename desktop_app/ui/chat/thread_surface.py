"""The painted column of messages: what is in sight is laid out, text streams in by frames, the end is followed."""

from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.code_colors import Code
from desktop_app.ui.chat.column import Column, Place
from desktop_app.ui.chat.hot_paint import HotState, paint_hot
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import ThreadItem, YouItem
from desktop_app.ui.chat.plain_rows import ReasoningRow
from desktop_app.ui.chat.selection import Selection
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import THREAD_WIDTH

FRAME_MS = 33
_STEP_MS = 120
_LINE_STEP = 44
_SIDE_MARGIN = 16
_AT_END_PX = 4


class ThreadSurface(QAbstractScrollArea):
    """Shows items; knows nothing of pointer and keyboard, which `ThreadView` adds."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.ink = Ink(theme)
        self.column = Column(self.ink)
        self.selection = Selection()
        self._fresh: dict[int, list[str]] = {}
        self._is_following = True
        self._is_settling = False
        self._last_frame_at = 0.0
        self._frame_cost_s = 0.0
        self._phase = 0
        self._is_motion_reduced = False
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.timeout.connect(self.flush)
        self._motion = QTimer(self)
        self._motion.setInterval(_STEP_MS)
        self._motion.timeout.connect(self._move)
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

    # What is shown

    def set_items(self, items: Sequence[ThreadItem]) -> None:
        """Open a conversation, at its end. Text still waiting for a frame is dropped."""
        self._fresh.clear()
        self._frame.stop()
        self.selection.clear()
        self.column.set_items(items)
        self._is_following = True
        self._show_everything()

    def append_item(self, item: ThreadItem) -> None:
        """Add an item at the end. What the person says is always brought into sight."""
        self.flush()
        if isinstance(item, YouItem):
            self._is_following = True
        self._show_from(Place(self.column.append(item), 0))

    def append_text(self, key: int, piece: str) -> None:
        """Add to a text that streams; pieces are shown together, at most once a frame. Unknown keys are ignored."""
        if not piece:
            return
        self._fresh.setdefault(key, []).append(piece)
        if self._frame.isActive():
            return
        wait_ms = max(FRAME_MS, self._frame_cost_s * 4000) - (perf_counter() - self._last_frame_at) * 1000
        if wait_ms <= 0:
            self.flush()
        else:
            self._frame.start(int(wait_ms) + 1)

    def replace_item(self, item: ThreadItem) -> None:
        """Put an item in the place of the one with the same key; unknown keys are ignored."""
        self.flush()
        position = self.column.replace(item)
        if position is not None:
            self._show_from(Place(position, 0))

    def remove_item(self, key: int) -> None:
        """Take an item out; unknown keys are ignored."""
        self._fresh.pop(key, None)
        position = self.column.remove(key)
        if position is not None:
            self.selection.clear()
            self._show_everything()

    def finish_text(self, key: int) -> None:
        """A stream is over: the caret goes, and the text is what one parse of the whole gives."""
        self.flush()
        row = self._row(key)
        if isinstance(row, CoachRow):
            self._show_changed(key, row.finish())

    def flush(self) -> None:
        """Show all text that waits for a frame."""
        self._frame.stop()
        if not self._fresh:
            return
        began = perf_counter()
        for key, pieces in self._fresh.items():
            self._take_text(key, "".join(pieces))
        self._fresh.clear()
        self._last_frame_at = perf_counter()
        self._frame_cost_s = self._last_frame_at - began

    def _take_text(self, key: int, text: str) -> None:
        row = self._row(key)
        if isinstance(row, CoachRow):
            row.append(text)
            self._show_changed(key, row.refresh())
        elif isinstance(row, ReasoningRow):
            self._show_changed(key, row.append(text))

    def _row(self, key: int) -> object:
        position = self.column.position(key)
        return None if position is None else self.column.rows[position]

    # Where it is shown

    @property
    def is_at_end(self) -> bool:
        """Whether the end is in sight."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _AT_END_PX

    @property
    def is_following(self) -> bool:
        """Whether new text brings the end into sight."""
        return self._is_following

    def scroll_to_end(self) -> None:
        """Go to the end, and follow it from now on."""
        self._is_following = True
        self._show_everything()

    def set_motion_reduced(self, reduced: bool) -> None:
        """Whether nothing may move by itself."""
        self._is_motion_reduced = reduced
        self._mind_motion()

    def column_left(self) -> int:
        """Where the column begins; it is centred in the whole view, so that the scroll bar does not push it aside."""
        return (self.width() - self.column.width) // 2

    def sizeHint(self) -> QSize:
        return QSize(THREAD_WIDTH + 2 * _SIDE_MARGIN, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.column.width = max(min(THREAD_WIDTH, self.width() - 2 * _SIDE_MARGIN - 8), 120)
        self._place_pill()
        self._show_everything()
        super().resizeEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002 - Qt's signature
        if self._is_settling:
            return
        self._is_following = self.is_at_end
        aim = self.verticalScrollBar().value()
        self._settle()
        if self.is_at_end:
            self._pill.hide()
        # Where heights had been guessed wrong the bar has moved, but not what is in sight.
        if abs(dy) < self.viewport().height() and aim >= 0:
            self.viewport().scroll(0, dy)
        else:
            self.viewport().update()
        self._mind_motion()

    def _settle(self) -> int:
        """Lay out what is in sight and set the scroll bar to it; by how much the bar's value moved."""
        bar = self.verticalScrollBar()
        before = bar.value()
        view_height = self.viewport().height()
        scroll = self.column.settle(before, view_height, follows=self._is_following)
        self._is_settling = True
        bar.setPageStep(view_height)
        bar.setRange(0, max(self.column.height - view_height, 0))
        bar.setValue(scroll)
        self._is_settling = False
        return bar.value() - before

    def _show_everything(self) -> None:
        self._settle()
        self._pill.setVisible(self._pill.isVisible() and not self.is_at_end)
        self.viewport().update()
        self._mind_motion()

    def _show_changed(self, key: int, unit: int) -> None:
        position = self.column.position(key)
        if position is not None:
            self._show_from(Place(position, unit))

    def _show_from(self, place: Place) -> None:
        """Show that `place` and all that follows is new."""
        self.column.note_height(place.row)
        moved = self._settle()
        view_height = self.viewport().height()
        if 0 < moved < view_height:
            self.viewport().scroll(0, -moved)
        elif moved:
            self.viewport().update()
        top = self.column.unit_top(place) - self.verticalScrollBar().value() - 4
        if top < view_height:
            self.viewport().update(0, max(top, 0), self.viewport().width(), view_height)
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
        painter.fillRect(exposed, self.ink.color("canvas"))
        scroll = self.verticalScrollBar().value()
        left = self.column_left()
        for place, y in self.column.visible(scroll + exposed.top() - 4, scroll + exposed.bottom() + 5):
            self._paint_unit(painter, place, left, y - scroll)
        painter.end()

    def _paint_unit(self, painter: QPainter, place: Place, left: int, top: int) -> None:
        laid = self.column.rows[place.row].laid.get(place.unit)
        if laid is None:
            return
        laid.paint(painter, self.ink, left, top, self.selection.within(*place))
        for i, hot in enumerate(laid.hots):
            state = self.hot_state(place, i)
            if state is not None:
                paint_hot(painter, self.ink, hot, left, top, state)
        if laid.moving is not None:
            laid.moving(painter, left, top, self._phase)
        if laid.caret is not None:
            x, y = round(left + laid.caret.x()) + 1, round(top + laid.caret.y()) - 8
            painter.fillRect(QRect(x, y, 2, 16), self.ink.color("accent"))

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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mind_motion()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._motion.stop()

    def _animated(self) -> list[tuple[int, int]]:
        scroll = self.verticalScrollBar().value()
        return [
            (y - scroll, self.column.rows[place.row].laid[place.unit].height)
            for place, y in self.column.visible(scroll, scroll + self.viewport().height())
            if self.column.rows[place.row].is_animated and place.unit in self.column.rows[place.row].laid
        ]

    def _mind_motion(self) -> None:
        wanted = (
            not self._is_motion_reduced
            and self.isVisible()
            and any(self.column.rows[position].is_animated for position in self.rows_in_sight())
        )
        if wanted != self._motion.isActive():
            if wanted:
                self._motion.start()
            else:
                self._motion.stop()

    def rows_in_sight(self) -> range:
        """The positions of the rows of which something is in sight."""
        if not self.column.rows:
            return range(0)
        scroll = self.verticalScrollBar().value()
        last = self.column.find(scroll + self.viewport().height()).row
        return range(self.column.find(scroll).row, last + 1)

    def _move(self) -> None:
        self._phase += 1
        for top, height in self._animated():
            self.viewport().update(0, top, self.viewport().width(), height)
