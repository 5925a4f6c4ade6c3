"""The rows of the model list as a Qt model."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.domain.model_fetches import full_name
from desktop_app.ui.models.fetch_rows import FetchRow, NameRow
from desktop_app.ui.models.rows import ListRow, ModelRow, ProviderRow

Index = QModelIndex | QPersistentModelIndex


class ListRole(IntEnum):
    """Roles beyond Qt's own."""

    ROW = Qt.ItemDataRole.UserRole + 1  # a ListRow


class ModelListModel(QAbstractListModel):
    """Holds the rows; what can be reached are models that can answer or be got, and headings with something to do."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ListRow] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default, never changed
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's signature
        """The spoken words, or under ListRole.ROW the row itself."""
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case Qt.ItemDataRole.ToolTipRole if isinstance(row, ModelRow):
                return f"{row.model.label} ({row.model.name})"
            case Qt.ItemDataRole.ToolTipRole if isinstance(row, FetchRow) and row.offer is not None:
                return f"{row.name}: {row.offer.about}"
            case ListRole.ROW:
                return row
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Advice, models that cannot answer and headings with nothing to do are passed over."""
        if _does_something(self._rows[index.row()]):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def row_at(self, index: Index) -> ListRow:
        """The row at a valid index."""
        return self._rows[index.row()]

    def set_rows(self, rows: Sequence[ListRow]) -> None:
        """Show `rows`; if only their contents differ, nothing is laid out again."""
        rows = list(rows)
        if len(rows) == len(self._rows) and all(type(a) is type(b) for a, b in zip(rows, self._rows, strict=True)):
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def place_of(self, wanted: ListRow) -> QModelIndex:
        """Where the row for the same model stands now; not valid where there is none any more."""
        same = (number for number, row in enumerate(self._rows) if _subject(row) == _subject(wanted) is not None)
        return next((self.index(number) for number in same), QModelIndex())

    def chosen(self) -> QModelIndex:
        """The row of the model that is chosen, else the first that can be, else the one whose name was typed."""
        reachable = [
            self.index(number)
            for number, row in enumerate(self._rows)
            if isinstance(row, ModelRow) and row.health.is_usable
        ]
        ticked = [index for index in reachable if getattr(self._rows[index.row()], "is_chosen", False)]
        typed = [
            self.index(number) for number, row in enumerate(self._rows) if isinstance(row, FetchRow) and row.is_typed
        ]
        return next(iter(ticked + reachable + typed), QModelIndex())


def _does_something(row: ListRow) -> bool:
    match row:
        case ModelRow():
            return row.health.is_usable
        case ProviderRow() | FetchRow():
            return bool(row.action)
        case NameRow():
            return True
        case _:
            return False


def _subject(row: ListRow) -> tuple[str, str] | None:
    """The model that a row is about, which may be typed, got, and then be there."""
    match row:
        case ModelRow(model):
            return model.provider, full_name(model.name)
        case FetchRow():
            return row.provider, full_name(row.name)
        case _:
            return None
