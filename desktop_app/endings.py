"""Work that must not be left in the middle."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

_Result = TypeVar("_Result")
_Arguments = ParamSpec("_Arguments")


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


def never_left_in_the_middle(
    method: Callable[_Arguments, Coroutine[Any, Any, _Result]],
) -> Callable[_Arguments, Coroutine[Any, Any, _Result]]:
    """`method`, going to its end where its caller is cancelled.

    For transactions: a connection that is left in one keeps the database locked until somebody notices.
    """

    @wraps(method)
    async def ended(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        return await to_the_end(method(*args, **kwargs))

    return ended
