"""A loop whose time can be put forward, so that a silence of minutes is over at once and nothing else is hurried."""

import asyncio
import sys
from typing import Final, TypeVar, cast

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


def skip(seconds: float) -> None:
    """Put the running loop's time forward."""
    cast("SkippingLoop", asyncio.get_running_loop()).skipped_s += seconds


async def skipped_to_the_end(task: "asyncio.Task[_Result]") -> _Result:
    """What comes of `task` when everything that it waits for without end is overdue."""
    while not task.done():
        # Again, because a wait that begins after the skip has all of its time before it.
        skip(_LONGER_THAN_ANY_DEADLINE_S)
        await asyncio.sleep(0.001)
    return task.result()
