"""Both services of the Agents SDK in front of a server whose answers a test gives one by one."""

from collections.abc import AsyncIterator, Callable

import pytest

from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.openai_agents.compatible import CompatibleService
from desktop_app.llm.openai_agents.service import OpenAIService
from desktop_app.settings import CompatibleSettings, OpenAISettings
from tests.llm.contract.provider import TODAY
from tests.llm.played import PlayedServer

KEY = "sk-proj-AbCdEfGh-0123456789"
MakeOpenAI = Callable[..., OpenAIService]
MakeCompatible = Callable[..., CompatibleService]


@pytest.fixture
async def make_openai(server: PlayedServer) -> AsyncIterator[MakeOpenAI]:
    """Makes services for the Responses API; they are closed after the test."""
    made: list[OpenAIService] = []

    def make(key: str = KEY, base_url: str | None = None, deadlines: Deadlines | None = None) -> OpenAIService:
        made.append(OpenAIService(lambda: TODAY, OpenAISettings(key, base_url or f"{server.base_url}/v1"), deadlines))
        return made[-1]

    yield make
    for service in made:
        await service.aclose()


@pytest.fixture
async def make_compatible(server: PlayedServer) -> AsyncIterator[MakeCompatible]:
    """Makes services for chat completions; they are closed after the test."""
    made: list[CompatibleService] = []

    def make(
        key: str | None = KEY, base_url: str | None = None, deadlines: Deadlines | None = None
    ) -> CompatibleService:
        settings = CompatibleSettings("Workshop", base_url or f"{server.base_url}/v1", key)
        made.append(CompatibleService(lambda: TODAY, settings, deadlines))
        return made[-1]

    yield make
    for service in made:
        await service.aclose()


@pytest.fixture
def openai(make_openai: MakeOpenAI) -> OpenAIService:
    """OpenAI, with a key."""
    return make_openai()


@pytest.fixture
def compatible(make_compatible: MakeCompatible) -> CompatibleService:
    """A compatible server, with a key."""
    return make_compatible()
