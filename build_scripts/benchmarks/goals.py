"""5,000 goals with 50 milestones and 200 revisions each, against a profile of 50: what the window and the coach do.

The sidebar opens, is filtered and scrolled, a goal opens, an edit is saved, a turn of the coach reads. Each figure is
the CPU time of the process, painting included, the best of several tries, as a ratio to the small profile.
"""

import asyncio
import gc
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from build_scripts.benchmarks.measure import Measure
from desktop_app.clock import utc_now
from desktop_app.domain.goal_list import GoalOrder, GoalQuery, GoalShelf, title_key
from desktop_app.domain.goals import Goal, GoalEdit, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import Author, AuthorKind, Revision
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.goal_list import GoalListService
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.search_text import indexed
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.sidebar.goal_desk import FIRST_LISTED
from desktop_app.ui.sidebar.list import SidebarList
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.theme.theme import Theme, ThemeMode

GOALS: Final = 5_000
FEW_GOALS: Final = 50
MILESTONES: Final = 50
REVISIONS: Final = 200
_LIMIT: Final = 1.5
_TRIES: Final = 15
_TODAY: Final = date(2026, 11, 21)
_FIRST: Final = dict.fromkeys(Phase, FIRST_LISTED)
_PAGE: Final = 40  # what a sidebar shows at once
_COACH: Final = Author(AuthorKind.COACH, "builtin", "bench")
_MOMENT: Final = "2026-11-21 09:00:00.000000"


class _Window:
    """Sidebar and editor, without a screen."""

    def __init__(self) -> None:
        self._theme = Theme(ThemeMode.LIGHT)
        self._sidebar = SidebarView(self._theme)
        self._sidebar.resize(252, 800)
        self._editor = GoalEditorView(self._theme)
        self._rows = self._sidebar.findChildren(SidebarList)[0]
        for view in (self._sidebar, self._editor):
            view.show()

    def show(self, shelves: Sequence[GoalShelf]) -> None:
        self._sidebar.set_goals(shelves, _TODAY)
        self._sidebar.grab()

    def scroll(self) -> None:
        bar = self._rows.verticalScrollBar()
        for value in (bar.pageStep(), 0):
            bar.setValue(value)
            self._sidebar.grab()

    def open(self, goal: Goal, revisions: Sequence[Revision]) -> None:
        self._editor.show_goal(None)
        self._editor.show_goal(goal)
        self._editor.history.show_revisions(revisions, _TODAY)
        self._editor.grab()


class _Profile:
    def __init__(self, database: Database, count: int) -> None:
        self.goals = GoalService(GoalRepository(database), utc_now)
        self.list = GoalListService(GoalListRepository(database), self.goals, utc_now)
        self.middle = GoalId(count // 2)
        self.edits = 0
        self.coach = CoachWrites.of(database, self.goals, utc_now)
        self.window = _Window()

    async def open_sidebar(self) -> None:
        """The first goals of each phase, read and painted."""
        self.window.show(await self.list.shelves(GoalQuery(), _FIRST))

    async def filter_sidebar(self) -> None:
        """The same, filtered by a word in one title."""
        self.window.show(await self.list.shelves(GoalQuery(text=f"unique{self.middle}"), _FIRST))

    async def scroll_sidebar(self) -> None:
        """A page down and back."""
        self.window.scroll()

    async def show_goal(self) -> None:
        """A goal with its history, read and painted in the editor."""
        goal = await self.goals.goal(self.middle)
        revisions = await self.goals.revisions(self.middle)
        self.window.open(goal, revisions)

    async def read_for_coach(self) -> None:
        """What a turn of the coach is told with a goal open."""
        await self.coach.reader.read(self.middle)

    async def list_page(self) -> None:
        """The first page of the active goals by deadline, as the sidebar opens with."""
        await self.list.page(GoalQuery(phases=frozenset({Phase.ACTIVE}), limit=_PAGE))

    async def list_by_title(self) -> None:
        """The same by title."""
        await self.list.page(GoalQuery(GoalOrder.TITLE, frozenset({Phase.ACTIVE}), limit=_PAGE))

    async def filter_words(self) -> None:
        """One goal by a word in its title."""
        await self.list.page(GoalQuery(text=f"unique{self.middle}", limit=_PAGE))

    async def filter_tag(self) -> None:
        """The goals with a tag."""
        await self.list.page(GoalQuery(tag="health", limit=_PAGE))

    async def open_goal(self) -> None:
        """A goal with its whole history."""
        await self.goals.goal(self.middle)
        await self.goals.revisions(self.middle)

    async def save_edit(self) -> None:
        """An edit of one field, with its revision."""
        self.edits += 1
        await self.goals.edit(self.middle, GoalEdit(content=f"Plan {self.edits}"), _COACH)


_WORK: Final[dict[str, Callable[[_Profile], Awaitable[None]]]] = {
    "open the sidebar": _Profile.open_sidebar,
    "filter the sidebar": _Profile.filter_sidebar,
    "scroll the sidebar": _Profile.scroll_sidebar,
    "open a goal in the editor": _Profile.show_goal,
    "read for a turn of the coach": _Profile.read_for_coach,
    "list the first page": _Profile.list_page,
    "list the first page by title": _Profile.list_by_title,
    "filter by a word": _Profile.filter_words,
    "filter by a tag": _Profile.filter_tag,
    "open a goal with its history": _Profile.open_goal,
    "save an edit": _Profile.save_edit,
}


def run() -> list[Measure]:
    """All measures; filling the databases takes about a minute before."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication([])
    try:
        return asyncio.run(_run())
    finally:
        del application


async def _run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        few = await _costs(Path(folder) / "few.db", FEW_GOALS)
        many = await _costs(Path(folder) / "many.db", GOALS)
    return [
        Measure(f"{name}, {GOALS:,} goals to {FEW_GOALS}", many[name] / few[name], "ms", _LIMIT, few[name])
        for name in _WORK
    ]


async def _costs(path: Path, count: int) -> dict[str, float]:
    """The CPU time in ms of each piece of work on a profile of `count` goals."""
    database = await Database.open(path)
    try:
        await asyncio.to_thread(_fill, path, count)
        profile = _Profile(database, count)
        return {name: await _cost(work, profile) for name, work in _WORK.items()}
    finally:
        await database.close()


async def _cost(work: Callable[[_Profile], Awaitable[None]], profile: _Profile) -> float:
    costs = []
    for _ in range(_TRIES):
        began = time.process_time()
        await work(profile)
        costs.append((time.process_time() - began) * 1000)
        gc.collect()
    return min(costs)


def _fill(path: Path, count: int) -> None:
    """As the program writes it, but in one go."""
    numbers = range(1, count + 1)
    change = json.dumps([{"field": "content", "before": "Plan of before " * 5, "after": "Plan of after " * 5}])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO goals (id, uid, title, title_key, content, template, phase, deadline, created_at, updated_at, "
            "done_count, milestone_count, percent) VALUES (?, ?, ?, ?, ?, 'smart', ?, ?, ?, ?, 10, ?, ?)",
            (
                (
                    number,
                    f"{number:032x}",
                    f"Goal unique{number}",
                    title_key(f"Goal unique{number}"),
                    "Words of a plan. " * 100,
                    "active" if number % 10 else "draft",
                    f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}",
                    _MOMENT,
                    _MOMENT,
                    MILESTONES,
                    number % 101,
                )
                for number in numbers
            ),
        )
        connection.executemany(
            "INSERT INTO goal_search (rowid, title, text) VALUES (?, ?, ?)",
            ((number, indexed(f"Goal unique{number}"), indexed("Words of a plan. " * 100)) for number in numbers),
        )
        connection.execute("INSERT INTO tags (id, name) VALUES (1, 'health'), (2, 'work')")
        connection.executemany(
            "INSERT INTO goal_tags (goal_id, tag_id, position) VALUES (?, ?, 0)",
            ((number, 1 if number % (count // 25) == 0 else 2) for number in numbers),
        )
        connection.executemany(
            "INSERT INTO milestones (goal_id, position, title, description, done_at) VALUES (?, ?, ?, '', ?)",
            (
                (number, place, f"Step {place}", _MOMENT if place < 10 else None)
                for number in numbers
                for place in range(MILESTONES)
            ),
        )
        connection.executemany(
            "INSERT INTO revisions (goal_id, author, at, created, changes) VALUES (?, 'you', ?, 0, ?)",
            ((number, _MOMENT, change) for number in numbers for _ in range(REVISIONS)),
        )
    with closing(sqlite3.connect(path)) as connection:
        # As after a while of use: what was filled in at once is not looked up in the log of what was just written.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
