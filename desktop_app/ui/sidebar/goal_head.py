"""What stands beside the heading of the goals: which are shown, and a new one."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop_app.ui.theme.controls import icon_button, menu
from desktop_app.ui.theme.theme import Theme

FILTER_KEYS: Final = "Ctrl+Shift+F"


class GoalHead(QWidget):
    """`menu` sorts and filters; what belongs to it beside the words is put in by whoever knows orders and tags."""

    filter_requested = Signal()
    new_goal_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = icon_button(theme, "list-filter", "Sort and filter goals")
        self.menu: QMenu = menu(self.shown)
        self.menu.addAction(f"Filter by words\t{FILTER_KEYS}").triggered.connect(self.filter_requested)
        self.shown.setMenu(self.menu)
        self.shown.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        plus = icon_button(theme, "plus", "New goal")
        plus.clicked.connect(self.new_goal_requested)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(0, 10, 4, 0)
        inside.setSpacing(0)
        inside.addStretch()
        inside.addWidget(self.shown)
        inside.addWidget(plus)
