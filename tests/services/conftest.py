"""A profile of its own for each test: real services on a real database, a scripted model, a clock that stands."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import GoalChange
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.scripted import MODEL, ScriptedService, Step
from desktop_app.services.attachments import AttachmentService
from desktop_app.services.chat import ChatRepositories, ChatService, MessageQueue, TurnEnded, TurnEvent, TurnOptions
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.conversations import ConversationService
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.headings import HeadingRepository

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
TODAY = date(2026, 11, 21)


@dataclass
class World:
    """The services of a profile, and what was told by them."""

    database: Database
    goals: GoalService
    coach: CoachWrites
    chat: ChatService
    headings: ConversationService
    queue: MessageQueue
    attachments: AttachmentService
    scripted: ScriptedService
    changes: list[GoalChange] = field(default_factory=list)
    events: list[TurnEvent] = field(default_factory=list)

    def play(self, *script: Sequence[Step]) -> None:
        """Let the model answer the coming calls like this."""
        self.scripted.extend(script)

    @property
    def options(self) -> TurnOptions:
        return TurnOptions(ModelChoice("scripted", MODEL))

    @property
    def ended(self) -> TurnEnded:
        """How the last turn ended."""
        last = self.events[-1]
        assert isinstance(last, TurnEnded)
        return last


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    database = await Database.open(tmp_path / "goalgetter.db")
    scripted = ScriptedService(lambda: TODAY, ())

    async def service_for(name: str) -> BaseLLMService:
        assert name == "scripted"
        return scripted

    goals = GoalService(GoalRepository(database), lambda: NOW)
    coach = CoachWrites.of(database, goals, lambda: NOW)
    repositories = ChatRepositories.of(database)
    headings = ConversationService(HeadingRepository(database), lambda: NOW)
    chat = ChatService(repositories, headings, coach, service_for, lambda: NOW)
    queue, attachments = MessageQueue(repositories.unsent), AttachmentService(repositories.attachments)
    world = World(database, goals, coach, chat, headings, queue, attachments, scripted)
    goals.subscribe(world.changes.append)
    yield world
    await database.close()
