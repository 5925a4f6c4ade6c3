"""Writes OpenAI's two streams, the Responses API's and that of chat completions, as they are documented."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from desktop_app.llm.events import StopReason
from tests.llm.contract.script import Calls, Says, ScriptedReply, Step, Thinks, Tokens
from tests.llm.contract.server import Answer, Pause, Piece

EVENT_STREAM = {"content-type": "text/event-stream; charset=utf-8"}
_ids = count(1)


def error(
    status: int,
    message: str,
    code: str | None = None,
    kind: str = "invalid_request_error",
    headers: Mapping[str, str] | None = None,
    param: str | None = None,
) -> Answer:
    """An error as the API answers it."""
    body = {"error": {"message": message, "type": kind, "param": param, "code": code}}
    return Answer([json.dumps(body).encode()], status, {"content-type": "application/json", **(headers or {})})


def model_list(*models: tuple[str, int]) -> Answer:
    """The list of models: names and when they were made."""
    data = [{"id": name, "object": "model", "created": created, "owned_by": "openai"} for name, created in models]
    return Answer.of_json({"object": "list", "data": data})


def sse(event: Mapping[str, Any]) -> bytes:
    """One event of the Responses API."""
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def response(status: str, output: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """The response object."""
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": status,
        "model": "gpt-5.6-luna",
        "output": list(output),
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        **more,
    }


def usage(tokens: Tokens) -> dict[str, Any]:
    """The usage of a response."""
    return {
        "input_tokens": tokens.input,
        "input_tokens_details": {"cached_tokens": tokens.cached},
        "output_tokens": tokens.output,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
        "total_tokens": tokens.input + tokens.output,
    }


def created() -> bytes:
    """The first event."""
    return sse({"type": "response.created", "sequence_number": 0, "response": response("in_progress")})


def message_item(text: str) -> dict[str, Any]:
    """A whole message of the assistant."""
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": content}


def call_item(name: str, arguments: str, call_id: str | None = None) -> dict[str, Any]:
    """A whole call of a function."""
    number = next(_ids)
    return {
        "id": f"fc_{number}",
        "type": "function_call",
        "call_id": call_id if call_id is not None else f"call_{number:04}",
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }


def reasoning_item(text: str) -> dict[str, Any]:
    """A whole item of reasoning."""
    summary = [{"type": "summary_text", "text": text}]
    return {"id": f"rs_{next(_ids)}", "type": "reasoning", "summary": summary, "encrypted_content": "ZW5jcnlwdGVk"}


def item_events(index: int, item: Mapping[str, Any], pieces: Sequence[str | Pause]) -> Iterator[Piece]:
    """The events of one item, its text in `pieces`."""
    started = {**item, **{name: [] for name in ("content", "summary") if name in item}}
    if item["type"] == "function_call":
        started["arguments"] = ""
    place = {"item_id": item["id"], "output_index": index, "sequence_number": 1}
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "message": ("response.output_text.delta", {"content_index": 0, "logprobs": []}),
        "reasoning": ("response.reasoning_summary_text.delta", {"summary_index": 0}),
        "function_call": ("response.function_call_arguments.delta", {}),
    }
    kind, more = kinds[item["type"]]
    yield sse({"type": "response.output_item.added", **place, "item": started})
    for piece in pieces:
        yield piece if isinstance(piece, Pause) else sse({"type": kind, **place, **more, "delta": piece})
    yield sse({"type": "response.output_item.done", **place, "item": item})


def completed(output: Sequence[Mapping[str, Any]], tokens: Tokens | None = None, **more: Any) -> bytes:  # noqa: ANN401
    """The last event of a reply that ended by itself."""
    whole = response("completed", output, usage=usage(tokens or Tokens()), **more)
    return sse({"type": "response.completed", "sequence_number": 9, "response": whole})


def encode_response(reply: ScriptedReply) -> list[Piece]:
    """The events of a scripted reply."""
    pieces: list[Piece] = [created()]
    output: list[dict[str, Any]] = []
    for steps in _items(reply.steps):
        item, parts = _item(steps)
        pieces += item_events(len(output), item, parts)
        output.append(item)
    if not reply.is_ended:
        return pieces[:-1]  # nor is the last item ended
    if reply.stop_reason is StopReason.END:
        return [*pieces, completed(output, reply.tokens)]
    reason = "content_filter" if reply.stop_reason is StopReason.REFUSED else "max_output_tokens"
    whole = response("incomplete", output, incomplete_details={"reason": reason}, usage=usage(reply.tokens))
    return [*pieces, sse({"type": "response.incomplete", "sequence_number": 9, "response": whole})]


def chunk(delta: Mapping[str, Any] | None, finish_reason: str | None = None, **more: Any) -> bytes:  # noqa: ANN401
    """One chunk of chat completions; `delta=None` has no choice."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
    body = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}
    return f"data: {json.dumps({**body, **more}, ensure_ascii=False)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


def chat_call(index: int, name: str, arguments: str, call_id: str | None = None) -> list[bytes]:
    """The chunks of one call of a function."""
    call_id = call_id if call_id is not None else f"call_{next(_ids):04}"
    start = {"index": index, "id": call_id, "type": "function", "function": {"name": name, "arguments": ""}}
    parts = [arguments[at : at + 7] for at in range(0, len(arguments), 7)]
    return [
        chunk({"tool_calls": [start]}),
        *(chunk({"tool_calls": [{"index": index, "function": {"arguments": part}}]}) for part in parts),
    ]


def chat_usage(tokens: Tokens) -> bytes:
    """The chunk with the usage."""
    return chunk(
        None,
        usage={
            "prompt_tokens": tokens.input,
            "completion_tokens": tokens.output,
            "total_tokens": tokens.input + tokens.output,
            "prompt_tokens_details": {"cached_tokens": tokens.cached},
            "completion_tokens_details": {"reasoning_tokens": tokens.reasoning},
        },
    )


def encode_chat(reply: ScriptedReply) -> list[Piece]:
    """The chunks of a scripted reply."""
    pieces: list[Piece] = [chunk({"role": "assistant", "content": ""})]
    calls = 0
    for step in reply.steps:
        match step:
            case Says(text):
                pieces.append(chunk({"content": text}))
            case Thinks(text):
                pieces.append(chunk({"reasoning_content": text}))
            case Calls(name, arguments, call_id):
                pieces += chat_call(calls, name, arguments, call_id)
                calls += 1
            case Pause():
                pieces.append(step)
    if not reply.is_ended:
        return pieces
    reasons = {StopReason.LENGTH: "length", StopReason.REFUSED: "content_filter"}
    reason = reasons.get(reply.stop_reason, "tool_calls" if calls else "stop")
    return [*pieces, chunk({}, reason), chat_usage(reply.tokens), DONE]


def _items(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """The steps that make up an item each: pieces of one kind with the pauses between them, a call by itself."""
    group: list[Step] = []
    for step in steps:
        joins = group and (
            isinstance(step, Pause) or (isinstance(step, Says | Thinks) and type(group[0]) is type(step))
        )
        if group and not joins:
            yield group
            group = []
        group.append(step)
    if group:
        yield group


def _item(steps: Sequence[Step]) -> tuple[dict[str, Any], list[str | Pause]]:
    if isinstance(steps[0], Calls):
        arguments = steps[0].arguments
        parts: list[str | Pause] = [arguments[at : at + 7] for at in range(0, len(arguments), 7)]
        return call_item(steps[0].name, arguments, steps[0].call_id), parts
    parts = [step.text if isinstance(step, Says | Thinks) else step for step in steps if not isinstance(step, Calls)]
    text = "".join(part for part in parts if isinstance(part, str))
    return (message_item(text) if isinstance(steps[0], Says) else reasoning_item(text)), parts
