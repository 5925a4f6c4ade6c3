"""Owns every coroutine that the window starts: reports its failure, cancels it, and awaits it at exit."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from desktop_app.errors import AppError

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")

UNEXPECTED = "Something went wrong that should not have. Your data is safe; the log says more."


class TaskRunner:
    """Starts tasks on the running loop and keeps them until they end.

    An `AppError` goes to the `on_error` given at the start, or to the runner's own; anything else is a bug: it is
    logged with its stack and told in one sentence, or handed to `on_bug` with the name of the task.
    """

    def __init__(
        self, on_error: Callable[[AppError], None], on_bug: Callable[[Exception, str], None] | None = None
    ) -> None:
        self._on_error = on_error
        self._on_bug = on_bug
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    def start(
        self,
        coroutine: Coroutine[Any, Any, _Result],
        *,
        name: str,
        on_error: Callable[[AppError], None] | None = None,
    ) -> asyncio.Task[_Result | None] | None:
        """Start `coroutine`; the task gives its result, or None where it failed. After `close` nothing is started."""
        if self._is_closed:
            coroutine.close()
            return None
        task = asyncio.get_running_loop().create_task(self._guarded(coroutine, name, on_error), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Cancelled before its first step, the task never came to the coroutine.
        task.add_done_callback(partial(_close, coroutine))
        return task

    async def close(self) -> None:
        """Start nothing more, cancel what still runs, and wait until it ended."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _guarded(
        self,
        coroutine: Coroutine[Any, Any, _Result],
        name: str,
        on_error: Callable[[AppError], None] | None,
    ) -> _Result | None:
        report = on_error or self._on_error
        try:
            return await coroutine
        except AppError as error:
            _log.info("%s: %s", name, type(error).__name__)
            report(error)
        except Exception as error:  # noqa: BLE001 - the one place where what nobody expected ends
            _log.exception("%s failed unexpectedly", name)
            # Whoever waits for this task hears of it in any case.
            if on_error is not None or self._on_bug is None:
                report(AppError(UNEXPECTED))
            if self._on_bug is not None:
                self._on_bug(error, name)
        return None


def _close(coroutine: Coroutine[Any, Any, Any], _task: asyncio.Task[Any]) -> None:
    coroutine.close()
