"""A server on the loopback that speaks as much of the engine's protocol as a test needs, faults included."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.llm.contract.server import Answer, Ending, LoopbackServer, SeenRequest


@dataclass
class ScriptedEngine:
    """`stream` is the raw body of a completion; `hangs` keeps the connection open after it."""

    stream: bytes = b""
    status: int = 200
    content_type: str = "text/event-stream"
    hangs: bool = False
    address: str = ""
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, _request: SeenRequest) -> Answer:
        """The completion."""
        ending = Ending.LEFT_OPEN if self.hangs else Ending.COMPLETE
        return Answer([self.stream], self.status, {"content-type": self.content_type}, ending)


def sse(*events: object) -> bytes:
    """The events as a server-sent stream."""
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)


@asynccontextmanager
async def running(engine: ScriptedEngine) -> AsyncIterator[ScriptedEngine]:
    """Serve until the block ends."""
    server = LoopbackServer(engine.answer)
    engine.disconnected = server.client_left
    engine.address = await server.start()
    try:
        yield engine
    finally:
        await server.stop()
