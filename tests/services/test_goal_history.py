"""The history of a goal over both hands: joined, filtered, undone, redone, restored."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import (
    YOU,
    Author,
    AuthorKind,
    Cause,
    FieldChange,
    GoalChange,
    Revision,
    with_values,
)
from desktop_app.errors import NotAllowedError, NotFoundError
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository

COACH = Author(AuthorKind.COACH, "claude", "opus")
START = datetime(2026, 11, 21, 9, tzinfo=UTC)


@dataclass
class Desk:
    """Goals at a time that the test lets pass."""

    goals: GoalService
    now: datetime = START

    def __init__(self, database: Database) -> None:
        self.goals = GoalService(GoalRepository(database), lambda: self.now)

    def wait(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    async def begin(self, fields: GoalFields | None = None) -> GoalId:
        return (await self.goals.create(fields or GoalFields("Run"), YOU)).goal.id


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "goalgetter.db")
    yield Desk(database)
    await database.close()


async def test_quick_edits_of_the_person_are_one_change_from_the_first_to_the_last(desk: Desk) -> None:
    goal_id = await desk.begin()
    for text in ("R", "Ru", "Run slowly"):
        desk.wait(0.5)
        change = await desk.goals.edit(goal_id, GoalEdit(content=text), YOU)
        assert change is not None
        assert change.changed_fields == ("content",)

    newest, first = await desk.goals.revisions(goal_id)
    assert newest.changes == (FieldChange("content", "", "Run slowly"),)
    assert (newest.at, first.created) == (START + timedelta(minutes=0.5), True)


async def test_an_edit_that_returns_to_the_start_leaves_nothing_but_is_told(desk: Desk) -> None:
    goal_id = await desk.begin()
    await desk.goals.edit(goal_id, GoalEdit(content="No"), YOU)
    told: list[GoalChange] = []
    desk.goals.subscribe(told.append)

    await desk.goals.edit(goal_id, GoalEdit(content=""), YOU)

    assert [revision.created for revision in await desk.goals.revisions(goal_id)] == [True]
    assert [change.changed_fields for change in told] == [("content",)]


async def test_time_another_hand_and_a_phase_begin_a_new_change(desk: Desk) -> None:
    goal_id = await desk.begin()
    await desk.goals.edit(goal_id, GoalEdit(content="1"), YOU)
    await desk.goals.edit(goal_id, GoalEdit(content="2"), COACH)
    await desk.goals.edit(goal_id, GoalEdit(content="3"), COACH)
    await desk.goals.edit(goal_id, GoalEdit(content="4"), YOU)
    desk.wait(3)
    await desk.goals.edit(goal_id, GoalEdit(content="5"), YOU)

    assert len(await desk.goals.revisions(goal_id)) == 6
    assert len(await desk.goals.revisions(goal_id, AuthorKind.COACH)) == 2
    assert len(await desk.goals.revisions(goal_id, AuthorKind.YOU)) == 4


async def test_undo_and_redo_cross_both_hands(desk: Desk) -> None:
    goal_id = await desk.begin()
    await desk.goals.edit(goal_id, GoalEdit(content="mine"), YOU)
    await desk.goals.edit(goal_id, GoalEdit(title="Run far"), COACH)

    for expected in (("Run", "mine"), ("Run", "")):
        goal = (await desk.goals.undo_last(goal_id, YOU)).goal
        assert (goal.title, goal.fields.content) == expected
    with pytest.raises(NotAllowedError, match="nothing to undo"):
        await desk.goals.undo_last(goal_id, YOU)
    for expected in (("Run", "mine"), ("Run far", "mine")):
        goal = (await desk.goals.redo_last(goal_id, YOU)).goal
        assert (goal.title, goal.fields.content) == expected
    with pytest.raises(NotAllowedError, match="nothing to redo"):
        await desk.goals.redo_last(goal_id, YOU)
    assert [one.cause for one in await desk.goals.revisions(goal_id)][:4] == [Cause.REDO] * 2 + [Cause.UNDO] * 2


async def test_a_removed_milestone_that_is_put_back_is_the_same_one(desk: Desk) -> None:
    goal_id = await desk.begin(GoalFields("Run", milestones=(Milestone("5 km"), Milestone("10 km"))))
    before = (await desk.goals.goal(goal_id)).fields
    await desk.goals.edit(goal_id, GoalEdit(milestones=()), COACH)

    assert (await desk.goals.undo_last(goal_id, YOU)).goal.fields == before


async def test_a_version_and_a_field_are_restored_by_a_new_revision(desk: Desk) -> None:
    goal_id = await desk.begin()
    first = await desk.goals.edit(goal_id, GoalEdit(content="one", deadline=date(2027, 5, 1)), COACH)
    second = await desk.goals.edit(goal_id, GoalEdit(content="two", title="Run far"), COACH)
    assert first is not None
    assert second is not None

    restored = await desk.goals.restore_version(first.revision.id, YOU)
    assert restored is not None
    assert restored.goal.fields == first.goal.fields
    assert (restored.revision.cause, restored.revision.restores) == (Cause.RESTORE, first.revision.id)
    assert await desk.goals.restore_version(first.revision.id, YOU) is None

    field = await desk.goals.restore_field(second.revision.id, "title", YOU, before=False)
    assert field is not None
    assert (field.goal.title, field.goal.fields.content) == ("Run far", "one")
    field = await desk.goals.restore_field(first.revision.id, "deadline", YOU, before=True)
    assert field is not None
    assert field.goal.fields.deadline is None
    with pytest.raises(NotFoundError, match="left the tags as it was"):
        await desk.goals.restore_field(first.revision.id, "tags", YOU, before=True)


words = st.text("ab \n", max_size=6)
steps = st.lists(st.builds(Milestone, st.sampled_from(["x", "y", "z"])), max_size=3).map(tuple)
edits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Run", "Run far", "Swim"]),
        "content": words,
        "milestones": steps,
        "tags": st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(tuple),
        "deadline": st.none() | st.dates(date(2027, 1, 1), date(2027, 1, 5)),
    },
)
moves = st.one_of(
    st.tuples(st.just("edit"), edits, st.sampled_from([YOU, COACH]), st.sampled_from([0.1, 5])),
    st.tuples(st.sampled_from(["undo_last", "redo_last"])),
    st.tuples(st.sampled_from(["undo", "restore"]), st.integers(0, 20)),
)


async def _do(desk: Desk, goal_id: GoalId, move: tuple[Any, ...], history: Sequence[Revision]) -> None:
    match move:
        case ("edit", values, author, minutes):
            desk.wait(minutes)
            kept = dict(values)
            if "milestones" in kept:
                known = {step.title: step for step in (await desk.goals.goal(goal_id)).fields.milestones}
                kept["milestones"] = tuple(known.get(step.title, step) for step in kept["milestones"])
            await desk.goals.edit(goal_id, GoalEdit(**kept), author)
        case ("undo", number):
            await desk.goals.undo(history[number % len(history)].id, YOU)
        case ("restore", number):
            await desk.goals.restore_version(history[number % len(history)].id, YOU)
        case (name,):
            await getattr(desk.goals, name)(goal_id, YOU)


@given(sequence=st.lists(moves, max_size=12))
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_both_hands_do_the_history_leads_to_the_present_and_back(
    desk: Desk, sequence: list[tuple[Any, ...]]
) -> None:
    goal_id = await desk.begin(GoalFields("Run", "a\nb\n", milestones=(Milestone("x"), Milestone("y"))))
    history = await desk.goals.revisions(goal_id)
    for move in sequence:
        before = (await desk.goals.goal(goal_id)).fields
        kept = {revision.id: revision for revision in history}
        try:
            await _do(desk, goal_id, move, history)
        except NotAllowedError:
            assert (await desk.goals.goal(goal_id)).fields == before
        history = await desk.goals.revisions(goal_id)
        _newest, *older = history
        assert all(kept.get(revision.id) == revision for revision in older[1:]), "what is past was changed"

    goal = await desk.goals.goal(goal_id)
    replayed = GoalFields("")
    for revision in reversed(history):
        assert all(getattr(replayed, change.field) == change.before for change in revision.changes)
        replayed = with_values(replayed, {change.field: change.after for change in revision.changes})
    assert replayed == goal.fields

    if not history[0].created:
        previous = with_values(goal.fields, {change.field: change.before for change in history[0].changes})
        undone = await desk.goals.undo(history[0].id, YOU)
        assert undone.goal.fields == previous
        assert (await desk.goals.undo(undone.revision.id, YOU)).goal.fields == goal.fields
