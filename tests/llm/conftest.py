"""Shared by the tests of the providers: keys of strangers in the environment, a server that plays its answers."""

from collections.abc import AsyncIterator

import pytest

from tests.llm.contract.strangers import ADDRESSES, KEYS, check_nothing_strange
from tests.llm.played import PlayedServer


@pytest.fixture(autouse=True)
def strangers_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and addresses of other providers lie around, as they do on a developer's computer."""
    for name, value in {**KEYS, **ADDRESSES}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
async def server() -> AsyncIterator[PlayedServer]:
    """The server; started."""
    played = PlayedServer()
    await played.start()
    yield played
    await played.stop()
    check_nothing_strange(played.requests, played.base_url)
