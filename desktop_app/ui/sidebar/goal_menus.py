"""What the program's menu offers for goals: their order, a tag, a template to begin with, what was deleted."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from desktop_app.domain.goal_list import GoalOrder, GoalSummary, TagUse
from desktop_app.domain.goals import Template
from desktop_app.ui.theme.controls import menu

_ORDERS: Final = {
    GoalOrder.DEADLINE: "Deadline",
    GoalOrder.TITLE: "Title",
    GoalOrder.CHANGED: "Last changed",
    GoalOrder.PROGRESS: "Progress",
}
_TEMPLATES: Final = {Template.SMART: "SMART", Template.OKR: "OKR", Template.CUSTOM: "Empty"}
_MOST_TAGS: Final = 30
_RESTORABLE: Final = 10


class GoalMenus(QObject):
    """Fills its part of a menu. The signals carry values of GoalOrder and Template, a tag (empty for all), an id."""

    order_chosen = Signal(str)
    tag_chosen = Signal(str)
    template_chosen = Signal(str)
    goal_restored = Signal(int)

    def __init__(self, parent: QMenu) -> None:
        super().__init__(parent)
        self._templates = _submenu(parent, "New goal from template")
        self.orders = _submenu(parent, "Sort goals by")
        self.tags = _submenu(parent, "Show goals with tag")
        self.deleted = _submenu(parent, "Restore a deleted goal")
        self._tag = ""
        group = QActionGroup(self)
        for order, words in _ORDERS.items():
            action = self.orders.addAction(words)
            action.setCheckable(True)
            action.setChecked(order is GoalOrder.DEADLINE)
            action.triggered.connect(partial(self.order_chosen.emit, order.value))
            group.addAction(action)
        for template, words in _TEMPLATES.items():
            self._templates.addAction(words).triggered.connect(partial(self.template_chosen.emit, template.value))
        self.show_tags((), "")
        self.show_deleted(())

    def show_tags(self, tags: Sequence[TagUse], chosen: str) -> None:
        """Offer these tags, the most used ones first."""
        self.tags.clear()
        self.tags.menuAction().setVisible(bool(tags) or bool(chosen))
        group = QActionGroup(self.tags)
        names = [("All goals", "")] + [(f"{tag.name} ({tag.count})", tag.name) for tag in tags[:_MOST_TAGS]]
        for words, name in names:
            action = self.tags.addAction(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name.casefold() == chosen.casefold())
            action.triggered.connect(partial(self.tag_chosen.emit, name))
            group.addAction(action)

    def show_deleted(self, goals: Sequence[GoalSummary]) -> None:
        """Offer these to be restored."""
        self.deleted.clear()
        self.deleted.menuAction().setVisible(bool(goals))
        for goal in goals[:_RESTORABLE]:
            action = self.deleted.addAction(goal.title.replace("&", "&&"))
            action.triggered.connect(partial(self.goal_restored.emit, int(goal.id)))


def _submenu(parent: QMenu, title: str) -> QMenu:
    found = menu(parent)
    found.setTitle(title)
    parent.addMenu(found)
    return found
