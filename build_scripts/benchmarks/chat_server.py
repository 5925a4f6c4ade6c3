"""A server that speaks Claude's protocol, in a process of its own; its pace is what a message asks for.

A message asks with `before=190000 deltas=800 rate=100`: so many characters at once, then so many deltas of ten
characters at so many a second (0: as fast as they are taken). With `marked` the deltas are `n1 `, `n2 ` and so on, and
`GET /sent` tells when each went out, by the clock that all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

DELTA_CHARS: Final = 10
MODEL: Final = "claude-bench"
SAMPLE: Final = (
    "Three runs a week will get you there, with **one long run** on Sunday and `easy` days between them. "
    "Read [the plan](https://example.org/plan) before you change anything, and keep the pace at which you can talk.\n\n"
    "- **Tuesday:** thirty minutes, slow enough to talk\n"
    "- **Thursday:** forty minutes with *four* strides at the end\n"
    "- **Sunday:** the long run, one kilometre more each week\n\n"
    "| Week | Distance | Note |\n|---|--:|---|\n| 1 | 6 km | all easy |\n| 2 | 7 km | all easy |\n"
    "| 3 | 8 km | rest after |\n\n"
    "```python\npace = minutes / kilometres\nprint(f'{pace:.2f}')\n```\n\n"
)
_ASKED: Final = re.compile(r"(before|deltas|rate)=(\d+)")
_MARKS_A_PARAGRAPH: Final = 40
_LISTED: Final = {"id": MODEL, "type": "model", "display_name": "Claude Bench", "created_at": "2026-01-01T00:00:00Z"}


class Server:
    """Serves until its standard input ends."""

    def __init__(self) -> None:
        self._sent: list[float] = []

    async def run(self) -> None:
        """Listen, print the port, serve."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode().partition("?")[0]
                length = re.search(rb"content-length: *(\d+)", head.lower())
                body = await reader.readexactly(int(length[1]) if length else 0)
                if path == "/v1/messages":
                    await self._stream(_words_of(body), writer)
                elif path == "/v1/models":
                    listed = {"data": [_LISTED], "has_more": False, "first_id": MODEL, "last_id": MODEL}
                    await _send_json(writer, listed)
                else:
                    await _send_json(writer, self._sent)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _stream(self, words: str, writer: asyncio.StreamWriter) -> None:
        asked = {name: int(value) for name, value in _ASKED.findall(words)}
        count, rate = asked.get("deltas", 3), asked.get("rate", 0)
        pieces = _marks(count) if "marked" in words else _slices(count)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        for event in _opening():
            _write(writer, event)
        if before := asked.get("before", 0):
            _write(writer, _delta((SAMPLE * (before // len(SAMPLE) + 1))[:before]))
        self._sent = []
        began = time.perf_counter()
        for number, piece in enumerate(pieces):
            if rate and (early := began + number / rate - time.perf_counter()) > 0:
                await writer.drain()
                await asyncio.sleep(early)
            self._sent.append(time.perf_counter())
            _write(writer, _delta(piece))
            if not rate:
                await writer.drain()
        for event in _ending(count):
            _write(writer, event)
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _words_of(body: bytes) -> str:
    """What the newest message says."""
    content = json.loads(body)["messages"][-1]["content"]
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def _slices(count: int) -> Iterator[str]:
    text = SAMPLE * (count * DELTA_CHARS // len(SAMPLE) + 1)
    return (text[number * DELTA_CHARS : (number + 1) * DELTA_CHARS] for number in range(count))


def _marks(count: int) -> Iterator[str]:
    return (f"n{number}" + (" " if (number + 1) % _MARKS_A_PARAGRAPH else "\n\n") for number in range(count))


def _opening() -> Iterator[bytes]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": MODEL, "content": [], "usage": usage}
    yield _event({"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}})
    yield _event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})


def _ending(deltas: int) -> Iterator[bytes]:
    yield _event({"type": "content_block_stop", "index": 0})
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": end, "usage": {"output_tokens": deltas}})
    yield _event({"type": "message_stop"})


def _delta(text: str) -> bytes:
    return _event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})


def _event(value: dict[str, Any]) -> bytes:
    return f"event: {value['type']}\ndata: {json.dumps(value)}\n\n".encode()


def _write(writer: asyncio.StreamWriter, event: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(event), event))


async def _send_json(writer: asyncio.StreamWriter, value: object) -> None:
    body = json.dumps(value).encode()
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


if __name__ == "__main__":
    asyncio.run(Server().run())
