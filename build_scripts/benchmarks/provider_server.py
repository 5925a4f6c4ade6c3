"""A server that speaks all five protocols, in a process of its own, so that only the client's work is measured.

What a request's words contain decides the reply: `SHORT` a few deltas, `ENDLESS` one that goes on until the client
leaves, anything else `DELTAS`. `GET /seen` tells what it saw of connections.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

DELTAS: Final = 2_000
_SHORT: Final = 3
WORD: Final = "word "
SHORT: Final = "SHORT"
ENDLESS: Final = "ENDLESS"
_MODEL: Final = {"name": "bench", "model": "bench", "size": 1_000_000_000, "digest": "0", "details": {}}
_ANSWERS: Final[dict[str, Any]] = {
    "/api/tags": {"models": [_MODEL]},
    "/api/ps": {"models": []},
    "/api/show": {"details": {}, "model_info": {}, "capabilities": ["completion", "tools"]},
}


class Server:
    """Serves until its standard input ends."""

    def __init__(self) -> None:
        self._used: set[int] = set()
        self._opened = 0
        self._left_at = 0.0

    async def run(self) -> None:
        """Listen, print the port, serve."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._opened += 1
        number = self._opened
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode().partition("?")[0]
                body = await reader.readexactly(_length(head))
                if path == "/seen":
                    await _send_json(writer, {"connections": len(self._used), "left_at": self._left_at})
                    self._used, self._left_at = set(), 0.0
                elif path in _PROTOCOLS and b'"stream":false' not in body.replace(b" ", b""):
                    self._used.add(number)
                    if not await self._stream(path, body, reader, writer):
                        return
                elif path == "/apply-template":
                    await _send_json(writer, {"prompt": body.decode()})
                else:
                    await _send_json(writer, _ANSWERS.get(path, {}))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    async def _stream(self, path: str, body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Stream a reply; whether the connection is still there."""
        kind = "application/x-ndjson" if path == "/api/chat" else "text/event-stream"
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        is_endless = ENDLESS.encode() in body
        deltas = _SHORT if is_endless or SHORT.encode() in body else DELTAS
        pieces = _PROTOCOLS[path](deltas)
        for number, piece in enumerate(pieces):
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            if is_endless and number == _SHORT:
                await reader.read(1)
                self._left_at = time.time()
                return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def _send_json(writer: asyncio.StreamWriter, value: object) -> None:
    body = json.dumps(value).encode()
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


def _event(value: dict[str, Any]) -> bytes:
    return f"event: {value['type']}\ndata: {json.dumps(value)}\n\n".encode()


def _data(value: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()


def _messages(deltas: int) -> Iterator[bytes]:
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "bench", "content": [], "usage": usage}
    yield _event({"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}})
    yield _event({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for _ in range(deltas):
        yield _event({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": WORD}})
    yield _event({"type": "content_block_stop", "index": 0})
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield _event({"type": "message_delta", "delta": end, "usage": {"output_tokens": deltas}})
    yield _event({"type": "message_stop"})


def _responses(deltas: int) -> Iterator[bytes]:
    response: dict[str, Any] = {
        "id": "r",
        "object": "response",
        "created_at": 1,
        "model": "bench",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    item = {"id": "i", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    text = {"type": "output_text", "text": WORD * deltas, "annotations": []}
    whole = {**item, "status": "completed", "content": [text]}
    place = {"item_id": "i", "output_index": 0, "sequence_number": 1}
    usage = {
        "input_tokens": 1,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": deltas,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": deltas + 1,
    }
    yield _event({"type": "response.created", "sequence_number": 0, "response": {**response, "status": "in_progress"}})
    yield _event({"type": "response.output_item.added", **place, "item": item})
    for _ in range(deltas):
        delta = {"type": "response.output_text.delta", "content_index": 0, "logprobs": [], "delta": WORD}
        yield _event({**delta, **place})
    yield _event({"type": "response.output_item.done", **place, "item": whole})
    end = {**response, "status": "completed", "output": [whole], "usage": usage}
    yield _event({"type": "response.completed", "sequence_number": 9, "response": end})


def _chat(deltas: int) -> Iterator[bytes]:
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "bench"}
    yield _data({**chunk, "choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]})
    for _ in range(deltas):
        yield _data({**chunk, "choices": [{"index": 0, "delta": {"content": WORD}, "finish_reason": None}]})
    yield _data({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    usage = {"prompt_tokens": 1, "completion_tokens": deltas, "total_tokens": deltas + 1}
    yield _data({**chunk, "choices": [], "usage": usage})
    yield b"data: [DONE]\n\n"


def _ollama(deltas: int) -> Iterator[bytes]:
    line = {"model": "bench", "created_at": "2026-11-21T08:52:19.385406455Z"}
    for _ in range(deltas):
        said = {**line, "message": {"role": "assistant", "content": WORD}, "done": False}
        yield json.dumps(said).encode() + b"\n"
    end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
    yield json.dumps({**line, **end, "prompt_eval_count": 1, "eval_count": deltas}).encode() + b"\n"


def _completion(deltas: int) -> Iterator[bytes]:
    timings = {
        "cache_n": 0,
        "prompt_n": 700,
        "prompt_ms": 5907.302,
        "prompt_per_token_ms": 39.382,
        "prompt_per_second": 25.392,
        "predicted_n": 47,
        "predicted_ms": 8875.102,
        "predicted_per_token_ms": 192.937,
        "predicted_per_second": 5.183,
    }
    event = {"index": 0, "tokens": [1], "id_slot": 0, "tokens_predicted": 1, "tokens_evaluated": 700}
    begin = '{"language": "English", "action": null, "reply": "'
    for content in (begin, *[WORD] * deltas, '"}'):
        yield _data({**event, "content": content, "stop": False, "timings": timings})
    yield _data({**event, "content": "", "stop": True, "stop_type": "eos", "timings": timings})


_PROTOCOLS: Final = {
    "/v1/messages": _messages,
    "/v1/responses": _responses,
    "/v1/chat/completions": _chat,
    "/api/chat": _ollama,
    "/completion": _completion,
}


if __name__ == "__main__":
    asyncio.run(Server().run())
