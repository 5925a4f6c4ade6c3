"""The coach's tools on real goals, and how its mistakes are told."""

import json
from datetime import date
from decimal import Decimal

import pytest

from desktop_app.domain.check_ins import CheckInStatus
from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, Phase, Template
from desktop_app.domain.ids import GoalId
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import YOU, Author, AuthorKind
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.goal_tool_handler import LISTED, GoalToolHandler
from tests.services.conftest import NOW, TODAY, World

COACH = Author(AuthorKind.COACH, "scripted", "script")


def handler(world: World, active: GoalId | None = None) -> GoalToolHandler:
    return GoalToolHandler(world.coach, COACH, active, lambda: TODAY)


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


async def test_goals_are_listed_by_phase_and_words(world: World) -> None:
    assert (await run(handler(world), "list_goals")).text == "There are no goals yet."
    done = Milestone("5 km", done_at=NOW)
    run_far = GoalFields("Run far", deadline=date(2027, 5, 1), milestones=(done, Milestone("10 km")), tags=("Health",))
    await world.goals.create(run_far, YOU)
    await world.goals.create(GoalFields("Read", phase=Phase.ACTIVE), YOU)

    everything = await run(handler(world), "list_goals")
    assert everything.text.splitlines() == [
        "1: “Run far”, draft, deadline 2027-05-01, 1 of 2 milestones, 50 %",
        "2: “Read”, active, no deadline",
    ]
    assert (await run(handler(world), "list_goals", text="10 KM health")).text.startswith("1: ")
    assert (await run(handler(world), "list_goals", phase="active")).text.startswith("2: ")
    assert (await run(handler(world), "list_goals", phase="archived")).text == "No goal is like that."


async def test_a_long_list_comes_in_pages(world: World) -> None:
    for number in range(LISTED + 2):
        await world.goals.create(GoalFields(f"Goal {number}"), YOU)

    first = (await run(handler(world), "list_goals")).text.splitlines()
    second = (await run(handler(world), "list_goals", page=2)).text.splitlines()

    assert len(first) == LISTED + 1
    assert first[-1] == "… and 2 more: ask for page 2, for a phase or for words."
    assert [line.split(":")[0] for line in first[:-1] + second] == [str(number + 1) for number in range(LISTED + 2)]
    assert (await run(handler(world), "list_goals", page=9)).text == f"There are only {LISTED + 2} such goals."


async def test_a_check_in_keeps_status_note_and_numbers(world: World) -> None:
    distance = Measure("Distance", Decimal("21.1"), unit="km")
    goal = (await world.goals.create(GoalFields("Run", measures=(distance,)), YOU)).goal

    result = await run(
        handler(world, goal.id),
        "record_check_in",
        status="behind",
        note="Rain all week.",
        measures=[{"name": "distance", "value": 5.3}],
    )

    (check_in,) = await world.coach.check_ins.of(goal.id)
    assert (check_in.status, check_in.note, check_in.author) == (CheckInStatus.BEHIND, "Rain all week.", COACH)
    assert [(one.name, one.value) for one in check_in.readings] == [("Distance", Decimal("5.3"))]
    assert check_in.revision_id == result.revision_id is not None
    assert "Distance at 5.3 of 21.1 km" in result.text


async def test_a_number_of_no_measure_is_refused_and_nothing_is_kept(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    numbers = [{"name": "Weight", "value": 70}]

    result = await run(handler(world, goal.id), "record_check_in", status="on_track", measures=numbers)

    assert not result.ok
    assert result.text == "The goal has no measure “Weight”. Its measures: none yet."
    assert await world.coach.check_ins.of(goal.id) == ()


async def test_a_milestone_is_ticked_by_its_title_or_a_part_that_only_it_has(world: World) -> None:
    steps = (Milestone("Run 5 km"), Milestone("Run 10 km"), Milestone("Rest"))
    goal = (await world.goals.create(GoalFields("Run", milestones=steps), YOU)).goal
    tools = handler(world, goal.id)

    assert (await run(tools, "complete_milestone", milestone="10 KM")).text == "“Run 10 km” is done: 1 of 3 milestones."
    again = await run(tools, "complete_milestone", milestone="Run 10 km")
    assert again.text.startswith("Nothing changed")
    assert (await run(tools, "complete_milestone", milestone="run 10 km", done=False)).ok
    both = await run(tools, "complete_milestone", milestone="run")
    none = await run(tools, "complete_milestone", milestone="swim")

    assert not both.ok
    assert "more than one milestone" in both.text
    assert not none.ok
    assert "there is no milestone “swim”. Its milestones: “Run 5 km”, “Run 10 km”, “Rest”." in none.text


async def test_where_the_person_wants_to_be_asked_first_nothing_changes_and_the_model_is_told(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run", milestones=(Milestone("5 km"),)), YOU)).goal
    asked = CoachWrites.of(world.database, world.goals, lambda: NOW, asks_first=lambda: True)
    tools = GoalToolHandler(asked, COACH, goal.id, lambda: TODAY)

    results = [
        await run(tools, "create_goal", title="Read"),
        await run(tools, "update_goal", title="Run far"),
        await run(tools, "set_goal_phase", phase="active"),
        await run(tools, "record_check_in", status="on_track"),
        await run(tools, "complete_milestone", milestone="5 km"),
    ]

    assert await world.goals.list_goals() == (goal,)
    assert await asked.check_ins.of(goal.id) == ()
    assert all(result.ok and "NOT made: the person wants to be asked first" in result.text for result in results)
    assert len(await asked.proposals.open()) == 5
    refused = await run(tools, "set_goal_phase", phase="completed")
    assert not refused.ok
