"""The rows of the search as a Qt model."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.ui.search.rows import ResultRow

Index = QModelIndex | QPersistentModelIndex


class ResultModel(QAbstractListModel):
    """Holds the rows; headings and notes are passed over."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ResultRow] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default, never changed
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's signature
        """The spoken words; what is drawn comes from `row_at`."""
        spoken = role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}
        return self._rows[index.row()].spoken if spoken else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only what can be chosen can be reached."""
        if self._rows[index.row()].can_be_chosen:
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def row_at(self, index: Index) -> ResultRow:
        """The row at a valid index."""
        return self._rows[index.row()]

    def set_rows(self, rows: Sequence[ResultRow]) -> None:
        """Show `rows`."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def first(self) -> QModelIndex:
        """The first row that can be chosen; an invalid index if there is none."""
        numbers = (number for number, row in enumerate(self._rows) if row.can_be_chosen)
        return self.index(next(numbers, -1))
