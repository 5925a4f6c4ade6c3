"""The coach's tools on real goals, and how its mistakes are told."""

import json
from datetime import date

import pytest

from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, Phase, Template
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, Author, AuthorKind
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.services.goal_tool_handler import GoalToolHandler
from tests.services.conftest import NOW, TODAY, World

COACH = Author(AuthorKind.COACH, "scripted", "script")


def handler(world: World, active: GoalId | None = None) -> GoalToolHandler:
    return GoalToolHandler(world.goals, COACH, active, lambda: TODAY)


async def run(tools: GoalToolHandler, name: str, **arguments: object) -> ToolResult:
    return await tools.run(ToolCall("c1", name, json.dumps(arguments)))


async def test_a_goal_is_created_with_all_it_was_given(world: World) -> None:
    result = await run(
        handler(world),
        "create_goal",
        title="Run a half marathon",
        content="## Specific",
        template_type="smart",
        deadline="2027-05-31",
        milestones=[{"title": "10 km", "target_date": "2027-03-01"}],
        tags=["running"],
    )
    assert result.ok
    assert result.goal_id is not None
    goal = await world.goals.goal(result.goal_id)
    assert goal.title == "Run a half marathon"
    assert goal.fields.template is Template.SMART
    assert goal.fields.deadline == date(2027, 5, 31)
    assert [milestone.target_date for milestone in goal.fields.milestones] == [date(2027, 3, 1)]
    assert goal.fields.tags == ("running",)
    assert world.changes[-1].revision.id == result.revision_id
    assert world.changes[-1].revision.author == COACH
    assert "Created goal 1 “Run a half marathon” as a draft. Deadline: 2027-05-31. Milestones: 1." in result.text


async def test_current_names_the_open_goal_and_then_the_one_just_created(world: World) -> None:
    opened = (await world.goals.create(GoalFields("Old"), YOU)).goal
    tools = handler(world, opened.id)
    assert (await run(tools, "update_goal", goal_id="current", title="Older")).goal_id == opened.id
    new = await run(tools, "create_goal", title="New")
    assert (await run(tools, "set_goal_phase", goal_id="current", phase="active")).goal_id == new.goal_id


async def test_an_update_leaves_what_it_does_not_name(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run", "Plan", deadline=date(2027, 5, 1)), YOU)).goal
    result = await run(handler(world, goal.id), "update_goal", tags=["health"])
    after = (await world.goals.goal(goal.id)).fields
    assert (after.title, after.content, after.deadline, after.tags) == ("Run", "Plan", date(2027, 5, 1), ("health",))
    assert "Updated goal 1 “Run”: tags." in result.text


async def test_milestones_named_again_keep_identity_and_tick(world: World) -> None:
    start = GoalFields("Run", milestones=(Milestone("5 km", "easy", done_at=NOW), Milestone("10 km")))
    goal = (await world.goals.create(start, YOU)).goal
    milestones = [{"title": "5 KM", "target_date": "2027-01-01"}, {"title": "16 km"}]
    added = {"title": "18 km"}
    await run(handler(world, goal.id), "update_goal", milestones=milestones, add_milestone=added)
    kept, sixteen, eighteen = (await world.goals.goal(goal.id)).fields.milestones
    assert kept.id == goal.fields.milestones[0].id
    assert (kept.title, kept.description, kept.done_at, kept.target_date) == ("5 km", "easy", NOW, date(2027, 1, 1))
    assert (sixteen.title, eighteen.title) == ("16 km", "18 km")


async def test_an_update_without_effect_says_so(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    result = await run(handler(world, goal.id), "update_goal", title="Run")
    assert result.ok
    assert result.revision_id is None
    assert "Nothing changed" in result.text


async def test_completing_with_open_milestones_tells_the_coach(world: World) -> None:
    start = GoalFields("Run", phase=Phase.ACTIVE, milestones=(Milestone("5 km", done_at=NOW), Milestone("10 km")))
    goal = (await world.goals.create(start, YOU)).goal
    result = await run(handler(world, goal.id), "set_goal_phase", phase="completed")
    assert "is now completed. 1 of its milestones are still open." in result.text
    again = await run(handler(world, goal.id), "set_goal_phase", phase="completed")
    assert "completed already" in again.text


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("create_goal", "no json", "not valid JSON"),
        ("create_goal", '{"title": "Run", "deadline": "next Tuesday"}', "not a date"),
        ("create_goal", '{"title": "Run", "deadline": "2020-05-31"}', "lies in the past; today is 2026-11-21"),
        ("create_goal", json.dumps({"title": "x" * 10_000}), "The title has 10,000 characters; 200 is the most"),
        ("fly_to_the_moon", "{}", "There is no tool"),
        ("update_goal", '{"goal_id": 999, "title": "x"}', "There is no goal 999"),
        ("update_goal", '{"title": "x"}', "No goal is open"),
        ("set_goal_phase", '{"goal_id": 1, "phase": "completed"}', "A goal that is draft cannot become completed"),
        ("update_goal", '{"goal_id": 1, "deadline": "2020-01-01"}', "lies in the past"),
    ],
)
async def test_a_mistake_is_a_result_and_changes_nothing(
    world: World, name: str, arguments: str, sentence: str
) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    result = await handler(world).run(ToolCall("c1", name, arguments))
    assert not result.ok
    assert sentence in result.text
    assert await world.goals.list_goals() == (goal,)


async def test_the_coach_sees_what_the_person_changed_meanwhile(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    tools = handler(world, goal.id)
    await world.goals.edit(goal.id, GoalEdit(milestones=(Milestone("mine"),)), YOU)
    await run(tools, "update_goal", add_milestone={"title": "yours"})
    titles = [milestone.title for milestone in (await world.goals.goal(goal.id)).fields.milestones]
    assert titles == ["mine", "yours"]
