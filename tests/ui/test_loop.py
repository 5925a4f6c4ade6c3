"""Async generators that nobody closes."""

import asyncio
import gc
from collections.abc import AsyncGenerator

from PySide6.QtWidgets import QApplication

from desktop_app.ui.loop import generators_looked_after


async def counting(closed: asyncio.Event) -> AsyncGenerator[int, None]:
    try:
        yield 1
        yield 2
    finally:
        await asyncio.sleep(0)
        closed.set()


async def test_an_abandoned_generator_is_closed_on_qts_loop(qapp: QApplication) -> None:
    closed = asyncio.Event()
    async with generators_looked_after():
        async for _ in counting(closed):
            break
        gc.collect()
        await asyncio.wait_for(closed.wait(), 10)


async def test_what_is_still_open_is_closed_at_the_end(qapp: QApplication) -> None:
    closed = asyncio.Event()
    async with generators_looked_after():
        generator = counting(closed)
        assert await anext(generator) == 1
    assert closed.is_set()
