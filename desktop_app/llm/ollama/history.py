"""Conversations as Ollama's messages: valid whoever spoke, and however the replies ended."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from desktop_app.domain.goals import storable_text
from desktop_app.domain.messages import Message, ReasoningPart, Role, TextPart, ToolCallPart

WireMessage: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class _Round:
    """One model call within a coach's turn: what it thought and said, then its answered calls."""

    thinking: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    calls: list[ToolCallPart] = field(default_factory=list)


def wire_messages(message: Message, *, with_thinking: bool = False) -> list[WireMessage]:
    """`message` as Ollama takes it, empty if nothing of it is left to tell.

    Reasoning belongs to the turn that is being worked on (`with_thinking`) and is left out of those that are over.
    """
    if message.role is Role.YOU:
        text = storable_text(message.text)
        return [{"role": "user", "content": text}] if text.strip() else []
    wire: list[WireMessage] = []
    for one in _rounds(message):
        wire.extend(_wire_round(one, with_thinking=with_thinking))
    return wire


def wire_history(messages: Sequence[Message], provider: str) -> list[list[WireMessage]]:
    """Each of `messages` in wire form, by its place; a turn of `provider` that is not over keeps its reasoning."""
    last = len(messages) - 1
    return [
        wire_messages(message, with_thinking=index == last and message.provider == provider)
        for index, message in enumerate(messages)
    ]


def _rounds(message: Message) -> Iterable[_Round]:
    current = _Round()
    for part in message.parts:
        if isinstance(part, ToolCallPart):
            if part.is_answered:
                current.calls.append(part)
            continue
        if current.calls:
            yield current
            current = _Round()
        match part:
            case ReasoningPart(text):
                current.thinking.append(text)
            case TextPart(text):
                current.texts.append(text)
    yield current


def _wire_round(one: _Round, *, with_thinking: bool) -> Iterable[WireMessage]:
    content = storable_text("\n\n".join(text for text in one.texts if text.strip()))
    if not content and not one.calls:
        return
    wire: WireMessage = {"role": "assistant", "content": content}
    if with_thinking and one.thinking:
        wire["thinking"] = storable_text("".join(one.thinking))
    if one.calls:
        wire["tool_calls"] = [
            {"function": {"name": storable_text(call.name), "arguments": _arguments(call)}} for call in one.calls
        ]
    yield wire
    for call in one.calls:
        yield {
            "role": "tool",
            "tool_name": storable_text(call.name),
            "content": storable_text(call.result or "") or "(nothing)",
        }


def _arguments(call: ToolCallPart) -> dict[str, Any]:
    """The arguments as an object; Ollama takes nothing else, and the result says what was wrong with others."""
    try:
        values = json.loads(storable_text(call.arguments))
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
