"""A Claude service in front of a server whose answers a test gives one by one."""

from collections.abc import AsyncIterator, Callable

import pytest

from desktop_app.llm.claude.service import ClaudeService
from desktop_app.llm.deadlines import Deadlines
from desktop_app.settings import ClaudeSettings
from tests.llm.contract.provider import TODAY
from tests.llm.played import PlayedServer

KEY = "sk-ant-api03-AbCdEfGh-0123456789"
MakeService = Callable[..., ClaudeService]


@pytest.fixture
async def make_service(server: PlayedServer) -> AsyncIterator[MakeService]:
    """Makes services on the server; they are closed after the test."""
    made: list[ClaudeService] = []

    def make(key: str = KEY, deadlines: Deadlines | None = None, base_url: str | None = None) -> ClaudeService:
        made.append(ClaudeService(lambda: TODAY, ClaudeSettings(key, base_url or server.base_url), deadlines))
        return made[-1]

    yield make
    for service in made:
        await service.aclose()


@pytest.fixture
def service(make_service: MakeService) -> ClaudeService:
    """A service with a key."""
    return make_service()
