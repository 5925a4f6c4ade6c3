"""An editor on the screen, and for its presenter a real service on a real database."""

import gc
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop_app.domain.goals import Goal, GoalEdit, GoalFields, Milestone, Phase, Template
from desktop_app.domain.ids import GoalId, MilestoneId
from desktop_app.domain.revisions import Author, AuthorKind, GoalChange
from desktop_app.errors import AppError
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository
from desktop_app.ui.goals.clock import Clock
from desktop_app.ui.goals.presenter import GoalEditorPresenter
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.ui.goals.waiting import settled

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
TODAY = date(2026, 3, 12)
COACH = Author(AuthorKind.COACH, "builtin", "coder")

FIELDS = GoalFields(
    title="Run a half marathon",
    content="## Specific\nRun it.\n",
    template=Template.SMART,
    phase=Phase.ACTIVE,
    deadline=date(2026, 5, 17),
    milestones=(
        Milestone("Run 5 km", done_at=NOW, id=MilestoneId(1)),
        Milestone("Run 10 km", target_date=date(2026, 4, 5), id=MilestoneId(2)),
        Milestone("Race day", target_date=date(2026, 5, 17), id=MilestoneId(3)),
    ),
    tags=("running", "health"),
)


def goal(fields: GoalFields = FIELDS, number: int = 1) -> Goal:
    """A stored goal with these fields."""
    return Goal(GoalId(number), fields, NOW, NOW)


@pytest.fixture(scope="module")
def dressed(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(ThemeMode.LIGHT)
    theme.apply(qapp)
    yield theme
    qapp.setStyleSheet("")


@pytest.fixture
def theme(dressed: Theme) -> Theme:
    dressed.set_mode(ThemeMode.LIGHT)
    return dressed


@pytest.fixture
def view(theme: Theme) -> Iterator[GoalEditorView]:
    window = QWidget()
    layout = QHBoxLayout(window)
    layout.setContentsMargins(0, 0, 0, 0)
    view = GoalEditorView(theme, Clock(lambda: NOW, lambda: TODAY))
    layout.addWidget(view)
    layout.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
    window.resize(420, 820)
    window.show()
    window.activateWindow()
    yield view
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@dataclass
class Desk:
    """The editor with everything behind it. `told` are errors that went to the window."""

    view: GoalEditorView
    presenter: GoalEditorPresenter
    goals: GoalService
    runner: TaskRunner
    database: Database
    told: list[AppError]
    changes: list[GoalChange] = field(default_factory=list)

    async def add(self, fields: GoalFields = FIELDS) -> Goal:
        """A goal that is stored."""
        return (await self.goals.create(fields, COACH)).goal

    async def opened(self, fields: GoalFields = FIELDS) -> Goal:
        """A goal that is stored and open."""
        added = await self.add(fields)
        assert await self.presenter.open(added.id)
        return added

    async def stored(self, goal_id: GoalId) -> GoalFields:
        """What the database has."""
        return (await self.goals.goal(goal_id)).fields

    async def coach_edits(self, goal_id: GoalId, edit: GoalEdit) -> None:
        """Let the coach change a goal."""
        await self.goals.edit(goal_id, edit, COACH)


@pytest.fixture
async def desk(view: GoalEditorView, tmp_path: Path) -> AsyncIterator[Desk]:
    # A timer left by an earlier test must not be collected by the database's thread.
    gc.collect()
    database = await Database.open(tmp_path / "goalgetter.db")
    goals = GoalService(GoalRepository(database), lambda: NOW)
    told: list[AppError] = []
    runner = TaskRunner(told.append)
    presenter = GoalEditorPresenter(view, goals, runner, lambda: TODAY, save_after_ms=200)
    desk = Desk(view, presenter, goals, runner, database, told)
    goals.subscribe(desk.changes.append)
    yield desk
    await settled(runner)
    await runner.close()
    await database.close()
