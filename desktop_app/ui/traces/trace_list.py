"""The list of traces, by day, the newest first."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop_app.tracing.index import TraceHead
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.theme.painting import DotLook, paint_dot, paint_text
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION, RADIUS_CONTROL, SMALL, UI
from desktop_app.ui.traces.words import UNTITLED, cost_words, day_words, local, seconds, state_words

_ROW: Final = 50
_DAY: Final = 30
_HEAD: Final = Qt.ItemDataRole.UserRole
_MOST: Final = 500


class TraceList(QListWidget):
    """`trace_chosen` gives the id of a trace. Of very many the newest are listed; searching finds the others."""

    trace_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trace_list")
        self.setAccessibleName("Traces")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Rows(theme, self))
        self.currentItemChanged.connect(self._choose)

    def show_heads(self, heads: Sequence[TraceHead], today: date, chosen: str) -> None:
        """List these; the one with the id `chosen` stays chosen where it is among them."""
        self.blockSignals(True)
        self.clear()
        day: date | None = None
        for head in heads[:_MOST]:
            began = local(head.started_at).date() if head.started_at else today
            if began != day:
                day = began
                heading = QListWidgetItem(day_words(day, today, self.locale()), self)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
            item = QListWidgetItem(printable(head.title) or UNTITLED, self)
            item.setData(_HEAD, head)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(head))
            item.setToolTip(printable(head.title))
            if head.trace_id == chosen:
                self.setCurrentItem(item)
        self.blockSignals(False)

    def choose(self, trace_id: str) -> bool:
        """Choose one; whether it is listed."""
        for row in range(self.count()):
            head = self.item(row).data(_HEAD)
            if isinstance(head, TraceHead) and head.trace_id == trace_id:
                self.setCurrentRow(row)
                return True
        return False

    def choose_first(self) -> None:
        """Choose the newest."""
        for row in range(self.count()):
            if self.item(row).data(_HEAD) is not None:
                self.setCurrentRow(row)
                return

    def _choose(self, item: QListWidgetItem | None) -> None:
        head = item.data(_HEAD) if item is not None else None
        if isinstance(head, TraceHead):
            self.trace_chosen.emit(head.trace_id)


class _Rows(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, _ROW if isinstance(index.data(_HEAD), TraceHead) else _DAY)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        head = index.data(_HEAD)
        rect: QRect = option.rect
        if not isinstance(head, TraceHead):
            day = rect.adjusted(16, 8, -8, 0)
            paint_text(painter, day, str(index.data()), self._theme.font(CAPTION), self._theme.tokens.text_2)
            return
        self._paint_ground(painter, option, rect.adjusted(8, 1, -8, -1))
        self._paint_lines(painter, head, str(index.data()), rect)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        state: QStyle.StateFlag = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if is_selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(self._theme.color("selected" if is_selected else "hover"))
            painter.drawRoundedRect(rect, RADIUS_CONTROL, RADIUS_CONTROL)
        if is_selected and state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)
        painter.restore()

    def _paint_lines(self, painter: QPainter, head: TraceHead, title: str, rect: QRect) -> None:
        tokens, small = self._theme.tokens, self._theme.font(SMALL)
        look = DotLook.FAILED if head.is_failed else DotLook.NOT_SET_UP if head.is_running else DotLook.WORKING
        paint_dot(painter, QPointF(rect.left() + 21, rect.top() + 16), tokens, look)
        first, second = rect.adjusted(32, 5, -16, -25), rect.adjusted(32, 25, -16, -5)
        took, end = _right_words(head)
        metrics = QFontMetrics(small)
        right = Qt.AlignmentFlag.AlignRight
        room = metrics.horizontalAdvance(took) + 8
        strong = self._theme.font(UI, Weight.MEDIUM)
        paint_text(painter, first.adjusted(0, 0, -room, 0), title, strong, tokens.text)
        paint_text(painter, first, took, small, tokens.text_2, right)
        room = metrics.horizontalAdvance(end) + 8
        paint_text(painter, second.adjusted(0, 0, -room, 0), _under(head), small, tokens.text_2)
        paint_text(painter, second, end, small, tokens.danger if head.is_failed else tokens.text_2, right)


def _right_words(head: TraceHead) -> tuple[str, str]:
    took = "running" if head.is_running else seconds(head.duration_ms)
    return took, head.error_kind.replace("_", " ") if head.is_failed else cost_words(head)


def _under(head: TraceHead) -> str:
    return f"{head.model or head.provider} · {local(head.started_at):%H:%M}" if head.started_at else head.model


def _spoken(head: TraceHead) -> str:
    words = (head.title or UNTITLED, state_words(head), *_right_words(head), _under(head))
    return ", ".join(part for part in words if part)
