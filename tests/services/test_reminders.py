"""What is due is told once, later where it is snoozed, and not at all where reminders are off."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.due import DueKind
from desktop_app.domain.goals import GoalEdit, GoalFields, Milestone, Phase, ReviewRhythm
from desktop_app.domain.revisions import YOU
from desktop_app.services.preferences import Preferences
from desktop_app.services.reminders import ReminderService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.due import DueRepository
from desktop_app.storage.preferences import PreferenceRepository
from tests.services.conftest import NOW, TODAY, World

YESTERDAY = TODAY - timedelta(days=1)
RUN = GoalFields(
    "Run",
    phase=Phase.ACTIVE,
    deadline=TODAY,
    milestones=(
        Milestone("5 km", target_date=YESTERDAY, done_at=NOW),
        Milestone("10 km", target_date=YESTERDAY),
        Milestone("15 km", target_date=date(2027, 1, 1)),
    ),
    rhythm=ReviewRhythm.WEEKLY,
)


class Switch:
    is_on = True

    def __call__(self) -> bool:
        return self.is_on


def service(world: World, switch: Switch | None = None) -> ReminderService:
    database = world.database
    preferences = Preferences(PreferenceRepository(database))
    return ReminderService(DueRepository(database), CheckInRepository(database), preferences, switch or Switch())


async def test_reviews_milestones_and_deadlines_of_active_goals_are_due(world: World) -> None:
    goal = (await world.goals.create(RUN, YOU)).goal
    for phase in (Phase.DRAFT, Phase.COMPLETED, Phase.ARCHIVED):
        await world.goals.create(replace(RUN, phase=phase), YOU)
    in_a_week = TODAY + timedelta(days=7)

    today = await service(world).due(TODAY)
    later = await service(world).due(in_a_week)

    assert [(due.kind, due.goal_id, due.day) for due in today] == [
        (DueKind.MILESTONE, goal.id, YESTERDAY),
        (DueKind.DEADLINE, goal.id, TODAY),
    ]
    assert [due.words(TODAY) for due in today] == [
        "“10 km” of “Run” is due since yesterday.",
        "The deadline of “Run” is today.",
    ]
    assert (later[-1].kind, later[-1].day) == (DueKind.REVIEW, in_a_week)


async def test_each_is_told_once_and_again_when_its_day_moves(world: World) -> None:
    goal = (await world.goals.create(RUN, YOU)).goal
    reminders = service(world)
    due = await reminders.to_tell(NOW)
    assert len(due) == 2

    await reminders.note_told(due)
    assert await reminders.to_tell(NOW + timedelta(hours=1)) == ()
    await world.goals.edit(goal.id, GoalEdit(deadline=YESTERDAY), YOU)

    assert [one.kind for one in await reminders.to_tell(NOW)] == [DueKind.DEADLINE]


async def test_what_is_snoozed_comes_back_at_its_time(world: World) -> None:
    await world.goals.create(replace(RUN, milestones=()), YOU)
    reminders = service(world)
    (due,) = await reminders.to_tell(NOW)

    await reminders.snooze(due, NOW + timedelta(minutes=10))

    assert await reminders.to_tell(NOW + timedelta(minutes=9)) == ()
    assert await reminders.to_tell(NOW + timedelta(minutes=10)) == (due,)


async def test_off_is_off(world: World) -> None:
    await world.goals.create(RUN, YOU)
    switch = Switch()
    reminders = service(world, switch)
    switch.is_on = False

    assert await reminders.to_tell(NOW) == ()
    assert len(await reminders.due(TODAY)) == 2


@pytest.mark.parametrize("kept", ["{", "[]", '{"a": 1}', '{"a": "soon"}'])
async def test_a_note_of_the_past_that_cannot_be_read_hides_nothing(world: World, kept: str) -> None:
    await world.goals.create(RUN, YOU)
    repository = PreferenceRepository(world.database)
    await repository.set("silent_reminders", kept)
    preferences = Preferences(repository)
    await preferences.load()
    reminders = ReminderService(DueRepository(world.database), CheckInRepository(world.database), preferences, Switch())

    assert len(await reminders.to_tell(NOW)) == 2


async def test_what_happened_since_a_moment_comes_from_the_history(world: World) -> None:
    goal = (await world.goals.create(RUN, YOU)).goal
    await world.coach.check_ins.record(goal.id, NewCheckIn(CheckInStatus.BEHIND, "Rain"), YOU)

    since = await service(world).since(NOW - timedelta(seconds=1), TODAY)
    assert [(one.title, len(one.revisions), [c.note for c in one.check_ins]) for one in since.news] == [
        ("Run", 1, ["Rain"])
    ]
    assert len(since.due) == 2
    assert (await service(world).since(datetime(2027, 1, 1, tzinfo=UTC), TODAY)).news == ()
