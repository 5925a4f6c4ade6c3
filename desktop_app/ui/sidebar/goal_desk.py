"""What is done with goals from the sidebar: their order and filter, duplicate, archive, delete and restore."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.goal_list import GoalOrder, GoalQuery
from desktop_app.domain.goals import GoalEdit, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, GoalChange
from desktop_app.endings import to_the_end
from desktop_app.services.goal_list import GoalListService, GoalRemoval
from desktop_app.services.goals import GoalService
from desktop_app.ui.sidebar.goal_menus import GoalMenus
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.tasks import TaskRunner


class GoalDesk(QObject):
    """`listed` gives the ids of the goals to show, in order; `opened` the id of one to open, `removed` of one to close.

    `store` stores what stands in the editor: a goal is deleted with all that was typed in it.
    """

    listed = Signal(object)
    opened = Signal(int)
    removed = Signal(int)

    def __init__(
        self,
        view: SidebarView,
        goals: GoalService,
        goal_list: GoalListService,
        runner: TaskRunner,
        store: Callable[[], Coroutine[Any, Any, bool]],
    ) -> None:
        super().__init__(view)
        self._view, self._goals, self._list, self._runner, self._store = view, goals, goal_list, runner, store
        self._query = GoalQuery()
        self._readings = 0
        self.menus = GoalMenus(view.menu)
        self.menus.order_chosen.connect(self._sort)
        self.menus.tag_chosen.connect(self._filter)
        self.menus.goal_restored.connect(self._restore)
        view.goal_restored.connect(self._restore)
        view.goal_duplicated.connect(self._duplicate)
        view.goal_archived.connect(self._archive)
        view.goal_deleted.connect(self._delete)
        goals.subscribe(self._note_change)
        goal_list.subscribe(self._note_removal)

    @property
    def only_tag(self) -> str:
        """The tag of the goals that are listed; empty for all."""
        return self._query.tag or ""

    def read(self) -> None:
        """Read the list anew, in the background."""
        self._readings += 1
        self._runner.start(self._read(self._readings), name="list goals")

    async def _read(self, reading: int) -> None:
        page = await to_the_end(self._list.page(self._query))
        tags = await to_the_end(self._list.tags())
        deleted = await to_the_end(self._list.deleted())
        if reading == self._readings:
            self.menus.show_tags(tags, self._query.tag or "")
            self.menus.show_deleted(deleted)
            self.listed.emit([goal.id for goal in page.goals])

    def _sort(self, order: str) -> None:
        self._query = replace(self._query, order=GoalOrder(order))
        self.read()

    def _filter(self, tag: str) -> None:
        self._query = replace(self._query, tag=tag or None)
        self.read()

    def _note_change(self, _change: GoalChange) -> None:
        self.read()

    def _note_removal(self, removal: GoalRemoval) -> None:
        if not removal.is_back:
            self.removed.emit(int(removal.goal.id))
        self.read()

    def _duplicate(self, goal_id: int) -> None:
        self._runner.start(self._duplicated(GoalId(goal_id)), name="duplicate a goal")

    async def _duplicated(self, goal_id: GoalId) -> None:
        if await self._store():
            self.opened.emit(int((await self._list.duplicate(goal_id)).goal.id))

    def _archive(self, goal_id: int) -> None:
        archiving = self._goals.edit(GoalId(goal_id), GoalEdit(phase=Phase.ARCHIVED), YOU)
        self._runner.start(archiving, name="archive a goal")

    def _delete(self, goal_id: int) -> None:
        self._runner.start(self._deleted(GoalId(goal_id)), name="delete a goal")

    async def _deleted(self, goal_id: GoalId) -> None:
        if await self._store():
            self._view.tell_goal_deleted(await self._list.delete(goal_id))

    def _restore(self, goal_id: int) -> None:
        self._runner.start(self._restored(GoalId(goal_id)), name="restore a goal")

    async def _restored(self, goal_id: GoalId) -> None:
        self.opened.emit(int((await self._list.restore(goal_id)).id))
