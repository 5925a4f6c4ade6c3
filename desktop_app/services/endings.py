"""Work that must not be left in the middle."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


async def to_the_end(coroutine: Coroutine[Any, Any, _Result]) -> _Result:
    """Await `coroutine` even while the current task is being cancelled, and only then let it be cancelled.

    For writes: what is committed must also be told to whoever listens.
    """
    task = asyncio.ensure_future(coroutine)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
