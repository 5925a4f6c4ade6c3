"""The owner of coroutines: reports failures, cancels and awaits at exit."""

import asyncio
import inspect
import logging

import pytest

from desktop_app.errors import AppError
from desktop_app.ui.tasks import UNEXPECTED, TaskRunner


def unexpected(error: AppError) -> None:
    """No error is to be told."""
    pytest.fail(str(error))


async def test_a_result_comes_back() -> None:
    async def work() -> int:
        return 7

    task = TaskRunner(unexpected).start(work(), name="work")
    assert task is not None
    assert await task == 7


async def test_an_expected_failure_goes_to_the_one_who_asked() -> None:
    told: list[str] = []

    async def work() -> None:
        raise AppError("The disk is full.")

    runner = TaskRunner(unexpected)
    task = runner.start(work(), name="work", on_error=lambda error: told.append(str(error)))
    assert task is not None
    await task
    assert told == ["The disk is full."]


async def test_a_bug_is_logged_and_told_in_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    async def work() -> None:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        task = TaskRunner(lambda error: told.append(str(error))).start(work(), name="some work")
        assert task is not None
        await task
    assert told == [UNEXPECTED]
    assert "some work failed unexpectedly" in caplog.text


async def test_closing_cancels_and_waits_and_nothing_is_started_after() -> None:
    ended: list[str] = []
    runner = TaskRunner(unexpected)

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            assert runner.start(work(), name="too late") is None
            await asyncio.sleep(0)
            ended.append("work")

    runner.start(work(), name="work")
    await asyncio.sleep(0)
    await runner.close()
    assert ended == ["work"]


async def test_what_is_cancelled_before_its_first_step_leaves_nothing_behind() -> None:
    async def work() -> None:
        pytest.fail("it was cancelled")

    coroutine = work()
    task = TaskRunner(unexpected).start(coroutine, name="work")
    assert task is not None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert inspect.getcoroutinestate(coroutine) == inspect.CORO_CLOSED
