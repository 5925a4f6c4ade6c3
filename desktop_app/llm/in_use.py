"""How many are using a service at the moment, so that it can be closed when the last one is done."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class InUse:
    """Counts uses; made for one event loop."""

    def __init__(self) -> None:
        self._count = 0
        self._is_free = asyncio.Event()
        self._is_free.set()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Use it while the body runs."""
        self._count += 1
        self._is_free.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._is_free.set()

    async def ended(self) -> None:
        """Wait until nobody uses it."""
        await self._is_free.wait()
