"""A scripted HTTP/1.1 server on loopback: sends exactly the pieces it is told to, sees when the client leaves."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

_TLS_HANDSHAKE = b"\x16"


class Ending(Enum):
    """What the server does once it has sent its pieces."""

    COMPLETE = "the body ends properly"
    LEFT_OPEN = "the body never ends, until the client leaves"
    CUT = "the connection breaks in the middle of the body"


@dataclass(frozen=True, slots=True)
class Pause:
    """Stands between two pieces: the server sets `reached`, then waits until `go` is set."""

    go: asyncio.Event
    reached: asyncio.Event = field(default_factory=asyncio.Event)


Piece: TypeAlias = bytes | Pause


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """What a client sent. Header names are in lower case; `connection` numbers the connections from 1."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON value
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends: each piece is a chunk of its own, so that a client reads it as one.

    `before` stands before everything, the status included; `after` are raw bytes that follow the answer. After
    `reset_after` raw bytes, wherever they end, the connection is reset.
    """

    pieces: Sequence[Piece] | AsyncGenerator[bytes, None] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: Ending = Ending.COMPLETE
    before: Pause | None = None
    after: bytes = b""
    reset_after: int | None = None

    @classmethod
    def of_json(cls, value: object, status: int = 200) -> "Answer":
        """One JSON document."""
        return cls([json.dumps(value).encode()], status, {"content-type": "application/json"})


class LoopbackServer:
    """Serves `answer(request)` on 127.0.0.1 and keeps what it saw.

    `client_left` is set when a client closes its connection before the answer's end.
    """

    def __init__(self, answer: Callable[[SeenRequest], Answer]) -> None:
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[SeenRequest] = []
        self.connections = 0
        self.client_left = asyncio.Event()
        self.base_url = ""

    async def start(self) -> str:
        """Listen on a free port and return the base URL."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self.base_url

    async def stop(self) -> None:
        """Close every connection."""
        if self._server is None:
            return
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        number = self.connections
        try:
            while (request := await _read_request(reader, writer, number)) is not None:
                self.requests.append(request)
                if not await self._send(self._answer(request), reader, writer):
                    break
        except ConnectionError:
            self.client_left.set()
        except asyncio.CancelledError:
            pass  # the server stops; a cancelled handler would be reported as a leak
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _send(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Send `answer`; whether the connection can be used again."""
        wire = _Wire(writer, answer.reset_after)
        leaving = asyncio.create_task(reader.read(1))
        try:
            async with contextlib.aclosing(wire_form(answer)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Pause):
                        await _pause(piece, leaving)
                    else:
                        await wire.write(piece)
                    if leaving.done():
                        self.client_left.set()
                        return False
            if answer.ending is Ending.LEFT_OPEN:
                await leaving
                self.client_left.set()
                return False
        except _ResetError:
            return False
        finally:
            if not leaving.done():
                leaving.cancel()
                await asyncio.wait([leaving])
        # Only now: whoever has the end may send the next request, whose first byte is nobody else's.
        with contextlib.suppress(_ResetError):
            if answer.ending is Ending.COMPLETE:
                await wire.write(b"0\r\n\r\n" + answer.after)
                return True
        return False


class _ResetError(Exception):
    """The connection is reset as the answer says."""


class _Wire:
    """The connection, reset after so many bytes."""

    def __init__(self, writer: asyncio.StreamWriter, left: int | None) -> None:
        self._writer = writer
        self._left = left

    async def write(self, data: bytes) -> None:
        if self._left is None or len(data) < self._left:
            self._left = None if self._left is None else self._left - len(data)
            self._writer.write(data)
            await self._writer.drain()
            return
        self._writer.write(data[: self._left])
        await self._writer.drain()
        connection = self._writer.get_extra_info("socket")
        # With nothing to linger for, closing is a reset.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        raise _ResetError


async def _pause(pause: Pause, leaving: "asyncio.Task[bytes]") -> None:
    pause.reached.set()
    waiting = asyncio.create_task(pause.go.wait())
    await asyncio.wait([waiting, leaving], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()


async def wire_form(answer: Answer) -> AsyncGenerator[Piece, None]:
    """The answer as it goes over the wire, up to its end, and the pauses in it."""
    if answer.before is not None:
        yield answer.before
    headers = {"transfer-encoding": "chunked", "content-type": "application/octet-stream", **answer.headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    yield f"HTTP/1.1 {answer.status} Scripted\r\n{head}\r\n".encode()
    async with contextlib.aclosing(_pieces(answer.pieces)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Pause):
                yield piece
            elif piece:
                yield b"%x\r\n%s\r\n" % (len(piece), piece)


async def _pieces(pieces: Sequence[Piece] | AsyncGenerator[bytes, None]) -> AsyncGenerator[Piece, None]:
    if isinstance(pieces, AsyncGenerator):
        async with contextlib.aclosing(pieces):
            async for made in pieces:
                yield made
    else:
        for piece in pieces:
            yield piece


async def _read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
) -> SeenRequest | None:
    try:
        first_byte = await reader.readexactly(1)
        if first_byte == _TLS_HANDSHAKE:  # answered as servers without TLS do
            writer.write(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            return None
        head = first_byte + await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return SeenRequest(method, path, headers, body, connection)
