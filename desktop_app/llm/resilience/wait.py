"""The wait between two tries, in the hands of whoever looks at it."""

import asyncio
from collections.abc import Awaitable, Callable


class RetryWait:
    """One turn's handle: cuts short the wait that is on, if one is. It may be used again for the turn's next wait."""

    def __init__(self) -> None:
        self._cut = asyncio.Event()
        self._is_given_up = False

    def retry_now(self) -> None:
        """Try again at once."""
        self._cut.set()

    def give_up(self) -> None:
        """Try no more: the call fails as it did."""
        self._is_given_up = True
        self._cut.set()

    async def pass_time(self, delay_s: float, sleep: Callable[[float], Awaitable[None]]) -> bool:
        """Wait `delay_s` seconds or until it is cut short; whether to try again."""
        self._cut.clear()
        self._is_given_up = False
        sleeping = asyncio.ensure_future(sleep(delay_s))
        cut = asyncio.ensure_future(self._cut.wait())
        try:
            await asyncio.wait((sleeping, cut), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sleeping, cut):
                task.cancel()
            await asyncio.gather(sleeping, cut, return_exceptions=True)
        return not self._is_given_up
