"""The list of goals: sorted, filtered, a page at a time; goals go with a way back for 30 days."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.goal_list import GoalOrder, GoalQuery, TagUse
from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, Phase
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import YOU
from desktop_app.errors import NotFoundError
from desktop_app.services.goal_list import GoalListService, GoalRemoval
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.search import SearchRepository

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DONE = Milestone("done", done_at=NOW)


class Shelf:
    """The list of a profile, at a time that the test lets pass."""

    def __init__(self, database: Database) -> None:
        self.now = NOW
        self.goals = GoalService(GoalRepository(database), lambda: self.now)
        self.list = GoalListService(GoalListRepository(database), self.goals, lambda: self.now)
        self.search = SearchRepository(database)

    async def titles(self, query: GoalQuery) -> list[str]:
        return [one.title for one in (await self.list.page(query)).goals]


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    database = await Database.open(tmp_path / "goalgetter.db")
    shelf = Shelf(database)
    for fields in (
        GoalFields("über die Alpen", "Hütten", deadline=date(2027, 5, 1), tags=("Health", "alps")),
        GoalFields("Zeichnen", "ein Bild", milestones=(DONE,), tags=("art",)),
        GoalFields("apply", phase=Phase.ACTIVE, deadline=date(2027, 1, 1), milestones=(DONE, Milestone("x"))),
        GoalFields("Run", phase=Phase.ARCHIVED, tags=("health",)),
    ):
        shelf.now += timedelta(minutes=1)
        await shelf.goals.create(fields, YOU)
    yield shelf
    await database.close()


async def test_goals_are_sorted_as_the_person_wants(shelf: Shelf) -> None:
    by = {order: await shelf.titles(GoalQuery(order)) for order in GoalOrder}

    assert by[GoalOrder.DEADLINE] == ["apply", "über die Alpen", "Zeichnen", "Run"]
    assert by[GoalOrder.TITLE] == ["apply", "Run", "über die Alpen", "Zeichnen"]
    assert by[GoalOrder.CHANGED] == ["Run", "apply", "Zeichnen", "über die Alpen"]
    assert by[GoalOrder.PROGRESS] == ["Zeichnen", "apply", "über die Alpen", "Run"]


async def test_goals_are_filtered_by_phase_tag_and_words(shelf: Shelf) -> None:
    assert await shelf.titles(GoalQuery(phases=frozenset({Phase.ACTIVE, Phase.ARCHIVED}))) == ["apply", "Run"]
    assert await shelf.titles(GoalQuery(tag="HEALTH")) == ["über die Alpen", "Run"]
    assert await shelf.titles(GoalQuery(text="hütt")) == ["über die Alpen"]
    assert await shelf.titles(GoalQuery(text="x ", tag="art")) == []
    assert await shelf.titles(GoalQuery(text="“…")) == []


async def test_a_page_says_how_many_there_are_in_all(shelf: Shelf) -> None:
    page = await shelf.list.page(GoalQuery(GoalOrder.TITLE, limit=2, offset=1))

    assert ([one.title for one in page.goals], page.total) == (["Run", "über die Alpen"], 4)


async def test_what_a_list_shows_follows_each_change(shelf: Shelf) -> None:
    goal = (await shelf.goals.list_goals())[2]
    measure = Measure("Pages", Decimal(10), current=Decimal(5))
    await shelf.goals.edit(goal.id, GoalEdit(title="Bewerben", measures=(measure,)), YOU)

    shown = {one.id: one for one in (await shelf.list.page(GoalQuery())).goals}[goal.id]
    assert (shown.title, shown.done_count, shown.milestone_count, shown.percent) == ("Bewerben", 1, 2, 50)
    assert (shown.deadline, shown.days_late(date(2027, 1, 4))) == (date(2027, 1, 1), 3)


async def test_tags_of_all_goals_are_there_to_complete_from(shelf: Shelf) -> None:
    assert await shelf.list.tags() == (TagUse("Health", 2), TagUse("alps", 1), TagUse("art", 1))


async def test_a_deleted_goal_is_out_of_sight_and_comes_back_with_its_history(shelf: Shelf) -> None:
    goal = (await shelf.goals.list_goals())[0]
    history = await shelf.goals.revisions(goal.id)
    told: list[GoalRemoval] = []
    shelf.list.subscribe(told.append)

    await shelf.list.delete(goal.id)
    assert "über die Alpen" not in await shelf.titles(GoalQuery())
    assert goal not in await shelf.goals.list_goals()
    assert (await shelf.search.search("Alpen", 5)).goals == ()
    assert TagUse("alps", 1) not in await shelf.list.tags()
    assert [one.title for one in await shelf.list.deleted()] == ["über die Alpen"]
    with pytest.raises(NotFoundError, match="was deleted"):
        await shelf.goals.edit(goal.id, GoalEdit(title="x"), YOU)

    assert await shelf.list.restore(goal.id) == goal
    assert await shelf.goals.revisions(goal.id) == history
    assert [(removal.goal.id, removal.is_back) for removal in told] == [(goal.id, False), (goal.id, True)]
    with pytest.raises(NotFoundError, match="cannot be restored"):
        await shelf.list.restore(goal.id)


async def test_a_goal_goes_for_good_only_after_30_days(shelf: Shelf) -> None:
    goal = (await shelf.goals.list_goals())[0]
    await shelf.list.delete(goal.id)

    shelf.now += timedelta(days=30)
    assert await shelf.list.purge() == 0
    shelf.now += timedelta(seconds=1)
    assert await shelf.list.purge() == 1
    assert await shelf.list.deleted() == ()
    assert await shelf.goals.revisions(goal.id) == ()


async def test_a_duplicate_begins_anew_with_the_same_plan(shelf: Shelf) -> None:
    goal = (await shelf.goals.list_goals())[2]

    copy = (await shelf.list.duplicate(goal.id)).goal

    assert (copy.title, copy.phase, copy.done_count) == ("apply (copy)", Phase.DRAFT, 0)
    assert len({copy.uid, goal.uid}) == 2
    assert {step.id for step in copy.fields.milestones}.isdisjoint(step.id for step in goal.fields.milestones)


async def test_pages_by_deadline_go_on_from_dated_goals_to_those_without(shelf: Shelf) -> None:
    whole = await shelf.titles(GoalQuery())

    pages = [await shelf.titles(GoalQuery(limit=3, offset=offset)) for offset in range(5)]

    assert pages == [whole[offset : offset + 3] for offset in range(5)]
