"""A table as high as its rows, with a bold total below, which can be sorted by any column, by pointer and by key."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.provider_look import paint_provider

ROW_PX: Final = 36
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_KEYS: Final = "Arrow keys go through the table. Space sorts by the column, and again the other way round."


class UsageTable(QTableWidget):
    """Shows texts; whoever fills it says what a row is sorted by."""

    def __init__(self, theme: Theme, name: str, headers: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(0, len(headers), parent)
        self.theme = theme
        self._sort_by: Callable[[int, bool], None] | None = None
        self._headers: Sequence[str] = ()
        self._order: tuple[int, bool] | None = None
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(10, 10))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(64)
        self.set_headers(headers)

    def set_headers(self, headers: Sequence[str]) -> None:
        """Begin anew with these columns; the first is wide enough for names."""
        self._headers = headers
        self.setColumnCount(len(headers))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column, words in enumerate(headers):
            heading = QTableWidgetItem(words)
            heading.setTextAlignment(_RIGHT if column else _LEFT)
            self.setHorizontalHeaderItem(column, heading)

    def let_sort(self, sort_by: Callable[[int, bool], None]) -> None:
        """Let `sort_by` fill the table by a column, falling or not, when the person asks for it."""
        self._sort_by = sort_by
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.sort)
        self.setAccessibleDescription(_KEYS)

    def sort(self, column: int) -> None:
        """Sort by a column: figures from the largest at first, names from A; again: the other way round."""
        if self._sort_by is None:
            return
        column_before, was_falling = self._order or (-1, False)
        is_falling = not was_falling if column_before == column else column > 0
        self.show_order(column, is_falling=is_falling)
        self._sort_by(column, is_falling)
        words = f"Sorted by {self._headers[column]}, {_ORDER[column > 0, is_falling]} first"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def show_order(self, column: int, *, is_falling: bool) -> None:
        """Let the arrow stand behind a heading."""
        self._order = (column, is_falling)
        for place, words in enumerate(self._headers):
            arrow = f" {'↓' if is_falling else '↑'}" if place == column else ""
            if (heading := self.horizontalHeaderItem(place)) is not None:
                heading.setText(f"{words}{arrow}")

    def name_first(self, words: str) -> None:
        """Call the first column otherwise."""
        self._headers = (words, *self._headers[1:])
        if self._order is not None:
            self.show_order(self._order[0], is_falling=self._order[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space sorts by the column that the keys are in."""
        if event.key() == Qt.Key.Key_Space and self._sort_by is not None and self.currentColumn() >= 0:
            row, column = self.currentRow(), self.currentColumn()
            self.sort(column)
            self.setCurrentCell(row, column)
            return
        super().keyPressEvent(event)

    def texts(self, row: int) -> list[str]:
        """What stands in a row."""
        items = (self.item(row, column) for column in range(self.columnCount()))
        return [item.text() if item else "" for item in items]

    def add_row(self, cells: Sequence[str], provider: str = "", *, is_total: bool = False) -> None:
        """Add a row, with the square of `provider` before its name."""
        place = self.rowCount()
        self.insertRow(place)
        for column, words in enumerate(cells):
            item = QTableWidgetItem(words)
            item.setTextAlignment(_RIGHT if column else _LEFT)
            if not column and provider:
                item.setIcon(self._square(provider))
            if is_total:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
                item.setBackground(self.theme.color("sunken"))
            self.setItem(place, column, item)

    def fit(self) -> None:
        """Be as high as the rows."""
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + ROW_PX * max(self.rowCount(), 1) + 6)

    def _square(self, provider: str) -> QIcon:
        pixmap = QPixmap(20, 20)
        pixmap.setDevicePixelRatio(2)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_provider(painter, self.theme, provider, QRectF(0, 0, 10, 10))
        painter.end()
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)  # a provider's colour stays what it is
        return icon


# Whether it is a figure, and whether it falls.
_ORDER: Final = {(True, True): "largest", (True, False): "smallest", (False, True): "Z", (False, False): "A"}
