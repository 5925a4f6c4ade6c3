"""Loops whose time can be put forward, so that a silence of minutes is over at once and nothing else is hurried."""

import asyncio
import sys
from typing import Final, TypeVar, cast

import qasync
from PySide6.QtWidgets import QApplication

_Result = TypeVar("_Result")
_LONGER_THAN_ANY_DEADLINE_S: Final = 3600.0

if sys.platform == "win32":
    _Loop = asyncio.ProactorEventLoop
else:
    _Loop = asyncio.SelectorEventLoop


class SkippingLoop(_Loop):
    """Timers that are due within what is skipped fire at once; sockets and processes take the time that they take."""

    skipped_s = 0.0

    def time(self) -> float:
        """The loop's own time, with what was skipped."""
        return super().time() + self.skipped_s

    def skip(self, seconds: float) -> None:
        """Put its time forward."""
        self.skipped_s += seconds


class SkippingQtLoop(qasync.QEventLoop):
    """The same on the window's loop, where each timer is Qt's and has to be brought forward by itself."""

    def __init__(self) -> None:
        self.skipped_s = 0.0
        self._timers: list[tuple[float, asyncio.Handle]] = []
        super().__init__(QApplication.instance() or QApplication([]), already_running=False)

    def time(self) -> float:
        """The loop's own time, with what was skipped."""
        return super().time() + self.skipped_s

    def skip(self, seconds: float) -> None:
        """Put its time forward."""
        self.skipped_s += seconds
        now, timers, self._timers = self.time(), self._timers, []
        for due, handle in timers:
            if due <= now:
                self.call_soon(_run_once, handle)
            elif not handle.cancelled():
                self._timers.append((due, handle))

    def _add_callback(self, handle: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        if delay > 0:
            self._timers.append((self.time() + delay, handle))
        return super()._add_callback(handle, delay)


def _run_once(handle: asyncio.Handle) -> None:
    if not handle.cancelled():
        handle._run()  # as a loop does
        handle.cancel()  # for its own timer


def skip(seconds: float) -> None:
    """Put the running loop's time forward."""
    cast("SkippingLoop | SkippingQtLoop", asyncio.get_running_loop()).skip(seconds)


async def skipped_to_the_end(task: "asyncio.Task[_Result]") -> _Result:
    """What comes of `task` when everything that it waits for without end is overdue."""
    while not task.done():
        # Again, because a wait that begins after the skip has all of its time before it.
        skip(_LONGER_THAN_ANY_DEADLINE_S)
        await asyncio.sleep(0.001)
    return task.result()
