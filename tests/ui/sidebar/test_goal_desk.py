"""The sidebar's goals over a real database: filtered, sorted, listed in parts, deleted and restored."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QListWidget, QPushButton

from desktop_app.domain.goal_list import GoalShelf
from desktop_app.domain.goals import Goal, GoalEdit, GoalFields, Milestone, Phase
from desktop_app.domain.revisions import YOU
from desktop_app.errors import AppError
from desktop_app.services.goal_list import GoalListService
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.ui.sidebar.deleted_goals import DeletedGoals
from desktop_app.ui.sidebar.filter_bar import FilterBar
from desktop_app.ui.sidebar.goal_desk import FIRST_LISTED, MORE_LISTED, GoalDesk
from desktop_app.ui.sidebar.list import SidebarList
from desktop_app.ui.sidebar.rows import RowKind
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.ui.goals.waiting import settled, until

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@dataclass
class Shelf:
    """The sidebar, and what stands behind its goals."""

    view: SidebarView
    rows: SidebarList
    desk: GoalDesk
    goals: GoalService
    lists: GoalListService
    runner: TaskRunner

    async def add(self, title: str, phase: Phase = Phase.ACTIVE, **fields: object) -> Goal:
        made = GoalFields(title, phase=phase, **fields)  # type: ignore[arg-type] # as the test names them
        return (await self.goals.create(made, YOU)).goal

    def index(self, title: str) -> QModelIndex:
        model = self.rows.model()
        return next(model.index(row, 0) for row in range(model.rowCount()) if model.index(row, 0).data() == title)

    @property
    def titles(self) -> list[str]:
        rows = self.view._model._rows
        return [row.title for row in rows if row.kind in {RowKind.GOAL, RowKind.MORE}]

    async def shows(self, *titles: str) -> None:
        await until(lambda: self.titles == list(titles))

    @property
    def bar(self) -> FilterBar:
        bar = self.view.findChild(FilterBar)
        assert isinstance(bar, FilterBar)
        return bar

    def choose(self, title: str) -> None:
        self.rows.setCurrentIndex(self.index(title))
        QTest.keyClick(self.rows, Qt.Key.Key_Return)


@pytest.fixture
async def shelf(theme: Theme, tmp_path: Path) -> AsyncIterator[Shelf]:
    database = await Database.open(tmp_path / "goalgetter.db")
    goals = GoalService(GoalRepository(database), lambda: NOW)
    lists = GoalListService(GoalListRepository(database), goals, lambda: NOW)
    told: list[AppError] = []
    runner = TaskRunner(told.append)
    view = SidebarView(theme)
    view.resize(252, 700)
    view.show()
    view.activateWindow()

    async def store() -> bool:
        return True

    desk = GoalDesk(view, goals, lists, runner, store)

    def show(shelves: tuple[GoalShelf, ...]) -> None:
        view.set_goals(shelves, NOW.date(), desk.query.tag or "", desk.query.text)

    desk.listed.connect(show)
    rows = view.findChild(SidebarList)
    assert isinstance(rows, SidebarList)
    yield Shelf(view, rows, desk, goals, lists, runner)
    await settled(runner)
    await runner.close()
    await database.close()
    view.close()
    view.deleteLater()
    assert told == []


async def test_goals_are_filtered_by_words_and_all_come_back_with_esc(shelf: Shelf) -> None:
    await shelf.add("Run a marathon")
    await shelf.add("Read", Phase.ARCHIVED, milestones=(Milestone("Marathon of books"),))
    await shelf.add("Sleep", tags=("rest",))
    await shelf.desk.load()
    shelf.view.filter_goals()
    assert shelf.bar.editor.hasFocus()

    QTest.keyClicks(shelf.bar.editor, "marath")
    await shelf.shows("Run a marathon", "Read")
    QTest.keyClick(shelf.bar.editor, Qt.Key.Key_Down)
    assert shelf.rows.hasFocus()
    assert shelf.rows.currentIndex().data() == "Run a marathon"
    shelf.view.filter_goals()
    QTest.keyClicks(shelf.bar.editor, "nothing has this")
    await until(lambda: "No goal has these words." in [row.title for row in shelf.view._model._rows])
    QTest.keyClick(shelf.bar.editor, Qt.Key.Key_Escape)

    await shelf.shows("Run a marathon", "Sleep")
    assert not shelf.bar.isVisible()


async def test_of_many_goals_the_first_are_listed_and_more_when_they_are_asked_for(shelf: Shelf) -> None:
    for number in range(FIRST_LISTED + 3):
        await shelf.add(f"Goal {number:03}")
    await shelf.desk.load()
    assert len(shelf.titles) == FIRST_LISTED + 1
    assert shelf.titles[-1] == "Show more of 3"

    shelf.choose("Show more of 3")

    await until(lambda: len(shelf.titles) == FIRST_LISTED + 3)
    assert MORE_LISTED > 3


async def test_goals_are_sorted_as_it_was_chosen_and_stay_so_when_one_changes(shelf: Shelf) -> None:
    await shelf.add("b", deadline=date(2027, 1, 1))
    changed = await shelf.add("a")
    await shelf.desk.load()
    assert shelf.titles == ["b", "a"]
    next(action for action in shelf.desk.menus.orders.actions() if action.text() == "Title").trigger()
    await shelf.shows("a", "b")

    await shelf.goals.edit(changed.id, GoalEdit(title="c"), YOU)

    await shelf.shows("b", "c")


async def test_a_tag_is_chosen_from_those_in_use_and_taken_away_by_its_row(shelf: Shelf) -> None:
    await shelf.add("Run", tags=("food, drink 🏃",))
    await shelf.add("Read")
    await shelf.desk.load()
    action = next(one for one in shelf.desk.menus.tags.actions() if one.text().startswith("food"))
    action.trigger()
    await shelf.shows("Run")

    shelf.choose("food, drink 🏃")

    await shelf.shows("Run", "Read")


async def test_a_tag_that_is_new_can_be_chosen_at_once(shelf: Shelf) -> None:
    goal = await shelf.add("Run")
    await shelf.desk.load()
    await shelf.goals.edit(goal.id, GoalEdit(tags=("health",)), YOU)
    await until(lambda: any(one.text() == "health (1)" for one in shelf.desk.menus.tags.actions()))


async def test_all_deleted_goals_are_found_and_one_is_restored_by_keys(shelf: Shelf) -> None:
    goals = [await shelf.add(f"Goal {number}") for number in range(12)]
    for goal in goals:
        await shelf.lists.delete(goal.id)
    await shelf.desk.load()
    opened = QSignalSpy(shelf.desk.opened)

    next(action for action in shelf.view.menu.actions() if action.text() == "Deleted goals…").trigger()
    await until(lambda: shelf.view.window().findChild(DeletedGoals) is not None)
    dialog = shelf.view.window().findChild(DeletedGoals)
    assert isinstance(dialog, DeletedGoals)
    found = dialog.findChild(QListWidget)
    assert isinstance(found, QListWidget)
    assert found.count() == 12
    assert found.item(0).text() == "Goal 11\nDeleted 21 Nov 2026, kept until 21 Dec 2026"
    found.setCurrentRow(3)
    QTest.keyClick(found, Qt.Key.Key_Return)

    await shelf.shows("Goal 8")
    assert opened.at(0) == [goals[8].id]


async def test_without_deleted_goals_the_list_says_how_long_they_are_kept(shelf: Shelf) -> None:
    dialog = DeletedGoals((), shelf.view)
    dialog.open()
    restore = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Restore")
    assert not restore.isEnabled()
    dialog.close()
