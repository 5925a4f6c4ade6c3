"""The spans of a trace as a tree with bars along the time: waiting, writing, tools."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from desktop_app.tracing.index import ordered
from desktop_app.tracing.records import Kind, Outcome, SpanRecord
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import CAPTION
from desktop_app.ui.traces.words import KIND_ICONS, parts_words, seconds, span_name

_ROW: Final = 38
_NAME_PX: Final = 248
_BAR: Final = 12
_LEAST: Final = 3.0
_SPAN: Final = Qt.ItemDataRole.UserRole
_LABEL_PX: Final = 64


class Waterfall(QTreeWidget):
    """A tree that arrows go through; `span_chosen` gives the place of a span among those that are shown."""

    span_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.spans: list[SpanRecord] = []
        self.setAccessibleName("Spans of the turn")
        self.setColumnCount(2)
        self.setHeaderLabels(["Span", "Time"])
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(16)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.header().resizeSection(0, _NAME_PX)
        self.header().setStretchLastSection(True)
        self._bars = _Bars(theme, self)
        self.setItemDelegateForColumn(1, self._bars)
        self.currentItemChanged.connect(self._choose)
        theme.changed.connect(self._redraw)

    def show_spans(self, spans: Sequence[SpanRecord]) -> None:
        """Show these, the first as the whole length of the time; what was chosen stays chosen, by its place."""
        current: QTreeWidgetItem | None = self.currentItem()
        chosen = current.data(0, _SPAN) if current is not None else 0
        self.blockSignals(True)
        self.clear()
        self.spans = []
        above: list[QTreeWidgetItem] = []
        items: list[QTreeWidgetItem] = []
        for depth, span in ordered(list(spans)):
            del above[depth:]
            item = QTreeWidgetItem(above[-1] if above else self, [span_name(span), ""])
            if not above:
                self.addTopLevelItem(item)
            item.setIcon(
                0, self._theme.icon(KIND_ICONS.get(Kind(span.kind), "activity") if _known(span) else "activity")
            )
            item.setData(0, _SPAN, len(self.spans))
            item.setData(1, _SPAN, len(self.spans))
            item.setData(1, Qt.ItemDataRole.AccessibleTextRole, parts_words(span))
            item.setToolTip(1, parts_words(span))
            item.setSizeHint(0, QSize(_NAME_PX, _ROW))
            self.spans.append(span)
            above.append(item)
            items.append(item)
        self.expandAll()
        self._bars.show_time(self.spans)
        self.blockSignals(False)
        if items:
            self.setCurrentItem(items[min(int(chosen), len(items) - 1)])
        height = self.header().sizeHint().height() + _ROW * min(max(len(items), 2), 10) + 4
        self.setFixedHeight(height)

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.span_chosen.emit(int(item.data(0, _SPAN)))

    def _redraw(self) -> None:
        self.show_spans(list(self.spans))


class _Bars(QStyledItemDelegate):
    def __init__(self, theme: Theme, tree: Waterfall) -> None:
        super().__init__(tree)
        self._theme, self._tree = theme, tree
        self._begin = self._length = 0.0

    def show_time(self, spans: Sequence[SpanRecord]) -> None:
        starts = [_moment(span.started_at) for span in spans]
        self._begin = min(starts, default=0.0)
        self._length = max((_moment(span.ended_at) for span in spans), default=0.0) - self._begin

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        place = index.data(_SPAN)
        rect = option.rect
        if place is None or self._length <= 0:
            return
        span = self._tree.spans[int(place)]
        room = QRectF(rect).adjusted(4, 0, -_LABEL_PX, 0)
        left = room.left() + (_moment(span.started_at) - self._begin) / self._length * room.width()
        width = max(span.duration_ms / 1000 / self._length * room.width(), _LEAST)
        bar = QRectF(left, room.center().y() - _BAR / 2, width, _BAR)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_bar(painter, span, bar)
        painter.setFont(self._theme.font(CAPTION))
        painter.setPen(self._theme.color("danger" if span.outcome == Outcome.FAILED else "text_2"))
        words = seconds(span.duration_ms)
        beside = QRectF(bar.right() + 6, rect.top(), _LABEL_PX + 40, rect.height())
        if beside.left() + QFontMetricsF(painter.font()).horizontalAdvance(words) > rect.right():
            beside = QRectF(bar.left() - _LABEL_PX - 6, rect.top(), _LABEL_PX, rect.height())
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        else:
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def _paint_bar(self, painter: QPainter, span: SpanRecord, bar: QRectF) -> None:
        """Waiting is an outline, writing is filled, a tool is dark, a turn is a thin line: not told by colour alone."""
        painter.setPen(Qt.PenStyle.NoPen)
        if span.kind == Kind.TURN:
            painter.setBrush(self._theme.color("text_3"))
            painter.drawRoundedRect(QRectF(bar.left(), bar.center().y() - 3, bar.width(), 6), 3, 3)
            return
        if span.kind != Kind.GENERATION:
            painter.setBrush(self._theme.color("text"))
            painter.drawRoundedRect(bar, 2, 2)
            return
        waited = min(span.time_to_first_token_ms or 0, span.duration_ms)
        share = waited / span.duration_ms if span.duration_ms else 0.0
        waiting = QRectF(bar.left(), bar.top(), bar.width() * share, bar.height())
        painter.setBrush(self._theme.color("danger" if span.outcome == Outcome.FAILED else "accent"))
        painter.drawRoundedRect(bar.adjusted(waiting.width(), 0, 0, 0), 2, 2)
        if waiting.width() > 1:
            painter.setPen(QPen(self._theme.color("accent"), 1))
            painter.setBrush(self._theme.color("accent_tint"))
            painter.drawRoundedRect(waiting.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)


def _known(span: SpanRecord) -> bool:
    return span.kind in set(Kind)


def _moment(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
