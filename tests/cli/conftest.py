"""For commands: the root logger as it was, a profile to look into, open as a window has it open."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from desktop_app.backend import Backend
from desktop_app.clock import utc_now
from desktop_app.paths import default_paths
from desktop_app.settings import Sources


@pytest.fixture(autouse=True)
def own_handlers(own_profile: Path) -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


@pytest.fixture
async def profile(own_profile: Path) -> AsyncIterator[Backend]:
    """The profile that commands write into, open as a window holds it open."""
    backend = await Backend.open(default_paths(), Sources(), utc_now)
    await backend.load()
    yield backend
    await backend.close()
