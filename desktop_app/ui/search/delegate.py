"""Paints the rows of the search, hits bold."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.domain.search import Piece
from desktop_app.ui.search.list_model import ResultModel
from desktop_app.ui.search.rows import ResultKind, ResultRow
from desktop_app.ui.theme.icons import ICON_PX
from desktop_app.ui.theme.painting import paint_row_background, paint_text
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION, SMALL, UI

Index = QModelIndex | QPersistentModelIndex

MARGIN = 8
_PADDING = 8
_GAP = 10
_HEADING_PX = 28
_ONE_LINE_PX = 34
_TWO_LINES_PX = 48
_ICONS = {ResultKind.GOAL: "target", ResultKind.MESSAGE: "message-square", ResultKind.BACK: "undo-2"}


class ResultDelegate(QStyledItemDelegate):
    """Reads the theme each time it paints."""

    def __init__(self, theme: Theme, model: ResultModel, parent: QListView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        """Fixed heights, by what a row is."""
        row = self._model.row_at(index)
        if row.kind is ResultKind.HEADING:
            return QSize(0, _HEADING_PX)
        return QSize(0, _TWO_LINES_PX if row.below else _ONE_LINE_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row = self._model.row_at(index)
        outer: QRect = option.rect
        rect = outer.adjusted(MARGIN, 0, -MARGIN, 0)
        inner = rect.adjusted(_PADDING, 0, -_PADDING, 0)
        match row.kind:
            case ResultKind.HEADING:
                font = self._theme.font(CAPTION, Weight.SEMIBOLD)
                paint_text(painter, inner, row.line[0].text, font, self._theme.tokens.text_3)
            case ResultKind.NOTE:
                paint_text(painter, inner, row.line[0].text, self._theme.font(SMALL), self._theme.tokens.text_3)
            case _:
                is_current = index == self._view.currentIndex()
                fill = self._theme.tokens.selected if is_current else None
                paint_row_background(painter, rect, fill, None)
                self._paint_result(painter, inner, row)

    def _paint_result(self, painter: QPainter, rect: QRect, row: ResultRow) -> None:
        tokens = self._theme.tokens
        icon = self._theme.pixmap(_ICONS[row.kind], "text_3", ICON_PX, self._view.devicePixelRatioF())
        lines = rect.adjusted(ICON_PX + _GAP, 0, 0, 0)
        first = QRect(lines.left(), lines.top() + 4, lines.width(), 22) if row.below else lines
        painter.drawPixmap(rect.left(), first.center().y() - ICON_PX // 2 + 1, icon)
        caption = self._theme.font(CAPTION)
        paint_text(painter, first, row.hint, caption, tokens.text_3, Qt.AlignmentFlag.AlignRight)
        taken = QFontMetrics(caption).horizontalAdvance(row.hint) + _GAP if row.hint else 0
        self._paint_pieces(painter, first.adjusted(0, 0, -taken, 0), row.line)
        if row.below:
            below = QRect(lines.left(), first.bottom(), lines.width(), 18)
            paint_text(painter, below, row.below, self._theme.font(SMALL), tokens.text_2)

    def _paint_pieces(self, painter: QPainter, rect: QRect, pieces: Sequence[Piece]) -> None:
        """The pieces one after the other, as far as they fit; the last one that does ends in …."""
        left = rect.left()
        for piece in pieces:
            room = rect.right() - left
            if room <= 0:
                return
            font = self._theme.font(UI, Weight.SEMIBOLD if piece.is_hit else Weight.REGULAR)
            place = QRect(left, rect.top(), room, rect.height())
            metrics = QFontMetrics(font)
            painter.setFont(font)
            painter.setPen(QColor(self._theme.tokens.text))
            flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
            painter.drawText(place, flags, metrics.elidedText(piece.text, Qt.TextElideMode.ElideRight, room))
            left += metrics.horizontalAdvance(piece.text)
