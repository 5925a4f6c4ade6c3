"""A real model answers through Ollama's protocol: the call comes in the stream, and the goal stands in the database."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from desktop_app.domain.messages import MessageStatus, Role
from desktop_app.domain.providers import HealthState, ModelChoice
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.llm.ollama.service import OllamaService
from desktop_app.services.chat import ChatRepositories, ChatService, TurnEnded, TurnEvent, TurnOptions
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.conversations import ConversationService
from desktop_app.services.goals import GoalService
from desktop_app.settings import OllamaSettings
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.headings import HeadingRepository
from tests.llm.ollama.llama_front import MODEL, LlamaFront, llama_server

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ASKED = "I want to run a half marathon by 31 May 2027. Write it down, and answer in one short sentence."


@pytest.mark.real_model
@pytest.mark.timeout(900)
async def test_a_real_models_call_becomes_a_goal(tmp_path: Path, coder_weights: Path) -> None:
    pytest.importorskip("xllamacpp")
    database = await Database.open(tmp_path / "goalgetter.db")
    async with llama_server(coder_weights) as upstream:
        front = LlamaFront(upstream)
        ollama = OllamaService(lambda: date(2026, 11, 21), OllamaSettings(await front.server.start()))
        try:
            health = await ollama.check_health()
            assert health.state is HealthState.WORKING
            await _talk(database, ollama)
        finally:
            await ollama.aclose()
            await front.stop()
            await database.close()


async def _talk(database: Database, ollama: OllamaService) -> None:
    async def service_for(_name: str) -> BaseLLMService:
        return ollama

    goals = GoalService(GoalRepository(database), lambda: NOW)
    headings = ConversationService(HeadingRepository(database), lambda: NOW)
    writes = CoachWrites.of(database, goals, lambda: NOW)
    chat = ChatService(ChatRepositories.of(database), headings, writes, service_for, lambda: NOW)
    events: list[TurnEvent] = []
    await chat.send(None, ASKED, TurnOptions(ModelChoice("ollama", MODEL)), events.append)

    ended = events[-1]
    assert isinstance(ended, TurnEnded)
    assert ended.error is None
    assert [type(event) for event in events if isinstance(event, ToolCall | ToolResult)] == [ToolCall, ToolResult]
    (goal,) = await goals.list_goals()
    assert "marathon" in goal.title.casefold()
    assert goal.fields.deadline is not None
    assert (goal.fields.deadline.year, goal.fields.deadline.month) == (2027, 5)
    (heading,) = await chat.list_conversations()
    you, coach = (await chat.transcript(heading.id)).messages
    assert (you.role, coach.role, coach.status) == (Role.YOU, Role.COACH, MessageStatus.COMPLETE)
    assert coach.text
    assert coach.tool_calls[0].is_answered
    assert coach.usage is not None
    assert coach.usage.input_tokens > 500
