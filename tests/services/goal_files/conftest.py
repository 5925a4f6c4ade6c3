"""Profiles to export from and to import into."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.services.check_ins import CheckInService
from desktop_app.services.goal_files import GoalFileService
from desktop_app.services.goal_list import GoalListService
from desktop_app.services.goals import GoalService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goal_list import GoalListRepository
from desktop_app.storage.goal_transfer import GoalTransferRepository
from desktop_app.storage.goals import GoalRepository

NOW = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)


class Profile:
    """The services of a profile, at a time that goes on by a minute with each look at it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._now = NOW
        self.goals = GoalService(GoalRepository(database), self.now)
        self.list = GoalListService(GoalListRepository(database), self.goals, self.now)
        self.check_ins = CheckInService(CheckInRepository(database), self.goals, self.now)
        self.files = GoalFileService(GoalTransferRepository(database), self.goals, self.check_ins, self.now)

    def now(self) -> datetime:
        self._now += timedelta(minutes=1)
        return self._now


MakeProfile = Callable[[], Awaitable[Profile]]


@pytest.fixture
async def new_profile(tmp_path: Path) -> AsyncIterator[MakeProfile]:
    """Makes empty profiles."""
    async with AsyncExitStack() as stack:
        count = 0

        async def make() -> Profile:
            nonlocal count
            count += 1
            database = await Database.open(tmp_path / f"{count}.db")
            stack.push_async_callback(database.close)
            return Profile(database)

        yield make


@pytest.fixture
async def profile(new_profile: MakeProfile) -> Profile:
    """An empty profile."""
    return await new_profile()
