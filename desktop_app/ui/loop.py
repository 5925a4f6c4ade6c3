"""What qasync's loop lacks: it does not look after async generators that nobody closed."""

import asyncio
import sys
import weakref
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def generators_looked_after() -> AsyncIterator[None]:
    """Close abandoned async generators on the running loop, as asyncio's own loops do, and those left at the end.

    HTTP clients abandon theirs when a stream ends early; without this they fail when the garbage collector finds them.
    Can go once qasync calls `sys.set_asyncgen_hooks`.
    """
    loop = asyncio.get_running_loop()
    closing: set[asyncio.Task[None]] = set()
    known: weakref.WeakSet[AsyncGenerator[Any, Any]] = weakref.WeakSet()

    def close_soon(generator: AsyncGenerator[Any, Any]) -> None:
        task = loop.create_task(_close(generator))
        closing.add(task)
        task.add_done_callback(closing.discard)

    def finalize(generator: AsyncGenerator[Any, Any]) -> None:
        known.discard(generator)
        if not loop.is_closed():
            loop.call_soon_threadsafe(close_soon, generator)

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=known.add, finalizer=finalize)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*before)
        await asyncio.gather(*closing, *(_close(generator) for generator in tuple(known)), return_exceptions=True)


async def _close(generator: AsyncGenerator[Any, Any]) -> None:
    await generator.aclose()
