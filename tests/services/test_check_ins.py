"""Check-ins are kept with the numbers they bring; the way over time follows from the history."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn, next_review
from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, ReviewRhythm
from desktop_app.domain.ids import GoalId
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import YOU, Author, AuthorKind, Cause
from desktop_app.errors import InvalidValueError, NotFoundError
from tests.services.conftest import NOW, TODAY, World

COACH = Author(AuthorKind.COACH, "claude", "opus")
MEASURES = (Measure("Distance", Decimal(20), unit="km"), Measure("Weight", Decimal(70), Decimal(80)))


async def test_new_numbers_go_into_the_goal_as_a_change_of_their_own(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run", measures=MEASURES), YOU)).goal
    await world.goals.edit(goal.id, GoalEdit(content="Plan"), YOU)
    new = NewCheckIn(CheckInStatus.ON_TRACK, " Fine. ", ((" weight ", Decimal("77.50")),))

    recorded = await world.coach.check_ins.record(goal.id, new, YOU)

    assert recorded.check_in.note == "Fine."
    assert recorded.check_in.progress == Decimal("0.125")
    assert [(one.name, one.value) for one in recorded.check_in.readings] == [("Weight", Decimal("77.5"))]
    assert recorded.change == world.changes[-1]
    newest, edited, _ = await world.goals.revisions(goal.id)
    assert (newest.cause, edited.cause) == (Cause.CHECK_IN, Cause.EDIT)
    assert await world.coach.check_ins.of(goal.id) == (recorded.check_in,)
    assert (await world.goals.undo_last(goal.id, YOU)).goal.fields.measures == goal.fields.measures


async def test_a_check_in_without_numbers_changes_no_field(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    recorded = await world.coach.check_ins.record(goal.id, NewCheckIn(CheckInStatus.BEHIND), COACH)

    assert (recorded.change, recorded.check_in.progress) == (None, None)
    assert len(await world.goals.revisions(goal.id)) == 1


async def test_what_cannot_be_kept_is_refused_whole(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run", measures=MEASURES), YOU)).goal
    numbers = (("Weight", Decimal(75)), ("Height", Decimal(2)))
    with pytest.raises(InvalidValueError, match=r"no measure “Height”\. Its measures: “Distance”, “Weight”"):
        await world.coach.check_ins.record(goal.id, NewCheckIn(CheckInStatus.BEHIND, "", numbers), YOU)
    with pytest.raises(InvalidValueError, match="too large"):
        await world.coach.check_ins.record(
            goal.id, NewCheckIn(CheckInStatus.BEHIND, "", (("Weight", Decimal("1e30")),)), YOU
        )
    with pytest.raises(InvalidValueError, match="10,001 characters"):
        await world.coach.check_ins.record(goal.id, NewCheckIn(CheckInStatus.BEHIND, "x" * 10_001), YOU)
    with pytest.raises(NotFoundError):
        await world.coach.check_ins.record(GoalId(99), NewCheckIn(CheckInStatus.BEHIND), YOU)

    assert await world.coach.check_ins.of(goal.id) == ()
    assert await world.goals.goal(goal.id) == goal


@pytest.mark.parametrize(
    ("rhythm", "last", "expected"),
    [
        (ReviewRhythm.NONE, date(2027, 1, 31), None),
        (ReviewRhythm.WEEKLY, date(2026, 12, 28), date(2027, 1, 4)),
        (ReviewRhythm.TWO_WEEKS, date(2027, 2, 20), date(2027, 3, 6)),
        (ReviewRhythm.MONTHLY, date(2027, 1, 31), date(2027, 2, 28)),
        (ReviewRhythm.MONTHLY, date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_the_next_review_follows_the_rhythm(rhythm: ReviewRhythm, last: date, expected: date | None) -> None:
    assert next_review(rhythm, last) == expected


async def test_the_next_review_counts_from_the_last_check_in_or_the_beginning(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run", rhythm=ReviewRhythm.WEEKLY), YOU)).goal

    assert await world.coach.check_ins.next_review(goal) == date(2026, 11, 28)
    await world.coach.check_ins.record(goal.id, NewCheckIn(CheckInStatus.ON_TRACK), YOU)
    assert await world.coach.check_ins.next_review(goal) == next_review(ReviewRhythm.WEEKLY, TODAY)


async def test_the_chart_has_a_point_for_each_change_of_the_progress(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    steps = (Milestone("a"), Milestone("b"))
    change = await world.goals.edit(goal.id, GoalEdit(milestones=steps), COACH)
    assert change is not None
    one, two = change.goal.fields.milestones
    await world.goals.edit(goal.id, GoalEdit(content="Plan"), COACH)
    await world.goals.edit(goal.id, GoalEdit(milestones=(replace(one, done_at=NOW), two)), COACH)

    points = await world.coach.check_ins.chart(goal.id)

    assert [point.share for point in points] == [None, Decimal(0), Decimal("0.5")]
