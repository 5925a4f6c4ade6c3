"""What a turn reads of the goals: no more than it sends, however many there are."""

import pytest
from sqlalchemy import event

from desktop_app.domain.goal_list import GoalSummary
from desktop_app.domain.goals import Goal, GoalEdit, GoalFields, Milestone, Phase, UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, Author, AuthorKind
from desktop_app.llm.prompts import OTHER_GOALS_SHOWN
from desktop_app.services.coach_reader import WHOLE_GOALS
from desktop_app.services.coach_writes import CoachWrites
from tests.services.conftest import NOW, World

COACH = Author(AuthorKind.COACH, "scripted", "one")


async def make(world: World, count: int, phase: Phase = Phase.DRAFT) -> list[Goal]:
    steps = (Milestone("one", done_at=NOW), Milestone("two"))
    return [
        (await world.goals.create(GoalFields(f"Goal {number}", "Plan", phase=phase, milestones=steps), YOU)).goal
        for number in range(count)
    ]


async def test_the_open_goal_comes_first_and_whole_and_the_rest_by_number(world: World) -> None:
    goals = await make(world, OTHER_GOALS_SHOWN + 12)
    opened = goals[-1]

    known = await world.coach.reader.read(opened.id)

    assert known.goals[0] == opened
    assert len(known.goals) == OTHER_GOALS_SHOWN + 1
    assert known.notes.left_out == 11
    assert sum(isinstance(goal, Goal) for goal in known.goals) == 1 + WHOLE_GOALS
    last = known.goals[-1]
    assert isinstance(last, GoalSummary)
    assert (last.done_count, last.milestone_count) == (1, 2)


async def test_active_goals_come_before_drafts_and_those_before_what_is_over(world: World) -> None:
    for phase in (Phase.ARCHIVED, Phase.COMPLETED, Phase.DRAFT, Phase.ACTIVE):
        await make(world, 1, phase)
    known = await world.coach.reader.read()
    assert [goal.phase for goal in known.goals] == [Phase.ACTIVE, Phase.DRAFT, Phase.COMPLETED, Phase.ARCHIVED]
    assert known.notes.left_out == 0


async def test_a_goal_that_is_gone_is_left_out(world: World) -> None:
    (goal,) = await make(world, 1)
    known = await world.coach.reader.read(GoalId(999))
    assert known.goals == (goal,)
    assert known.notes.left_out == 0


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ((), UserPhase.GOAL_SETTING),
        ((Phase.DRAFT, Phase.ARCHIVED), UserPhase.GOAL_SETTING),
        ((Phase.DRAFT, Phase.ACTIVE), UserPhase.TRACKING),
        ((Phase.COMPLETED,), UserPhase.TRACKING),
    ],
)
async def test_the_person_is_setting_a_goal_until_one_is_active(
    world: World, phases: tuple[Phase, ...], expected: UserPhase
) -> None:
    for phase in phases:
        await make(world, 1, phase)
    assert (await world.coach.reader.read()).user_phase is expected


async def test_the_user_phase_that_is_set_by_hand_counts_more_than_the_goals(world: World) -> None:
    await make(world, 1, Phase.ACTIVE)
    coach = CoachWrites.of(world.database, world.goals, lambda: NOW, chosen_phase=lambda: UserPhase.GOAL_SETTING)
    assert (await coach.reader.read()).user_phase is UserPhase.GOAL_SETTING


async def test_what_is_proposed_and_not_decided_is_told(world: World) -> None:
    (goal,) = await make(world, 1)
    waiting = await world.coach.proposals.propose_edit(goal.id, GoalEdit(title="Read more"), COACH)
    left = await world.coach.proposals.propose_edit(goal.id, GoalEdit(content="Other"), COACH)
    assert left is not None
    await world.coach.proposals.leave(left.id)
    assert (await world.coach.reader.read(goal.id)).notes.proposals == (waiting,)


async def test_of_many_goals_no_more_milestones_are_read_than_of_few(world: World) -> None:
    async def read() -> int:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        engine = world.database._engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            await world.coach.reader.read()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    await make(world, WHOLE_GOALS)
    few = await read()
    await make(world, 2 * OTHER_GOALS_SHOWN)
    assert await read() == few
