"""A real server on the loopback that speaks as much of the engine's protocol as a test needs, faults included."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class ScriptedEngine:
    """`stream` is the raw body of a completion; `hangs` keeps the connection open after it."""

    stream: bytes = b""
    status: int = 200
    content_type: str = "text/event-stream"
    hangs: bool = False
    address: str = ""
    prompts: list[str] = field(default_factory=list)
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)


def sse(*events: object) -> bytes:
    """The events as a server-sent stream."""
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)


@asynccontextmanager
async def running(engine: ScriptedEngine) -> AsyncIterator[ScriptedEngine]:
    """Serve until the block ends."""

    handlers: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handlers.add(task)
        try:
            await reply(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        if "/apply-template" in head:
            text = json.dumps({"prompt": "\n".join(message["content"] for message in body["messages"])}).encode()
            writer.write(_head(200, "application/json") + text)
        else:
            engine.prompts.append(body["prompt"])
            writer.write(_head(engine.status, engine.content_type) + engine.stream)
            await writer.drain()
            if engine.hangs:
                await reader.read()
                engine.disconnected.set()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    engine.address = f"http://{host}:{port}"
    async with server:
        yield engine
        await asyncio.gather(*handlers, return_exceptions=True)


def _head(status: int, content_type: str) -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n".encode()
