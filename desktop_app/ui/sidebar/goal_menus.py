"""What the program's menu offers for goals: their order, a tag, a template to begin with."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop_app.domain.goal_list import GoalOrder, TagUse
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


class GoalMenus(QObject):
    """Fills its part of the program's menu and of that beside the goals.

    The signals carry values of GoalOrder and Template, and a tag (empty for all).
    """

    order_chosen = Signal(str)
    tag_chosen = Signal(str)
    template_chosen = Signal(str)
    deleted_requested = Signal()
    own_template_chosen = Signal(str)  # its name
    own_template_forgotten = Signal(str)

    def __init__(self, parent: QMenu, beside: QMenu) -> None:
        super().__init__(parent)
        self._templates = _submenu(parent, "New goal from template")
        self.orders = _submenu(parent, "Sort goals by")
        self.tags = _submenu(parent, "Show goals with tag")
        parent.addAction("Deleted goals…").triggered.connect(self.deleted_requested)
        beside.addMenu(self.orders)
        beside.addMenu(self.tags)
        group = QActionGroup(self)
        for order, words in _ORDERS.items():
            action = self.orders.addAction(words)
            action.setCheckable(True)
            action.setChecked(order is GoalOrder.DEADLINE)
            action.triggered.connect(partial(self.order_chosen.emit, order.value))
            group.addAction(action)
        for template, words in _TEMPLATES.items():
            self._templates.addAction(words).triggered.connect(partial(self.template_chosen.emit, template.value))
        self._templates.addSeparator()
        self._own: list[QAction] = []
        self._forget = _submenu(self._templates, "Forget a template")
        self.show_tags((), "")
        self.show_own(())

    def show_own(self, names: Sequence[str]) -> None:
        """Offer the person's own templates, and to forget them."""
        for action in self._own:
            self._templates.removeAction(action)
            action.deleteLater()
        self._forget.clear()
        self._forget.menuAction().setVisible(bool(names))
        self._own = [QAction(name.replace("&", "&&"), self._templates) for name in names]
        self._templates.insertActions(self._forget.menuAction(), self._own)
        for name, action in zip(names, self._own, strict=True):
            action.triggered.connect(partial(self.own_template_chosen.emit, name))
            self._forget.addAction(action.text()).triggered.connect(partial(self.own_template_forgotten.emit, name))

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


def _submenu(parent: QMenu, title: str) -> QMenu:
    found = menu(parent)
    found.setTitle(title)
    parent.addMenu(found)
    return found
