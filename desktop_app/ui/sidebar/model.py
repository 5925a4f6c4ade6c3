"""The sidebar's rows as a Qt model that changes only where the rows do, so that scroll position and focus stay."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.ui.sidebar.rows import Row, RowKey, RowKind

_CHOSEN: Final = frozenset({RowKind.PHASE, RowKind.GOAL, RowKind.MORE, RowKind.FILTER, RowKind.CONVERSATION})

Index = QModelIndex | QPersistentModelIndex


class SidebarModel(QAbstractListModel):
    """Holds the rows; a conversation's title may be edited, which is emitted and shown at once."""

    conversation_renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default, never changed
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's signature
        """Title and spoken text; what is drawn comes from `row_at`."""
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case _:
                return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: ANN401
        """Rename a conversation; an empty or unchanged title changes nothing."""
        row = self._rows[index.row()]
        title = " ".join(str(value).split())
        conversation_id = row.item_id
        if role != Qt.ItemDataRole.EditRole or row.kind is not RowKind.CONVERSATION or conversation_id is None:
            return False
        if not title or title == row.title:
            return False
        self._rows[index.row()] = replace(row, title=title, spoken=f"Chat: {title}")
        self.dataChanged.emit(index, index)
        self.conversation_renamed.emit(conversation_id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings are passed over by the keyboard; a conversation can be renamed."""
        kind = self._rows[index.row()].kind
        if kind not in _CHOSEN:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if kind is RowKind.CONVERSATION else flags

    def row_at(self, index: Index) -> Row:
        """The row at a valid index."""
        return self._rows[index.row()]

    def index_of(self, key: RowKey) -> QModelIndex:
        """Where the row with `key` is; an invalid index if it is not shown."""
        for number, row in enumerate(self._rows):
            if row.key == key:
                return self.index(number)
        return QModelIndex()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows`; what is alike at both ends stays untouched."""
        start = _common(self._rows, rows)
        end = _common(self._rows[start:][::-1], rows[start:][::-1])
        old_stop, new_stop = len(self._rows) - end, len(rows) - end
        if old_stop > start:
            self.beginRemoveRows(QModelIndex(), start, old_stop - 1)
            del self._rows[start:old_stop]
            self.endRemoveRows()
        if new_stop > start:
            self.beginInsertRows(QModelIndex(), start, new_stop - 1)
            self._rows[start:start] = rows[start:new_stop]
            self.endInsertRows()
        self._update_alike(rows)

    def _update_alike(self, rows: Sequence[Row]) -> None:
        changed = [number for number, row in enumerate(rows) if row != self._rows[number]]
        self._rows = list(rows)
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))


def _common(old: Sequence[Row], new: Sequence[Row]) -> int:
    count = 0
    for before, after in zip(old, new, strict=False):
        if before.key != after.key:
            break
        count += 1
    return count
