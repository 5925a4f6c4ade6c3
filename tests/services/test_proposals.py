"""What the coach would change waits, and is taken or left; nothing of it is lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, Template
from desktop_app.domain.ids import ProposalId
from desktop_app.domain.measures import Measure
from desktop_app.domain.proposals import Proposal, ProposalState
from desktop_app.domain.revisions import YOU, Author, AuthorKind, Cause
from desktop_app.errors import NotAllowedError, NotFoundError
from desktop_app.services.proposals import ProposalService
from tests.services.conftest import World

COACH = Author(AuthorKind.COACH, "claude", "opus")


@pytest.fixture
def proposals(world: World) -> ProposalService:
    return world.coach.proposals


async def test_a_new_goal_is_made_only_when_it_is_taken(world: World, proposals: ProposalService) -> None:
    fields = GoalFields("Read", "## Plan", Template.OKR, milestones=(Milestone("10 pages"),), tags=("books",))
    proposal = await proposals.propose_goal(fields, COACH)
    assert await world.goals.list_goals() == ()

    taken = await proposals.take(proposal.id)

    (goal,) = await world.goals.list_goals()
    (created,) = await world.goals.revisions(goal.id)
    assert replace(goal.fields, milestones=()) == replace(fields, milestones=())
    assert (created.author, created.cause, created.id) == (COACH, Cause.PROPOSAL, taken.revision_id)
    assert (taken.state, taken.goal_id) == (ProposalState.TAKEN, goal.id)


async def test_taking_keeps_what_the_person_changed_meanwhile(world: World, proposals: ProposalService) -> None:
    goal = (await world.goals.create(GoalFields("Run", "# One\na\n\n# Two\nb\n"), YOU)).goal
    proposal = await proposals.propose_edit(goal.id, GoalEdit(content="# One\na\n\n# Two\ncoach\n"), COACH)
    assert proposal is not None
    await world.goals.edit(goal.id, GoalEdit(content="# One\nyou\n\n# Two\nb\n", title="Run far"), YOU)

    await proposals.take(proposal.id)

    now = await world.goals.goal(goal.id)
    assert (now.title, now.fields.content) == ("Run far", "# One\nyou\n\n# Two\ncoach\n")


async def test_one_field_is_taken_and_the_rest_goes_on_waiting(world: World, proposals: ProposalService) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    edit = GoalEdit(title="Run far", deadline=date(2027, 5, 1))
    proposal = await proposals.propose_edit(goal.id, edit, COACH)
    assert proposal is not None

    await proposals.take(proposal.id, ["deadline"])

    now = await world.goals.goal(goal.id)
    assert (now.title, now.fields.deadline) == ("Run", date(2027, 5, 1))
    (waiting,) = await proposals.open(goal.id)
    assert [change.field for change in waiting.changes] == ["title"]


async def test_what_is_left_changes_nothing_and_is_decided_once(world: World, proposals: ProposalService) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    told: list[Proposal] = []
    proposals.subscribe(told.append)
    proposal = await proposals.propose_edit(goal.id, GoalEdit(title="Swim"), COACH)
    assert proposal is not None

    await proposals.leave(proposal.id)

    assert await proposals.open() == ()
    assert await world.goals.goal(goal.id) == goal
    assert [one.state for one in told] == [ProposalState.OPEN, ProposalState.LEFT]
    with pytest.raises(NotAllowedError, match="decided already"):
        await proposals.take(proposal.id)
    with pytest.raises(NotFoundError):
        await proposals.leave(ProposalId(99))
    assert await proposals.propose_edit(goal.id, GoalEdit(title="Run"), COACH) is None


async def test_a_check_in_waits_with_its_note_and_numbers(world: World, proposals: ProposalService) -> None:
    distance = Measure("Distance", Decimal(21))
    goal = (await world.goals.create(GoalFields("Run", measures=(distance,)), YOU)).goal
    new = NewCheckIn(CheckInStatus.AT_RISK, "A cold.", (("Distance", Decimal("5.5")),))
    proposal = await proposals.propose_check_in(goal.id, new, COACH)
    (waiting,) = await proposals.open(goal.id)
    assert waiting == proposal
    assert waiting.check_in == new

    await proposals.take(proposal.id)

    (check_in,) = await world.coach.check_ins.of(goal.id)
    assert (check_in.status, check_in.note, check_in.author) == (CheckInStatus.AT_RISK, "A cold.", COACH)
    assert (await world.goals.goal(goal.id)).fields.measures[0].current == Decimal("5.5")
