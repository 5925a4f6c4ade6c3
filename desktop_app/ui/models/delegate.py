"""Paints the rows of the model list."""

from typing import Final, assert_never

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.domain.providers import HealthState, ModelInfo
from desktop_app.ui.models.fetch_rows import FetchRow, NameRow
from desktop_app.ui.models.list_model import ListRole
from desktop_app.ui.models.model_pill import DOTS
from desktop_app.ui.models.rows import (
    AdviceRow,
    ListRow,
    ModelRow,
    ProviderRow,
    context_words,
    price_words,
)
from desktop_app.ui.theme.icons import ICON_PX
from desktop_app.ui.theme.painting import (
    DOT_PX,
    paint_dot,
    paint_paragraph,
    paint_row_background,
    paint_text,
    paragraph_height,
)
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CONTROL_SMALL, SMALL, UI

Index = QModelIndex | QPersistentModelIndex

MARGIN = 6
PADDING = 10
NAME_LEFT = 34
CONTEXT_RIGHT = 248  # ends of the columns, from the right edge of the row
INPUT_RIGHT = 174
OUTPUT_RIGHT = 98
_ABILITY_PX = 20
_BAR_WIDTH = 120
_BAR_HEIGHT = 4
_SQUARE_PX = 10
_ADVICE_BELOW = 10
_BUTTON_PADDING = 9
_FETCH_GAP = 10
_HEIGHTS: Final = {ProviderRow: 36, ModelRow: 32, FetchRow: 32, NameRow: 32}
_ABILITIES = ("wrench", "eye", "brain")


class ModelListDelegate(QStyledItemDelegate):
    """Reads the theme each time it paints."""

    def __init__(self, theme: Theme, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        """Fixed heights; advice as high as its lines."""
        row, width = _row(index), self._view.viewport().width()
        if not isinstance(row, AdviceRow):
            return QSize(width, _HEIGHTS[type(row)])
        space = width - 2 * MARGIN - NAME_LEFT - PADDING
        height = paragraph_height(row.text, self._theme.font(SMALL), SMALL.line_px, space)
        return QSize(width, height + _ADVICE_BELOW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row = _row(index)
        rect = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        if option.state & QStyle.StateFlag.State_Selected:
            paint_row_background(painter, rect, self._theme.tokens.hover, None)
        match row:
            case ProviderRow():
                self._paint_provider(painter, rect.adjusted(PADDING, 0, -PADDING, 0), row)
            case ModelRow():
                self._paint_model(painter, rect, row)
            case FetchRow():
                self._paint_fetch(painter, rect, row)
            case NameRow():
                name = rect.adjusted(NAME_LEFT, 0, -PADDING, 0)
                paint_text(painter, name, row.label, self._theme.font(UI), self._theme.tokens.accent)
            case AdviceRow():
                words = rect.adjusted(NAME_LEFT, 0, -PADDING, 0)
                font = self._theme.font(SMALL)
                color = self._theme.tokens.danger if row.is_error else self._theme.tokens.text_3
                paint_paragraph(painter, words, row.text, font, SMALL.line_px, color)
            case _:
                assert_never(row)

    def _paint_provider(self, painter: QPainter, rect: QRect, row: ProviderRow) -> None:
        tokens, health = self._theme.tokens, row.entry.health
        middle = rect.center().y() + 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(tokens, f"c_{row.entry.name}", tokens.text_3)))
        square = QRectF(rect.left(), middle - _SQUARE_PX / 2, _SQUARE_PX, _SQUARE_PX)
        painter.drawRoundedRect(square, 3, 3)
        painter.restore()
        font = self._theme.font(UI, Weight.SEMIBOLD)
        name = rect.adjusted(_SQUARE_PX + 7, 0, 0, 0)
        paint_text(painter, name, row.entry.label, font, tokens.text)
        dot_left = name.left() + QFontMetrics(font).horizontalAdvance(row.entry.label) + 12
        paint_dot(painter, QPointF(dot_left + DOT_PX / 2, middle), tokens, DOTS[health.state], DOT_PX - 1)
        words = rect.adjusted(dot_left - rect.left() + DOT_PX + 6, 0, 0, 0)
        if health.progress is not None:
            words.adjust(0, 0, -_BAR_WIDTH - 12, 0)
            self._paint_bar(painter, rect, health.progress)
        if row.action:
            button = self._paint_button(painter, rect, row.action)
            words.setRight(button.left() - 8)
        color = tokens.danger if health.state in {HealthState.FAILED, HealthState.PAUSED} else tokens.text_3
        paint_text(painter, words, health.text, self._theme.font(SMALL), color)

    def _paint_fetch(self, painter: QPainter, rect: QRect, row: FetchRow) -> None:
        tokens, place = self._theme.tokens, rect.adjusted(NAME_LEFT, 0, -PADDING, 0)
        left = place.right() + 1
        if row.action:
            left = self._paint_button(painter, place, row.action).left() - _FETCH_GAP
        if row.share is not None:
            self._paint_bar(painter, QRect(place.left(), place.top(), left - place.left(), place.height()), row.share)
            left -= _BAR_WIDTH + _FETCH_GAP
        words_font, name_font = self._theme.font(SMALL), self._theme.font(UI)
        width = min(QFontMetrics(words_font).horizontalAdvance(row.words) + 1, (left - place.left()) * 3 // 4)
        words = QRect(left - width, place.top(), width, place.height())
        paint_text(painter, words, row.words, words_font, tokens.danger if row.error else tokens.text_3)
        name = QRect(place.left(), place.top(), words.left() - _FETCH_GAP - place.left(), place.height())
        paint_text(painter, name, row.label, name_font, tokens.text if row.is_typed else tokens.text_3)

    def button_rect(self, rect: QRect, row: ProviderRow | FetchRow) -> QRect:
        """Where the button of a row stands that fills `rect`."""
        return self._button_rect(rect.adjusted(MARGIN + PADDING, 0, -MARGIN - PADDING, 0), row.action)

    def _button_rect(self, rect: QRect, words: str) -> QRect:
        width = QFontMetrics(self._theme.font(SMALL, Weight.MEDIUM)).horizontalAdvance(words) + 2 * _BUTTON_PADDING
        top = rect.center().y() + 1 - CONTROL_SMALL // 2
        return QRect(rect.right() + 1 - width, top, width, CONTROL_SMALL)

    def _paint_button(self, painter: QPainter, rect: QRect, words: str) -> QRect:
        tokens, place = self._theme.tokens, self._button_rect(rect, words)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.border_strong))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.restore()
        font = self._theme.font(SMALL, Weight.MEDIUM)
        paint_text(painter, place, words, font, tokens.text, Qt.AlignmentFlag.AlignHCenter)
        return place

    def _paint_bar(self, painter: QPainter, rect: QRect, share: float) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(rect.right() + 1 - _BAR_WIDTH, rect.center().y() - 1, _BAR_WIDTH, _BAR_HEIGHT)
        painter.setBrush(QColor(self._theme.tokens.selected))
        painter.drawRoundedRect(bar, 2, 2)
        bar.setWidth(max(_BAR_HEIGHT, bar.width() * min(max(share, 0.0), 1.0)))
        painter.setBrush(QColor(self._theme.tokens.accent))
        painter.drawRoundedRect(bar, 2, 2)
        painter.restore()

    def _paint_model(self, painter: QPainter, rect: QRect, row: ModelRow) -> None:
        tokens, model = self._theme.tokens, row.model
        can_answer = row.health.is_usable
        color = tokens.text if can_answer else tokens.text_3
        dpr = self._view.devicePixelRatioF()
        if row.is_chosen:
            tick = self._theme.pixmap("check", "accent", ICON_PX, dpr)
            painter.drawPixmap(rect.left() + PADDING, rect.center().y() - ICON_PX // 2 + 1, tick)
        name = rect.adjusted(NAME_LEFT, 0, -CONTEXT_RIGHT - 48, 0)
        weight = Weight.MEDIUM if row.is_chosen else Weight.REGULAR
        label_font = self._theme.font(UI, weight)
        paint_text(painter, name, model.label, label_font, color)
        state = name.adjusted(QFontMetrics(label_font).horizontalAdvance(model.label) + 8, 0, 0, 0)
        paint_text(painter, state, ", ".join(row.notes), self._theme.font(SMALL), tokens.text_3)
        font, right = self._theme.font(UI), Qt.AlignmentFlag.AlignRight
        context = rect.adjusted(0, 0, -CONTEXT_RIGHT, 0)
        paint_text(painter, context, context_words(model.context_window), font, color, right)
        quiet = tokens.text_2 if can_answer else tokens.text_3
        for words, end in zip(price_words(model), (INPUT_RIGHT, OUTPUT_RIGHT), strict=True):
            paint_text(painter, rect.adjusted(0, 0, -end, 0), words, font, quiet, right)
        self._paint_abilities(painter, rect, model, "text_2" if can_answer else "text_3")

    def _paint_abilities(self, painter: QPainter, rect: QRect, model: ModelInfo, color: str) -> None:
        left = rect.right() - PADDING - len(_ABILITIES) * _ABILITY_PX + (_ABILITY_PX - ICON_PX)
        top = rect.center().y() - ICON_PX // 2 + 1
        dpr = self._view.devicePixelRatioF()
        can = (model.can_use_tools, model.can_see, model.can_reason)
        for place, (name, is_able) in enumerate(zip(_ABILITIES, can, strict=True)):
            if is_able:
                pixmap = self._theme.pixmap(name, color, ICON_PX, dpr)
                painter.drawPixmap(left + place * _ABILITY_PX, top, pixmap)


def _row(index: Index) -> ListRow:
    row: ListRow = index.data(ListRole.ROW)
    return row
