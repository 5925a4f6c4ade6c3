"""The revisions of a goal, newest first: what was done, by whom, when."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.domain.ids import RevisionId
from desktop_app.domain.revisions import AuthorKind, Revision
from desktop_app.ui.goals.history.words import NameOf, author_words, plain_name, revision_title, time_words
from desktop_app.ui.theme.painting import paint_text
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION, SMALL, UI

_ROW_PX = 48
_TILE_PX = 28
_ICON_PX = 14
_REVISION = Qt.ItemDataRole.UserRole
_TIME = Qt.ItemDataRole.UserRole + 1


class RevisionList(QListWidget):
    """`chosen` gives the `Revision` on which the person stands now."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name_of: NameOf = plain_name
        self.setObjectName("revision_list")
        self.setAccessibleName("Changes of this goal")
        self.setItemDelegate(_RevisionDelegate(theme, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.currentRowChanged.connect(self._row_changed)
        theme.changed.connect(self.viewport().update)

    def show_revisions(self, revisions: Sequence[Revision], today: date, kept: RevisionId | None) -> None:
        """List these, with the one of `kept` chosen, or else the newest."""
        self.blockSignals(True)
        self.clear()
        for revision in revisions:
            time = time_words(revision.at, today, QLocale())
            item = QListWidgetItem(f"{revision_title(revision)}, {author_words(revision, self.name_of)}, {time}")
            item.setData(_REVISION, revision)
            item.setData(_TIME, time)
            item.setToolTip(revision_title(revision))
            self.addItem(item)
        row = next((index for index, revision in enumerate(revisions) if revision.id == kept), 0)
        self.setCurrentRow(row if revisions else -1)
        self.blockSignals(False)
        self._row_changed(self.currentRow())

    def sizeHint(self) -> QSize:
        """Five rows, or as many as there are."""
        return QSize(200, max(1, min(5, self.count())) * _ROW_PX)

    def _row_changed(self, row: int) -> None:
        item = self.item(row)
        self.chosen.emit(item.data(_REVISION) if row >= 0 else None)


class _RevisionDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: RevisionList) -> None:
        super().__init__(parent)
        self._theme, self._list = theme, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(0, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        revision: Revision = index.data(_REVISION)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(painter, rect, option.state)
        self._paint_tile(painter, rect, is_coach=revision.author.kind is AuthorKind.COACH)
        time = str(index.data(_TIME))
        left, right = rect.x() + 8 + _TILE_PX + 12, rect.right() - 8
        self._text(painter, QRect(right - 70, rect.y(), 70, 28), time, "text_3", is_right=True)
        self._text(painter, QRect(left, rect.y() + 4, right - left - 64, 22), revision_title(revision), "text")
        author = author_words(revision, self._list.name_of)
        self._text(painter, QRect(left, rect.y() + 24, right - left, 18), author, "text_3")
        painter.restore()

    def _text(self, painter: QPainter, rect: QRect, text: str, color: str, *, is_right: bool = False) -> None:
        size = UI if color == "text" else CAPTION if is_right else SMALL
        font = self._theme.font(size, Weight.MEDIUM if color == "text" else Weight.REGULAR)
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        paint_text(painter, rect, text, font, self._theme.color(color).name(), side | Qt.AlignmentFlag.AlignVCenter)

    def _paint_back(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        if is_chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("selected" if is_chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 8, 8)

    def _paint_tile(self, painter: QPainter, rect: QRect, *, is_coach: bool) -> None:
        tile = QRectF(rect.x() + 8, rect.center().y() - _TILE_PX / 2, _TILE_PX, _TILE_PX)
        painter.setPen(self._theme.color("accent_line" if is_coach else "border"))
        painter.setBrush(self._theme.color("accent_tint" if is_coach else "sunken"))
        painter.drawRoundedRect(tile, 6, 6)
        icon = self._theme.icon("sparkle" if is_coach else "user", "accent" if is_coach else "text_2")
        inset = (_TILE_PX - _ICON_PX) / 2
        icon.paint(painter, tile.adjusted(inset, inset, -inset, -inset).toRect())
