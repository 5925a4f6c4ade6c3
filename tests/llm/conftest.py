"""Shared by the tests of the providers: a server whose answers a test gives one by one."""

from collections.abc import AsyncIterator

import pytest

from tests.llm.played import PlayedServer


@pytest.fixture
async def server() -> AsyncIterator[PlayedServer]:
    """The server; started."""
    played = PlayedServer()
    await played.start()
    yield played
    await played.stop()
