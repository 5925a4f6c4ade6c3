"""Waits in a coroutine for what the window does by itself."""

import asyncio
from collections.abc import Callable

from desktop_app.ui.tasks import TaskRunner


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as `condition` holds; a minute is the most, then the test has failed."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - Qt tells by signals, not by events
            await asyncio.sleep(0.005)


async def settled(runner: TaskRunner) -> None:
    """Return when nothing runs any more, so that no read is cut off at a test's end."""
    await until(lambda: not runner._tasks)
