"""Ends a command in order when it is told to: what came is kept, nothing is left open."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

_ENDING: Final = ("SIGTERM", "SIGHUP")  # Ctrl+C is asyncio's own business


class Interrupts:
    """Cancels the task that is watched; `exit_code` is then 128 and the number of the signal, as shells have it."""

    def __init__(self) -> None:
        self.exit_code: int | None = None

    @contextmanager
    def watched(self) -> Iterator[Callable[[], None]]:
        """Watch the current task; gives what cancels it."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker: a coroutine runs in a task

        def stop() -> None:
            task.cancel()

        def end(number: int) -> None:
            self.exit_code = 128 + number
            task.cancel()

        numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
        watched = [number for number in numbers if _watch(loop, number, end)]
        try:
            yield stop
        finally:
            for number in watched:
                loop.remove_signal_handler(number)


def _watch(loop: asyncio.AbstractEventLoop, number: int, end: Callable[[int], None]) -> bool:
    # Windows' loops cannot, and threads other than the first may not.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(number, end, number)
        return True
    return False
