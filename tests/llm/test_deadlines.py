"""How long a model call may keep silent, over many waits in a row."""

import asyncio

import pytest

from desktop_app.llm.deadlines import CallClock, Deadlines

GENEROUS_S = 20


async def test_a_wait_that_is_overdue_ends() -> None:
    clock = CallClock(Deadlines(first_piece_s=0.01))
    async with asyncio.timeout(GENEROUS_S):
        with pytest.raises(TimeoutError), clock.waiting():
            await asyncio.Event().wait()
        await asyncio.sleep(0)  # nothing of the cancellation is left
    assert not clock.has_begun


async def test_a_shorter_wait_after_a_longer_one_ends_in_its_own_time() -> None:
    clock = CallClock(Deadlines(first_piece_s=GENEROUS_S * 10, between_pieces_s=0.01))
    async with asyncio.timeout(GENEROUS_S):
        with clock.waiting():
            await asyncio.sleep(0)
        clock.piece_came()
        with pytest.raises(TimeoutError), clock.waiting():
            await asyncio.Event().wait()
    assert clock.has_begun


async def test_whoever_uses_a_piece_is_not_hurried() -> None:
    clock = CallClock(Deadlines(first_piece_s=0.01, between_pieces_s=0.01))
    with clock.waiting():
        await asyncio.sleep(0)
    clock.piece_came()
    await asyncio.sleep(0.05)  # longer than any wait may be
    with clock.waiting():
        pass  # the next piece is there already


async def test_a_stop_from_outside_is_no_time_out() -> None:
    clock = CallClock(Deadlines())

    async def wait() -> None:
        with clock.waiting():
            await asyncio.Event().wait()

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
