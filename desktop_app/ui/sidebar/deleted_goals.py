"""The goals that were deleted, and until when each can be restored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop_app.domain.goal_list import KEPT_AFTER_DELETING, GoalSummary
from desktop_app.ui.theme.controls import push_button

_SIZE: Final = QSize(460, 420)
_NONE: Final = "No deleted goals. What you delete can be restored here for 30 days."
_WHAT: Final = "A deleted goal comes back with its history, milestones and check-ins."


class DeletedGoals(QDialog):
    """`restore_requested` gives the id of a goal; the dialog closes with it."""

    restore_requested = Signal(int)

    def __init__(self, goals: Sequence[GoalSummary], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Deleted goals")
        self.setMinimumSize(_SIZE)
        words = QLabel(_WHAT if goals else _NONE)
        words.setProperty("tone", "secondary")
        words.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Deleted goals")
        self.list.setSpacing(4)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for goal in goals:
            self.list.addItem(_item(goal))
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(goals))
        self.list.itemActivated.connect(self._restore)
        self.restore = push_button("Restore", "primary")
        self.restore.setEnabled(bool(goals))
        self.restore.setDefault(True)
        self.restore.clicked.connect(self._restore)
        close = push_button("Close")
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.restore)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self.list, 1)
        if not goals:
            column.addStretch(1)
        column.addLayout(buttons)

    def _restore(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.accept()
            self.restore_requested.emit(item.data(Qt.ItemDataRole.UserRole))


def _item(goal: GoalSummary) -> QListWidgetItem:
    item = QListWidgetItem(goal.title if goal.deleted_at is None else f"{goal.title}\n{_until(goal.deleted_at)}")
    item.setData(Qt.ItemDataRole.UserRole, int(goal.id))
    item.setToolTip(goal.title)
    return item


def _until(deleted_at: datetime) -> str:
    def day(moment: datetime) -> str:
        return QLocale().toString(moment.astimezone().date(), "d MMM yyyy")  # type: ignore[call-overload,no-any-return] # takes a date

    return f"Deleted {day(deleted_at)}, kept until {day(deleted_at + KEPT_AFTER_DELETING)}"
