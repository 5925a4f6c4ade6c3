"""A database of its own for each test, and a moment to write at."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository

NOW = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database of this test lies; the folder is not there yet."""
    return tmp_path / "data" / "goalgetter.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    """An open database."""
    opened = await Database.open(path)
    yield opened
    await opened.close()


@pytest.fixture
def goals(database: Database) -> GoalRepository:
    """Its goals."""
    return GoalRepository(database)


@pytest.fixture
def conversations(database: Database) -> ConversationRepository:
    """Its conversations."""
    return ConversationRepository(database)
