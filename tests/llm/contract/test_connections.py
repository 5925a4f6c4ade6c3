"""How every provider uses its connections, and that what streams at once stays apart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import pytest

from desktop_app.llm.events import TextDelta
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.registry import PROVIDERS
from tests.llm.contract.script import Says, Step, reply
from tests.llm.contract.server import Pause
from tests.llm.contract.strangers import PROXIES
from tests.llm.contract.test_replies import GENEROUS_S, text_of

PIECES = 20


async def test_fifty_requests_go_over_at_most_two_connections(provider: ProviderUnderTest) -> None:
    for _ in range(50):
        provider.script(reply("Hello"))
        await provider.turn("Hi")
    assert len(provider.turns) == 50
    assert provider.server.connections <= 2


@pytest.mark.parametrize("name", sorted(PROVIDERS))
async def test_a_proxy_of_the_environment_is_not_for_this_computer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, address in PROXIES.items():
        monkeypatch.setenv(variable, address)
    async with _started(name) as provider:
        provider.script(reply("Hello"))
        assert text_of(await provider.turn("Hi")) == "Hello"


async def test_all_providers_stream_at_once_and_do_not_mix() -> None:
    async with AsyncExitStack() as stack, asyncio.timeout(GENEROUS_S), asyncio.TaskGroup() as group:
        streams = [_Stream(await stack.enter_async_context(_started(name)), name) for name in sorted(PROVIDERS)]
        for stream in streams:
            group.create_task(stream.read())
        for number in range(PIECES):
            for stream in streams:
                # All of them are in the middle of their reply; one goes on.
                stream.gates[number].go.set()
                assert await stream.came.get() == f"{stream.name} {number}, "
                assert all(other.came.empty() for other in streams)


@asynccontextmanager
async def _started(name: str) -> AsyncIterator[ProviderUnderTest]:
    provider = PROVIDERS[name]()
    await provider.start()
    yield provider
    await provider.stop()


class _Stream:
    """A turn whose reply goes on piece by piece, each when its gate opens."""

    def __init__(self, provider: ProviderUnderTest, name: str) -> None:
        self.name = name
        self.gates = [Pause(asyncio.Event()) for _ in range(PIECES)]
        self.came: asyncio.Queue[str] = asyncio.Queue()
        self._provider = provider
        steps: list[Step] = []
        for number, gate in enumerate(self.gates):
            steps += [gate, Says(f"{name} {number}, ")]
        provider.script(reply(*steps))

    async def read(self) -> None:
        """Read the turn to its end."""
        async with aclosing(self._provider.stream(f"You are {self.name}")) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    self.came.put_nowait(event.text)
