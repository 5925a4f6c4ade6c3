"""Goals by phase, as the sidebar and the coach read them: the first of each, and how many there are."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desktop_app.domain.goal_list import GoalOrder, GoalQuery
from desktop_app.domain.goals import GoalFields, Phase
from desktop_app.domain.revisions import YOU
from desktop_app.services.goal_list import GoalListService
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.goals import GoalRepository

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ORDER = (Phase.ACTIVE, Phase.DRAFT, Phase.COMPLETED, Phase.ARCHIVED)


@pytest.fixture
async def lists(tmp_path: Path) -> AsyncIterator[GoalListService]:
    database = await Database.open(tmp_path / "goalgetter.db")
    goals = GoalService(GoalRepository(database), lambda: NOW)
    for number in range(24):
        fields = GoalFields(
            f"Run {number:02}" if number % 2 else f"Read {number:02}",
            phase=ORDER[number % 3],
            deadline=date(2027, 1, 28 - number) if number % 4 else None,
            tags=("odd, tag",) if number % 2 else (),
        )
        await goals.create(fields, YOU)
    yield GoalListService(GoalListRepository(database), goals, lambda: NOW)
    await database.close()


@pytest.mark.parametrize("order", GoalOrder)
@pytest.mark.parametrize(
    "query", [GoalQuery(), GoalQuery(text="run"), GoalQuery(tag="odd, tag"), GoalQuery(text="none")]
)
async def test_a_shelf_has_what_a_page_of_its_phase_has(
    lists: GoalListService, query: GoalQuery, order: GoalOrder
) -> None:
    asked = GoalQuery(order, tag=query.tag, text=query.text)
    limits = {Phase.ACTIVE: 3, Phase.DRAFT: 1, Phase.COMPLETED: 0, Phase.ARCHIVED: 5}
    shelves = {shelf.phase: shelf for shelf in await lists.shelves(asked, limits)}
    for phase, limit in limits.items():
        page = await lists.page(GoalQuery(order, frozenset({phase}), query.tag, query.text, limit))
        if page.total:
            assert (shelves[phase].goals, shelves[phase].total) == (page.goals, page.total)
        else:
            assert phase not in shelves
