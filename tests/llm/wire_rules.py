"""What each wire format asks of a history, checked; an AssertionError says what a provider would refuse."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

_CLAUDE_ID = re.compile(r"[a-zA-Z0-9_-]+")


def check_claude(messages: Sequence[Mapping[str, Any]]) -> None:
    """The Messages API: calls are answered at once, no block is empty, thinking is signed, the user has both ends.

    Messages of the user in a row are one to it: results of tools, and what is said after them.
    """
    check_encodable(messages)
    roles = [message["role"] for message in messages]
    assert roles[0] == roles[-1] == "user"
    assert ("assistant", "assistant") not in pairwise(roles)
    open_calls: list[str] = []
    seen: set[str] = set()
    for message in messages:
        blocks = message["content"]
        assert blocks
        results = [block["tool_use_id"] for block in blocks if block["type"] == "tool_result"]
        assert results == open_calls
        assert all(block["type"] == "tool_result" for block in blocks[: len(results)])
        open_calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
        assert not seen & set(open_calls)
        assert len(set(open_calls)) == len(open_calls)
        seen |= set(open_calls)
        for block in blocks:
            _check_block(block)
    assert not open_calls


def _check_block(block: Mapping[str, Any]) -> None:
    match block["type"]:
        case "text":
            assert block["text"].strip()
        case "tool_use":
            assert _CLAUDE_ID.fullmatch(block["id"])
            assert block["name"]
            assert isinstance(block["input"], dict)
        case "thinking":
            assert block["signature"]
        case "redacted_thinking":
            assert block["data"]
        case kind:
            assert kind in {"tool_result", "image"}


def check_responses(items: Sequence[Mapping[str, Any]]) -> None:
    """The Responses API: one output a call, reasoning before what it led to, arguments that are an object."""
    check_encodable(items)
    kinds = [item.get("type", "message") for item in items]
    calls = [item["call_id"] for item in items if item.get("type") == "function_call"]
    outputs = [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    assert calls == outputs
    assert len(set(calls)) == len(calls)
    for index, (kind, item) in enumerate(zip(kinds, items, strict=True)):
        match kind:
            case "reasoning":
                assert item["encrypted_content"]
                following = items[index + 1]
                assert following.get("role") == "assistant" or following["type"] in {"reasoning", "function_call"}
            case "function_call":
                assert item["name"]
                assert isinstance(json.loads(item["arguments"]), dict)
            case "function_call_output":
                assert item["call_id"] in {one.get("call_id") for one in items[:index]}
            case _:
                assert item["content"]
    assert items[0].get("role") == "user"
    assert items[-1].get("role") == "user"


def check_chat(messages: Sequence[Mapping[str, Any]]) -> None:
    """Chat completions: each call is answered right after the message that holds it, nothing is empty."""
    check_encodable(messages)
    open_calls: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            assert message["tool_call_id"] in open_calls
            open_calls.remove(message["tool_call_id"])
            continue
        assert not open_calls
        calls = message.get("tool_calls") or []
        assert message.get("content") or calls
        assert all(isinstance(json.loads(call["function"]["arguments"]), dict) for call in calls)
        open_calls = [call["id"] for call in calls]
        assert max(Counter(open_calls).values(), default=1) == 1
    assert not open_calls
    assert messages[0]["role"] == "user"
    assert messages[-1]["role"] == "user"


def check_ollama(messages: Sequence[Mapping[str, Any]]) -> None:
    """Ollama's chat: results follow their calls in order, by name, since calls have no ids."""
    check_encodable(messages)
    waiting: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            assert message["tool_name"] == waiting.pop(0)
            assert message["content"]
            continue
        assert not waiting
        calls = message.get("tool_calls", [])
        assert message["content"] or message.get("images") or calls
        assert all(isinstance(call["function"]["arguments"], dict) for call in calls)
        waiting = [call["function"]["name"] for call in calls]
    assert not waiting
    assert messages[0]["role"] == "user"
    assert messages[-1]["role"] == "user"


def check_builtin(messages: Sequence[Mapping[str, str]]) -> None:
    """The small model's chat: sides alternate, replies are JSON in its form, nobody forges its marks."""
    roles = [message["role"] for message in messages]
    assert roles == ["system", *(["user", "assistant"] * ((len(roles) - 2) // 2)), "user"]
    for message in messages[1:]:
        assert "<|" not in message["content"]
        assert message["content"].strip()
        if message["role"] == "assistant":
            assert {"action", "reply"} <= set(json.loads(message["content"]))


def check_encodable(value: object) -> None:
    """It can be sent at all: no halves of characters, no NaN."""
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
