"""What can be done with a row of the sidebar, as its menu says."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.domain.phases import Phase
from desktop_app.ui.sidebar.rows import Row, RowKind
from desktop_app.ui.theme.controls import menu


class RowMenus(QObject):
    """Opens the menu of a row, without waiting for it. The signals carry the id of a goal or conversation."""

    rename_chosen = Signal(int)
    pin_chosen = Signal(int, bool)
    delete_chosen = Signal(int)
    chats_chosen = Signal(int)
    duplicate_chosen = Signal(int)
    archive_chosen = Signal(int)
    goal_delete_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = parent

    def open(self, row: Row, place: QPoint) -> None:
        """Open the menu of `row` at a global place; rows with nothing to do have none."""
        actions = self._menu_of(row)
        if actions is not None:
            actions.aboutToHide.connect(actions.deleteLater)
            actions.popup(place)

    def _menu_of(self, row: Row) -> QMenu | None:
        item_id = row.item_id
        if item_id is None or row.kind not in {RowKind.CONVERSATION, RowKind.GOAL}:
            return None
        found = menu(self._owner)
        found.setAccessibleName(f"What to do with {row.title}")
        if row.kind is RowKind.GOAL:
            self._add_goal_actions(found, item_id, is_archived=row.phase is Phase.ARCHIVED)
            return found
        found.addAction("Rename\tF2").triggered.connect(partial(self.rename_chosen.emit, item_id))
        pin = found.addAction("Unpin" if row.is_pinned else "Pin")
        pin.triggered.connect(partial(self.pin_chosen.emit, item_id, not row.is_pinned))
        found.addSeparator()
        found.addAction("Delete\tDel").triggered.connect(partial(self.delete_chosen.emit, item_id))
        return found

    def _add_goal_actions(self, actions: QMenu, goal_id: int, *, is_archived: bool) -> None:
        actions.addAction("Show its chats").triggered.connect(partial(self.chats_chosen.emit, goal_id))
        actions.addAction("Duplicate").triggered.connect(partial(self.duplicate_chosen.emit, goal_id))
        if not is_archived:
            actions.addAction("Archive").triggered.connect(partial(self.archive_chosen.emit, goal_id))
        actions.addSeparator()
        actions.addAction("Delete\tDel").triggered.connect(partial(self.goal_delete_chosen.emit, goal_id))
