"""The one write path: every change is recorded, told, and can be taken back."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, Phase
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.revisions import YOU, Author, AuthorKind, GoalChange
from desktop_app.errors import InvalidValueError, NotAllowedError, NotFoundError
from tests.services.conftest import NOW, World

COACH = Author(AuthorKind.COACH, "scripted", "script")


async def created(world: World, **fields: object) -> GoalChange:
    return await world.goals.create(replace(GoalFields("Run"), **fields), YOU)  # type: ignore[arg-type] # test values


async def test_a_change_is_recorded_and_told_with_who_asked(world: World) -> None:
    goal_id = (await created(world)).goal.id
    me = object()
    change = await world.goals.edit(goal_id, GoalEdit(title="Run far"), COACH, initiator=me)
    assert change is not None
    assert world.changes[-1] is change
    assert change.initiator is me
    newest, first = await world.goals.revisions(goal_id)
    assert (newest.author, newest.at, newest.created) == (COACH, NOW, False)
    assert newest.changes[0].before == "Run"
    assert first.created


async def test_an_edit_that_changes_nothing_adds_no_revision(world: World) -> None:
    goal_id = (await created(world)).goal.id
    assert await world.goals.edit(goal_id, GoalEdit(title=" Run "), YOU) is None
    assert len(world.changes) == 1


async def test_a_refused_edit_leaves_the_goal_as_it_was(world: World) -> None:
    goal = (await created(world, content="Plan")).goal
    with pytest.raises(InvalidValueError):
        await world.goals.edit(goal.id, GoalEdit(title="", content="New"), YOU)
    with pytest.raises(NotAllowedError):
        await world.goals.edit(goal.id, GoalEdit(phase=Phase.COMPLETED), YOU)
    assert await world.goals.goal(goal.id) == goal


async def test_nobody_is_told_after_unsubscribing(world: World) -> None:
    heard: list[GoalChange] = []
    unsubscribe = world.goals.subscribe(heard.append)
    unsubscribe()
    await created(world)
    assert not heard


async def test_undo_gives_back_the_state_before_and_redo_the_one_after(world: World) -> None:
    goal = (await created(world, milestones=(Milestone("5 km"),))).goal
    edit = GoalEdit(deadline=date(2027, 5, 31), milestones=(), title="Run far")
    change = await world.goals.edit(goal.id, edit, COACH)
    assert change is not None
    undone = await world.goals.undo(change.revision.id, YOU)
    assert replace(undone.goal.fields, milestones=()) == replace(goal.fields, milestones=())
    assert [milestone.title for milestone in undone.goal.fields.milestones] == ["5 km"]
    assert undone.revision.undoes == change.revision.id
    redone = await world.goals.undo(undone.revision.id, YOU)
    assert redone.goal.fields == change.goal.fields


async def test_undo_of_a_creation_archives_and_its_undo_brings_it_back(world: World) -> None:
    first = await created(world)
    undone = await world.goals.undo(first.revision.id, YOU)
    assert undone.goal.phase is Phase.ARCHIVED
    assert (await world.goals.undo(undone.revision.id, YOU)).goal.phase is Phase.DRAFT


async def test_undo_is_refused_where_the_field_was_changed_since(world: World) -> None:
    goal_id = (await created(world)).goal.id
    change = await world.goals.edit(goal_id, GoalEdit(content="One"), COACH)
    await world.goals.edit(goal_id, GoalEdit(content="Two"), YOU)
    assert change is not None
    with pytest.raises(NotAllowedError, match="The plan was changed again since"):
        await world.goals.undo(change.revision.id, YOU)
    assert (await world.goals.goal(goal_id)).fields.content == "Two"


async def test_undo_of_one_change_keeps_later_changes_of_other_fields(world: World) -> None:
    goal_id = (await created(world)).goal.id
    change = await world.goals.edit(goal_id, GoalEdit(content="One"), COACH)
    await world.goals.edit(goal_id, GoalEdit(title="Run far"), YOU)
    assert change is not None
    undone = await world.goals.undo(change.revision.id, YOU)
    assert (undone.goal.title, undone.goal.fields.content) == ("Run far", "")


async def test_undoing_twice_is_refused(world: World) -> None:
    first = await created(world)
    await world.goals.undo(first.revision.id, YOU)
    with pytest.raises(NotAllowedError, match="nothing left"):
        await world.goals.undo(first.revision.id, YOU)


async def test_what_does_not_exist_is_said_to_be_gone(world: World) -> None:
    with pytest.raises(NotFoundError):
        await world.goals.undo(RevisionId(99), YOU)
    with pytest.raises(NotFoundError):
        await world.goals.goal(GoalId(99))
    with pytest.raises(NotFoundError):
        await world.goals.edit(GoalId(99), GoalEdit(title="x"), YOU)


async def test_a_write_that_is_cancelled_is_either_told_or_not_done(world: World) -> None:
    goal_id = (await created(world)).goal.id
    for steps in range(30):
        told = len(world.changes)
        task = asyncio.create_task(world.goals.edit(goal_id, GoalEdit(title=f"Run {steps}"), COACH))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        is_written = (await world.goals.goal(goal_id)).title == f"Run {steps}"
        assert is_written == (len(world.changes) > told)
