"""Who comes back after a day or more finds what is due and what was done the last time, once, and at no cost."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_app.domain.check_ins import CheckInStatus, NewCheckIn
from desktop_app.domain.goals import GoalEdit, GoalFields, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, Author, AuthorKind
from desktop_app.services.check_ins import CheckInService
from desktop_app.services.goals import GoalService
from desktop_app.services.preferences import Preferences
from desktop_app.services.reminders import ReminderService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.database import Database
from desktop_app.storage.due import DueRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.preferences import PreferenceRepository
from desktop_app.ui.since.card import SinceCard
from desktop_app.ui.since.presenter import VISIT, SincePresenter
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.ui.goals.waiting import settled

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
COACH = Author(AuthorKind.COACH, "builtin", "coder")


@dataclass
class Home:
    """A profile, the time, and what the card is told."""

    goals: GoalService
    check_ins: CheckInService
    preferences: Preferences
    presenter: SincePresenter
    runner: TaskRunner
    now: list[datetime]
    cards: list[SinceCard]
    asked: list[str] = field(default_factory=list)

    async def come(self, at: datetime) -> list[str]:
        """Come at a moment; what the card says then, nothing where there is none."""
        self.now[0] = at
        self.presenter.look()
        await settled(self.runner)
        return [line.accessibleName() for card in self.cards if not card.isHidden() for line in card.lines]


@pytest.fixture
async def home(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[Home]:
    database = await Database.open(tmp_path / "goalgetter.db")
    now, errors, cards = [NOW], list[BaseException](), list[SinceCard]()
    goals = GoalService(GoalRepository(database), lambda: now[0])
    check_ins = CheckInService(CheckInRepository(database), goals, lambda: now[0])
    preferences = Preferences(PreferenceRepository(database))
    await preferences.load()
    reminders = ReminderService(DueRepository(database), CheckInRepository(database), preferences, lambda: True)
    runner = TaskRunner(errors.append)

    def card() -> SinceCard:
        cards.append(SinceCard(theme))
        qtbot.addWidget(cards[0])
        return cards[0]

    owner = QObject()
    presenter = SincePresenter(card, reminders, preferences, runner, lambda: now[0], owner)
    made = Home(goals, check_ins, preferences, presenter, runner, now, cards)
    presenter.question_asked.connect(made.asked.append)
    yield made
    await runner.close()
    await database.close()
    assert errors == []


async def test_who_comes_back_after_a_day_finds_what_is_due_and_what_was_done(home: Home) -> None:
    assert await home.come(NOW) == []
    home.now[0] = NOW + timedelta(minutes=1)
    run = GoalFields("Run", phase=Phase.ACTIVE, deadline=date(2026, 3, 14))
    goal = (await home.goals.create(run, YOU)).goal
    home.now[0] = NOW + timedelta(hours=1)
    await home.goals.edit(goal.id, GoalEdit(content="Three times a week"), COACH)
    await home.check_ins.record(goal.id, NewCheckIn(CheckInStatus.BEHIND), YOU)
    assert await home.come(NOW + timedelta(hours=2)) == []
    told = await home.come(NOW + timedelta(days=3))
    assert told == [
        "The deadline of “Run” was yesterday.",
        "“Run”: you began it; the coach changed plan; at the last check-in it is behind.",
    ]
    assert home.cards[0].title.text().startswith("Welcome back. You were here on Thu 12 Mar 2026")


async def test_it_is_told_once_and_the_next_time_only_what_came_since(home: Home) -> None:
    await home.come(NOW)
    home.now[0] = NOW + timedelta(minutes=1)
    await home.goals.create(GoalFields("Run"), YOU)
    assert len(await home.come(NOW + timedelta(days=2))) == 1
    home.cards[0].hide()
    assert await home.come(NOW + timedelta(days=2, minutes=5)) == []
    assert await home.come(NOW + timedelta(days=4)) == []


async def test_a_line_opens_its_goal_by_key(home: Home) -> None:
    await home.come(NOW)
    home.now[0] = NOW + timedelta(minutes=1)
    goal = (await home.goals.create(GoalFields("Run"), YOU)).goal
    await home.come(NOW + timedelta(days=2))
    opened: list[int] = []
    (card,) = home.cards
    card.goal_requested.connect(opened.append)
    QTest.keyClick(card.lines[0], Qt.Key.Key_Space)
    assert [GoalId(one) for one in opened] == [goal.id]


async def test_talking_about_it_asks_nothing_by_itself(home: Home) -> None:
    await home.come(NOW)
    home.now[0] = NOW + timedelta(minutes=1)
    await home.goals.create(GoalFields("Run"), YOU)
    await home.come(NOW + timedelta(days=2))
    QTest.mouseClick(home.cards[0].ask, Qt.MouseButton.LeftButton)
    assert home.asked == ["I am back. Help me go on from here:\n- “Run”: you began it.\n"]
    assert home.cards[0].isHidden()


async def test_of_much_the_first_is_told_and_how_much_more_there_is(home: Home) -> None:
    await home.come(NOW)
    home.now[0] = NOW + timedelta(minutes=1)
    for number in range(8):
        await home.goals.create(GoalFields(f"Goal {number}"), YOU)
    assert len(await home.come(NOW + timedelta(days=2))) == 5
    assert home.cards[0].more.text() == "and 3 more"


@pytest.mark.parametrize("kept", ["", "nonsense", "[]", "{}", '{"came": 1, "seen": null}'])
async def test_a_visit_that_cannot_be_read_is_none(home: Home, kept: str) -> None:
    await home.preferences.keep(VISIT, kept)
    await home.goals.create(GoalFields("Run"), YOU)
    assert await home.come(NOW + timedelta(days=9)) == []
