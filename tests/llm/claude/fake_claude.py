"""Writes the Messages API's stream as Anthropic documents it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from desktop_app.llm.events import StopReason
from tests.llm.contract.script import Calls, Says, ScriptedReply, Step, Thinks, Tokens
from tests.llm.contract.server import Answer, Pause, Piece

NO_TOKENS = Tokens()
EVENT_STREAM = {"content-type": "text/event-stream; charset=utf-8"}
_STOP_REASONS = {StopReason.LENGTH: "max_tokens", StopReason.REFUSED: "refusal"}
_ids = count(1)


def sse(event: Mapping[str, Any]) -> bytes:
    """One event; `type` is its name."""
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def message_start(tokens: Tokens = NO_TOKENS, **usage: int) -> bytes:
    """The first event of a message; the API counts what was read from the cache apart."""
    counts = {
        "input_tokens": tokens.input - tokens.cached,
        "cache_read_input_tokens": tokens.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": 1,
        **usage,
    }
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude", "content": [], "usage": counts}
    return sse({"type": "message_start", "message": {**message, "stop_reason": None, "stop_sequence": None}})


def block(index: int, start: Mapping[str, Any], deltas: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """A whole content block."""
    return [
        sse({"type": "content_block_start", "index": index, "content_block": start}),
        *(sse({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas),
        sse({"type": "content_block_stop", "index": index}),
    ]


def message_end(stop_reason: str, tokens: Tokens = NO_TOKENS) -> list[bytes]:
    """The two last events."""
    usage = {"output_tokens": tokens.output, "output_tokens_details": {"thinking_tokens": tokens.reasoning}}
    delta = {"stop_reason": stop_reason, "stop_sequence": None}
    return [sse({"type": "message_delta", "delta": delta, "usage": usage}), sse({"type": "message_stop"})]


def text(*pieces: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A text block, to be passed on to `block`."""
    return {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces]


def thinking(*pieces: str, signature: str = "c2lnbmVk") -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A thinking block with its signature."""
    deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces]
    return {"type": "thinking", "thinking": "", "signature": ""}, [
        *deltas,
        {"type": "signature_delta", "signature": signature},
    ]


def call(name: str, arguments: str, call_id: str | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A tool call whose input comes in pieces, the first of them empty as the API sends it."""
    pieces = ["", *(arguments[start : start + 7] for start in range(0, len(arguments), 7))]
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    return {"type": "tool_use", "id": call_id or f"toolu_{next(_ids):04}", "name": name, "input": {}}, deltas


def encode_message(reply: ScriptedReply) -> list[Piece]:
    """The events of a scripted reply, with a ping in between."""
    pieces: list[Piece] = [message_start(reply.tokens), sse({"type": "ping"})]
    index = 0
    for steps in _blocks(reply.steps):
        if isinstance(steps[0], Pause):
            pieces.append(steps[0])
            continue
        pieces += block(index, *_content(steps))
        index += 1
    if not reply.is_ended:
        return pieces
    has_calls = any(isinstance(step, Calls) for step in reply.steps)
    reason = _STOP_REASONS.get(reply.stop_reason, "tool_use" if has_calls else "end_turn")
    return [*pieces, *message_end(reason, reply.tokens)]


def error(status: int, kind: str, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error as the API answers it."""
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
    return Answer([json.dumps(body).encode()], status, {"content-type": "application/json", **(headers or {})})


def model(name: str, line: str | None, created: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    """An entry of the list of models."""
    return {
        "type": "model",
        "id": name,
        "display_name": name.title().replace("-", " "),
        "created_at": created,
        "lifecycle": "active",
        "line": line,
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
        **more,
    }


def model_list(*models: Mapping[str, Any]) -> Answer:
    """The list of models, on one page."""
    return Answer.of_json({"data": list(models), "has_more": False, "first_id": None, "last_id": None})


def _blocks(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """The steps that make up a block each: pieces of one kind in a row, a pause and a call by itself."""
    group: list[Step] = []
    for step in steps:
        joins = isinstance(step, Says | Thinks) and group and type(group[0]) is type(step)
        if group and not joins:
            yield group
            group = []
        group.append(step)
    if group:
        yield group


def _content(steps: Sequence[Step]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    match steps[0]:
        case Says():
            return text(*(step.text for step in steps if isinstance(step, Says)))
        case Thinks():
            return thinking(*(step.text for step in steps if isinstance(step, Thinks)))
        case Calls(name, arguments, call_id):
            return call(name, arguments, call_id)
        case Pause():
            raise AssertionError("a pause is no content")
