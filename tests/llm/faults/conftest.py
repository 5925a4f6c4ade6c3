"""Each provider in turn, on a loop whose time can be put forward, and a look at what it left behind."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.registry import PROVIDERS
from tests.llm.faults.skipping_loop import SkippingLoop, SkippingQtLoop

_OPEN_FILES = Path("/proc/self/fd")
_GENEROUS_S = 20.0
_OF_QTS_THREADS = "anon_inode:[eventfd]"  # one for each thread of the loop's own pool, until the loop closes
# It logs a failure and raises it; what it raises is what counts.
_SDK_THAT_TELLS_TWICE = "openai.agents"


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Callable[[], Any]]:
    """All of these tests run on a loop that skips, those that ask for an application on Qt's."""
    return {"skipping": SkippingQtLoop if "qapp" in getattr(item, "fixturenames", ()) else SkippingLoop}


@pytest.fixture(params=sorted(PROVIDERS))
async def provider(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[ProviderUnderTest]:
    """A service in front of its server; afterwards no file, no socket and no complaint may be left."""
    open_before = open_files()
    under_test = PROVIDERS[request.param]()
    await under_test.start()
    yield under_test
    await under_test.stop()
    gc.collect()  # a coroutine or a transport that nobody closed complains when it is collected
    await _until_closed(open_before)
    complaints = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not [record.getMessage() for record in complaints if record.name != _SDK_THAT_TELLS_TWICE]


def open_files() -> set[str]:
    """What is open in this process, sockets and pipes included; nothing where the system does not tell."""
    found: set[str] = set()
    if not _OPEN_FILES.is_dir():
        return found
    for entry in _OPEN_FILES.iterdir():
        try:
            found.add(f"{entry.name} {entry.readlink()}")
        except OSError:
            continue  # that of this look itself, closed meanwhile
    return {each for each in found if not each.endswith(_OF_QTS_THREADS)}


async def _until_closed(before: set[str]) -> None:
    """Closing a connection takes the loop some rounds."""
    deadline = asyncio.get_running_loop().time() + _GENEROUS_S
    while left := open_files() - before:
        assert asyncio.get_running_loop().time() < deadline, f"left open: {left}"
        await asyncio.sleep(0.01)
