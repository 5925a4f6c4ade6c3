"""Conversations as Ollama's messages."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from desktop_app.domain.messages import Message, ReasoningPart, Role, TextPart
from desktop_app.llm.history import Reader, Round, arguments_object, rounds, sendable

WireMessage: TypeAlias = dict[str, Any]


def wire_history(messages: Sequence[Message], reader: Reader | None = None) -> list[WireMessage]:
    """`messages` in wire form, without what cannot be sent."""
    return [wire for message in sendable(messages, reader) for wire in _wire_messages(message)]


def _wire_messages(message: Message) -> list[WireMessage]:
    if message.role is Role.YOU:
        images = [part.base64 for part in message.attachments]
        return [{"role": "user", "content": message.text, **({"images": images} if images else {})}]
    return [wire for one in rounds(message) for wire in _wire_round(one)]


def _wire_round(one: Round) -> Iterator[WireMessage]:
    content = "\n\n".join(part.text for part in one.said if isinstance(part, TextPart))
    if not content and not one.calls:
        return
    wire: WireMessage = {"role": "assistant", "content": content}
    if thinking := "".join(part.text for part in one.said if isinstance(part, ReasoningPart)):
        wire["thinking"] = thinking
    if one.calls:
        # Ollama takes arguments as an object alone, and knows no ids: results follow in the order of the calls.
        wire["tool_calls"] = [
            {"function": {"name": call.name, "arguments": arguments_object(call.arguments)}} for call in one.calls
        ]
    yield wire
    for call in one.calls:
        yield {"role": "tool", "tool_name": call.name, "content": call.result or "(nothing)"}
