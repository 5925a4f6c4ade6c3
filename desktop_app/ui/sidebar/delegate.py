"""Paints the sidebar's rows and edits a conversation's title in place."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from desktop_app.domain.phases import Phase
from desktop_app.ui.sidebar.model import SidebarModel
from desktop_app.ui.sidebar.rows import Row, RowKey, RowKind
from desktop_app.ui.theme.painting import (
    RING_PX,
    RingLook,
    paint_paragraph,
    paint_ring,
    paint_row_background,
    paint_text,
    paragraph_height,
)
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION, SMALL, UI

Index = QModelIndex | QPersistentModelIndex

MARGIN = 10
PADDING = 8
_GAP = 9
_SECTION_TOP = 10
_NOTE_EDGE = 5
_CHEVRON_PX = 14
_SIZES = {
    RowKind.SECTION: QSize(0, 28 + _SECTION_TOP),
    RowKind.PHASE: QSize(0, 24),
    RowKind.DAY: QSize(0, 24),
    RowKind.FILTER: QSize(0, 28),
    RowKind.MORE: QSize(0, 28),
    RowKind.GOAL: QSize(0, 30),
    RowKind.CONVERSATION: QSize(0, 30),
}


class SidebarDelegate(QStyledItemDelegate):
    """Reads the theme each time it paints. `open_keys` are the rows of the goal and conversation now on show."""

    def __init__(self, theme: Theme, model: SidebarModel, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._view = parent
        self.open_keys: frozenset[RowKey] = frozenset()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        """Fixed heights; a note as high as its lines. Rows are as wide as the list anyway."""
        # Asked of every row whenever one changes, so it goes straight to the model.
        row = self._model.row_at(index)
        if row.kind is not RowKind.NOTE:
            return _SIZES[row.kind]
        width = self._view.width() - 2 * (MARGIN + PADDING)
        return QSize(0, paragraph_height(row.title, self._theme.font(SMALL), SMALL.line_px, width) + 2 * _NOTE_EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row = self._model.row_at(index)
        rect: QRect = option.rect
        match row.kind:
            case RowKind.GOAL | RowKind.CONVERSATION:
                self._paint_item(painter, option, rect.adjusted(MARGIN, 0, -MARGIN, 0), row)
            case RowKind.SECTION:
                self._paint_section(painter, rect, row)
            case RowKind.PHASE:
                self._paint_background(painter, option, rect.adjusted(MARGIN, 0, -MARGIN, 0), row)
                self._paint_phase(painter, rect, row)
            case RowKind.FILTER:
                self._paint_filter(painter, option, rect.adjusted(MARGIN, 0, -MARGIN, 0), row)
            case RowKind.MORE:
                self._paint_more(painter, option, rect.adjusted(MARGIN, 0, -MARGIN, 0), row)
            case RowKind.DAY:
                self._paint_line(painter, _inner(rect), row.title)
            case RowKind.NOTE:
                self._paint_note(painter, _inner(rect), row)

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Show the whole title of a row that is cut."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        row = self._model.row_at(index)
        rect = view.visualRect(index).adjusted(MARGIN, 0, -MARGIN, 0)
        is_item = row.kind in {RowKind.GOAL, RowKind.CONVERSATION, RowKind.FILTER}
        if is_item and self._title_rect(rect, row).width() < self._title_width(row):
            QToolTip.showText(event.globalPos(), row.title, view)
        else:
            QToolTip.hideText()
        return True

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: ARG002
        """A field over the row."""
        editor = QLineEdit(parent)
        from desktop_app.domain.goals import TITLE_LIMIT

        editor.setMaxLength(TITLE_LIMIT)
        editor.setAccessibleName("Chat title")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with the whole title selected."""
        if isinstance(editor, QLineEdit):
            editor.setText(self._model.row_at(index).title)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hand the new title over."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002
        """Cover the row, margins left free."""
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(MARGIN, 0, -MARGIN, 0))

    def _paint_item(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: Row) -> None:
        tokens = self._theme.tokens
        self._paint_background(painter, option, rect, row)
        if row.phase is not None:
            top = rect.top() + (rect.height() - RING_PX) / 2
            ring = QRectF(rect.left() + PADDING, top, RING_PX, RING_PX)
            paint_ring(painter, ring, tokens, _ring_look(row.phase), row.share_done)
        is_past = row.phase in {Phase.COMPLETED, Phase.ARCHIVED}
        weight = Weight.MEDIUM if row.key in self.open_keys else Weight.REGULAR
        color = tokens.text_2 if is_past and row.key not in self.open_keys else tokens.text
        paint_text(painter, self._title_rect(rect, row), row.title, self._theme.font(UI, weight), color)
        if row.hint:
            font = self._theme.font(CAPTION, Weight.MEDIUM if row.is_late else Weight.REGULAR)
            hint_color = tokens.danger if row.is_late else tokens.text_3
            end = rect.adjusted(0, 0, -PADDING, 0)
            paint_text(painter, end, row.hint, font, hint_color, Qt.AlignmentFlag.AlignRight)

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: Row) -> None:
        tokens = self._theme.tokens
        state: QStyle.StateFlag = option.state
        fill = None
        if row.key in self.open_keys:
            fill = tokens.selected
        elif state & QStyle.StateFlag.State_MouseOver:
            fill = tokens.hover
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus) and self._shows_focus()
        paint_row_background(painter, rect, fill, tokens.accent if has_focus else None)

    def _paint_section(self, painter: QPainter, rect: QRect, row: Row) -> None:
        font = self._theme.font(SMALL, Weight.SEMIBOLD)
        paint_text(painter, _inner(rect).adjusted(0, _SECTION_TOP, 0, 0), row.title, font, self._theme.tokens.text_2)

    def _paint_phase(self, painter: QPainter, rect: QRect, row: Row) -> None:
        inner = _inner(rect)
        name = "chevron-right" if row.is_folded else "chevron-down"
        pixmap = self._theme.pixmap(name, "text_3", _CHEVRON_PX, self._view.devicePixelRatioF())
        painter.drawPixmap(QPoint(inner.left() - 1, inner.center().y() - _CHEVRON_PX // 2 + 1), pixmap)
        self._paint_line(painter, inner.adjusted(_CHEVRON_PX + 2, 0, 0, 0), f"{row.title}  {row.hint}")

    def _paint_filter(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: Row) -> None:
        self._paint_background(painter, option, rect, row)
        tokens, end = self._theme.tokens, rect.adjusted(0, 0, -PADDING, 0)
        paint_text(
            painter, self._title_rect(rect, row), row.title, self._theme.font(SMALL, Weight.MEDIUM), tokens.accent
        )
        pixmap = self._theme.pixmap("x", "accent", _CHEVRON_PX, self._view.devicePixelRatioF())
        painter.drawPixmap(QPoint(end.right() - _CHEVRON_PX, end.center().y() - _CHEVRON_PX // 2 + 1), pixmap)

    def _paint_more(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: Row) -> None:
        self._paint_background(painter, option, rect, row)
        place = rect.adjusted(PADDING + RING_PX + _GAP, 0, -PADDING, 0)
        paint_text(painter, place, row.title, self._theme.font(SMALL, Weight.MEDIUM), self._theme.tokens.text_2)

    def _paint_line(self, painter: QPainter, rect: QRect, text: str) -> None:
        paint_text(painter, rect, text, self._theme.font(CAPTION, Weight.MEDIUM), self._theme.tokens.text_3)

    def _paint_note(self, painter: QPainter, rect: QRect, row: Row) -> None:
        place = rect.adjusted(0, _NOTE_EDGE, 0, 0)
        paint_paragraph(painter, place, row.title, self._theme.font(SMALL), SMALL.line_px, self._theme.tokens.text_3)

    def _title_rect(self, rect: QRect, row: Row) -> QRect:
        left = PADDING + (RING_PX + _GAP if row.phase is not None else 0)
        right = PADDING + (_CHEVRON_PX + _GAP if row.kind is RowKind.FILTER else 0)
        if row.hint:
            weight = Weight.MEDIUM if row.is_late else Weight.REGULAR
            right += QFontMetrics(self._theme.font(CAPTION, weight)).horizontalAdvance(row.hint) + _GAP
        return rect.adjusted(left, 0, -right, 0)

    def _title_width(self, row: Row) -> int:
        weight = Weight.MEDIUM if row.key in self.open_keys else Weight.REGULAR
        return QFontMetrics(self._theme.font(UI, weight)).horizontalAdvance(row.title)

    def _shows_focus(self) -> bool:
        return bool(self._view.property("keyboard_focus"))


def _inner(rect: QRect) -> QRect:
    return rect.adjusted(MARGIN + PADDING, 0, -MARGIN - PADDING, 0)


def _ring_look(phase: Phase) -> RingLook:
    match phase:
        case Phase.DRAFT:
            return RingLook.DRAFT
        case Phase.COMPLETED:
            return RingLook.COMPLETED
        case Phase.ACTIVE | Phase.ARCHIVED:
            return RingLook.PROGRESS
