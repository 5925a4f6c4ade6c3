"""What is due is told once, opened by a click, put off by a button, and gathered where there is much of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.domain.goals import GoalFields, Milestone, Phase, ReviewRhythm
from desktop_app.domain.revisions import YOU
from desktop_app.services.goals import GoalService
from desktop_app.services.preferences import Preferences
from desktop_app.services.reminders import ReminderService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.database import Database
from desktop_app.storage.due import DueRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.preferences import PreferenceRepository
from desktop_app.ui.notifications.channel import OPEN, Notice, NotificationChannel
from desktop_app.ui.notifications.reminders import ReminderPresenter
from desktop_app.ui.tasks import TaskRunner
from tests.ui.goals.waiting import settled

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
TODAY = date(2026, 3, 12)


class Seen(NotificationChannel):
    """Remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.notices: list[Notice] = []

    def show(self, notice: Notice) -> None:
        """Remember."""
        self.notices.append(notice)


@dataclass
class Reminded:
    """A profile with reminders, at a time that can be moved."""

    goals: GoalService
    presenter: ReminderPresenter
    channel: Seen
    runner: TaskRunner
    switch: list[bool]
    now: list[datetime]
    opened: list[int] = field(default_factory=list)
    reviewed: list[int] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    async def goal(self, title: str, **fields: object) -> int:
        """An active goal."""
        made = GoalFields(title, phase=Phase.ACTIVE, **fields)  # type: ignore[arg-type]
        return int((await self.goals.create(made, YOU)).goal.id)

    async def look(self, at: datetime | None = None) -> list[str]:
        """What is told by a look at a moment."""
        if at is not None:
            self.now[0] = at
        before = len(self.channel.notices)
        self.presenter.look()
        await settled(self.runner)
        return [notice.text for notice in self.channel.notices[before:]]


@pytest.fixture
async def reminded(qtbot: QtBot, tmp_path: Path) -> AsyncIterator[Reminded]:
    database = await Database.open(tmp_path / "goalgetter.db")
    now, switch, errors = [NOW], [True], list[BaseException]()
    goals = GoalService(GoalRepository(database), lambda: now[0])
    preferences = Preferences(PreferenceRepository(database))
    await preferences.load()
    reminders = ReminderService(DueRepository(database), CheckInRepository(database), preferences, lambda: switch[0])
    runner, channel = TaskRunner(errors.append), Seen()
    presenter = ReminderPresenter(reminders, channel, runner, lambda: now[0])
    made = Reminded(goals, presenter, channel, runner, switch, now)
    presenter.goal_requested.connect(made.opened.append)
    presenter.review_requested.connect(made.reviewed.append)
    presenter.told_here.connect(lambda title, text: made.told.append((title, text)))
    yield made
    presenter.close()
    await runner.close()
    await database.close()
    assert errors == []


async def test_a_deadline_is_told_once_and_a_click_opens_its_goal(reminded: Reminded) -> None:
    goal = await reminded.goal("Run", deadline=TODAY)
    assert await reminded.look() == ["The deadline of “Run” is today."]
    assert await reminded.look() == []
    (notice,) = reminded.channel.notices
    assert [words for _, words in notice.actions] == ["In an hour", "Tomorrow", "Next week"]
    reminded.channel.acted.emit(notice.key, OPEN)
    assert (reminded.opened, reminded.reviewed) == ([goal], [])


@pytest.mark.parametrize(
    ("action", "silent", "again"),
    [
        ("hour", timedelta(minutes=59), timedelta(minutes=61)),
        ("tomorrow", timedelta(hours=10), timedelta(hours=26)),
        ("week", timedelta(days=6), timedelta(days=8)),
    ],
)
async def test_what_is_put_off_comes_again_at_its_time(
    reminded: Reminded, action: str, silent: timedelta, again: timedelta
) -> None:
    step = Milestone("10 km", target_date=TODAY)
    await reminded.goal("Run", milestones=(step,))
    await reminded.look()
    reminded.channel.acted.emit(reminded.channel.notices[0].key, action)
    await settled(reminded.runner)
    assert await reminded.look(NOW + silent) == []
    (text,) = await reminded.look(NOW + again)
    assert text.startswith("“10 km” of “Run” is due")


async def test_what_came_due_while_the_program_was_closed_is_told_gathered(reminded: Reminded) -> None:
    for number in range(5):
        await reminded.goal(f"Goal {number}", deadline=TODAY - timedelta(days=number))
    (text,) = await reminded.look()
    assert reminded.channel.notices[0].title == "5 things are due"
    assert text.splitlines()[0].startswith("The deadline of “Goal 4” was on")
    assert text.splitlines()[-1] == "and 2 more"
    reminded.channel.acted.emit(reminded.channel.notices[0].key, "tomorrow")
    await settled(reminded.runner)
    assert await reminded.look(NOW + timedelta(days=2)) != []


async def test_two_bundles_are_put_off_each_by_itself(reminded: Reminded) -> None:
    for number in range(4):
        await reminded.goal(f"Early {number}", deadline=TODAY)
    await reminded.look()
    for number in range(4):
        await reminded.goal(f"Late {number}", deadline=TODAY)
    await reminded.look()
    first, second = reminded.channel.notices
    reminded.channel.acted.emit(first.key, "tomorrow")
    await settled(reminded.runner)
    (text,) = await reminded.look(NOW + timedelta(days=2))
    assert "Early 0" in text
    assert first.key != second.key


async def test_the_switch_turns_them_off_and_on(reminded: Reminded) -> None:
    await reminded.goal("Run", deadline=TODAY)
    reminded.switch[0] = False
    assert await reminded.look() == []
    reminded.switch[0] = True
    assert len(await reminded.look()) == 1


async def test_what_no_desktop_can_show_is_told_in_the_window(reminded: Reminded) -> None:
    await reminded.goal("Run", deadline=TODAY)
    await reminded.look()
    reminded.channel.not_shown.emit(reminded.channel.notices[0].key)
    assert reminded.told == [("A deadline is here", "The deadline of “Run” is today.")]


async def test_a_click_on_a_review_asks_for_a_check_in(reminded: Reminded) -> None:
    goal = await reminded.goal("Run", rhythm=ReviewRhythm.WEEKLY)
    assert len(await reminded.look(NOW + timedelta(days=8))) == 1
    reminded.channel.acted.emit(reminded.channel.notices[0].key, OPEN)
    assert (reminded.opened, reminded.reviewed) == ([], [goal])
    reminded.channel.acted.emit("unknown", OPEN)
    reminded.channel.acted.emit(reminded.channel.notices[0].key, "unknown")
