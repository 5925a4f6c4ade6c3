"""What is done with goals from the sidebar: which are listed, duplicate, archive, delete and restore."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.goal_list import GoalOrder, GoalQuery
from desktop_app.domain.goals import GoalEdit, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, GoalChange
from desktop_app.endings import to_the_end
from desktop_app.services.goal_list import GoalListService, GoalRemoval
from desktop_app.services.goals import GoalService
from desktop_app.ui.sidebar.deleted_goals import DeletedGoals
from desktop_app.ui.sidebar.goal_menus import GoalMenus
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.tasks import TaskRunner

FIRST_LISTED: Final = 50
MORE_LISTED: Final = 200
_PHASES: Final = (Phase.ACTIVE, Phase.DRAFT, Phase.COMPLETED, Phase.ARCHIVED)


class GoalDesk(QObject):
    """`listed` gives the shelves to show; `opened` the id of a goal to open, `removed` of one to close.

    Of many goals the first are listed, more when they are asked for. `store` stores what stands in the editor: a goal
    is deleted with all that was typed in it.
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
        self._limits = dict.fromkeys(_PHASES, FIRST_LISTED)
        self._readings = 0
        self._is_reading = False
        self._deleted_dialog: DeletedGoals | None = None
        self.menus = GoalMenus(view.menu, view.goal_menu)
        self.menus.order_chosen.connect(self._sort)
        self.menus.tag_chosen.connect(self._filter)
        self.menus.deleted_requested.connect(self._show_deleted)
        view.goals_filtered.connect(self._find)
        view.goal_tag_cleared.connect(self._clear_tag)
        view.more_goals_requested.connect(self._list_more)
        view.goal_restored.connect(self._restore)
        view.goal_duplicated.connect(self._duplicate)
        view.goal_archived.connect(self._archive)
        view.goal_deleted.connect(self._delete)
        goals.subscribe(self._note_change)
        goal_list.subscribe(self._note_removal)

    @property
    def query(self) -> GoalQuery:
        """What the goals that are listed were chosen by."""
        return self._query

    def read(self) -> None:
        """Read the list anew, in the background; what is asked for while it is read is read after."""
        self._readings += 1
        if not self._is_reading:
            self._is_reading = True
            self._runner.start(self._read_until_true(), name="list goals")

    async def load(self) -> None:
        """Read the list and the tags. Raises StorageError."""
        self.listed.emit(await self._list.shelves(self._query, self._limits))
        await self._read_tags()

    async def _read_until_true(self) -> None:
        try:
            while True:
                reading = self._readings
                shelves = await to_the_end(self._list.shelves(self._query, self._limits))
                if reading == self._readings:
                    self.listed.emit(shelves)
                    return
        finally:
            self._is_reading = False

    async def _read_tags(self) -> None:
        self.menus.show_tags(await to_the_end(self._list.tags()), self._query.tag or "")

    def _choose(self, query: GoalQuery) -> None:
        self._query = query
        self._limits = dict.fromkeys(_PHASES, FIRST_LISTED)
        self.read()

    def _sort(self, order: str) -> None:
        self._choose(replace(self._query, order=GoalOrder(order)))

    def _filter(self, tag: str) -> None:
        self._choose(replace(self._query, tag=tag or None))

    def _find(self, words: str) -> None:
        self._choose(replace(self._query, text=words))

    def _clear_tag(self) -> None:
        self._filter("")
        self._runner.start(self._read_tags(), name="list tags")

    def _list_more(self, phase: str) -> None:
        self._limits[Phase(phase)] += MORE_LISTED
        self.read()

    def _note_change(self, change: GoalChange) -> None:
        self.read()
        if "tags" in change.changed_fields:
            self._runner.start(self._read_tags(), name="list tags")

    def _note_removal(self, removal: GoalRemoval) -> None:
        if not removal.is_back:
            self.removed.emit(int(removal.goal.id))
        self.read()
        self._runner.start(self._read_tags(), name="list tags")

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

    def _show_deleted(self) -> None:
        self._runner.start(self._deleted_shown(), name="list deleted goals")

    async def _deleted_shown(self) -> None:
        deleted = await self._list.deleted()
        dialog = DeletedGoals(deleted, self._view.window())
        dialog.restore_requested.connect(self._restore)
        dialog.open()
