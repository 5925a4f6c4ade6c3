"""Answers the starts that come after this one: takes their calls on the running loop."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from desktop_app.instance.claim import ANSWER, Call, Instance

LONGEST_CALL_BYTES: Final = 1_000_000
_PATIENCE_S: Final = 5.0


class Answering:
    """Hands each call to `on_call` and tells the caller that it arrived."""

    def __init__(self, instance: Instance, on_call: Callable[[Call], None]) -> None:
        self._instance = instance
        self._on_call = on_call
        self._server: asyncio.Server | None = None
        self._callers: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Answer from now on, also those who called before."""
        if self._instance.listener is not None:
            self._server = await asyncio.start_server(
                self._meet, sock=self._instance.listener.dup(), limit=LONGEST_CALL_BYTES
            )

    async def close(self) -> None:
        """Answer nobody any more."""
        self._instance.hang_up()
        if self._server is not None:
            self._server.close()
        for caller in self._callers:
            caller.cancel()
        await asyncio.gather(*self._callers, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._callers.add(task)
            task.add_done_callback(self._callers.discard)
        # Whoever leaves in the middle, says nothing or says too much has no answer.
        with suppress(OSError, ValueError, TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                call = read_call(await reader.readline(), self._instance.token)
                if call is not None:
                    writer.write(ANSWER)
                    await writer.drain()
                    self._on_call(call)
        writer.close()


def read_call(message: bytes, token: str) -> Call | None:
    """The call in a message; None where it is none, or comes without the word."""
    try:
        values = json.loads(message)
        given, items, activation = str(values["token"]), values["items"], str(values["activation"])
        if not secrets.compare_digest(given.encode(), token.encode()) or not isinstance(items, list):
            return None
    except (ValueError, TypeError, KeyError):
        return None
    return Call(tuple(str(item) for item in items), activation)
