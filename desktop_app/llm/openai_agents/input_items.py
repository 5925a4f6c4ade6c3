"""A conversation as the Agents SDK's input items, which it turns into either of OpenAI's formats."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from agents import TResponseInputItem

from desktop_app.domain.messages import Message, ReasoningPart, Role, TextPart
from desktop_app.llm.history import OPENAI_MARK, Reader, Round, arguments_object, rounds, sendable
from desktop_app.llm.surrogates import json_without_surrogates


def input_items(
    messages: Sequence[Message], *, for_chat: bool, reader: Reader | None = None
) -> list[TResponseInputItem]:
    """The conversation; each call is followed by the results of its round, and reasoning of `reader` stands before it.

    With `for_chat` there is no reasoning, and text is put so that the SDK makes one message of it and the calls after
    it, as chat templates want.
    """
    items: list[TResponseInputItem] = []
    for message in sendable(messages, reader):
        if message.role is Role.YOU:
            items.append(_from_you(message))
            continue
        for turn in rounds(message):
            items.extend(_round_items(turn, for_chat=for_chat))
    return items


def call_ids(items: Sequence[TResponseInputItem]) -> set[str]:
    """The ids of the tool calls in `items`."""
    return {str(call_id) for item in items if (call_id := item.get("call_id")) is not None}


def carried_ids(items: Sequence[TResponseInputItem]) -> frozenset[str]:
    """The ids of the reasoning in `items`."""
    return frozenset(str(item.get("id")) for item in items if item.get("type") == "reasoning")


def encodable(item: TResponseInputItem) -> TResponseInputItem:
    """`item` as every server takes it: no halves of characters, and arguments of calls that are a JSON object.

    What a model just streamed may be neither, and goes back to it within the turn.
    """
    clean: Any = json_without_surrogates(item)
    if isinstance(clean, Mapping) and clean.get("type") == "function_call":
        arguments = str(clean.get("arguments", ""))
        clean = {**clean, "arguments": _object_text(arguments)}
    result: TResponseInputItem = clean
    return result


def _from_you(message: Message) -> TResponseInputItem:
    """Plain text where there is nothing else: some servers take no list. The SDK puts images into either format."""
    if not message.attachments:
        return {"role": "user", "content": message.text}
    content: list[Any] = [
        {
            "type": "input_image",
            "image_url": f"data:{part.media_type};base64,{part.base64}",
            "detail": "auto",
        }
        for part in message.attachments
    ]
    content += [{"type": "input_text", "text": message.text}] if message.text else []
    return {"role": "user", "content": content}


def carried(item_id: str, encrypted: str) -> str:
    """Reasoning as the Responses API encrypted it, in the form in which a signature is kept."""
    return OPENAI_MARK + json.dumps({"id": item_id, "encrypted_content": encrypted})


def _round_items(turn: Round, *, for_chat: bool) -> Iterator[TResponseInputItem]:
    if for_chat:
        if text := "\n\n".join(part.text for part in turn.said if isinstance(part, TextPart)):
            yield _output_message(text)
    else:
        yield from _said_items(turn)
    for call in turn.calls:
        yield {
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name or "unnamed",
            "arguments": _object_text(call.arguments),
        }
    for call in turn.calls:
        yield {"type": "function_call_output", "call_id": call.call_id, "output": call.result or ""}


def _said_items(turn: Round) -> Iterator[TResponseInputItem]:
    """Texts, and before each or before the calls the reasoning that led to it; reasoning to nothing is refused."""
    held: list[TResponseInputItem] = []
    for is_text, parts in groupby(turn.said, lambda part: isinstance(part, TextPart)):
        if is_text:
            yield from held
            held = []
            yield {"role": "assistant", "content": "\n\n".join(part.text for part in parts)}
        else:
            held += [item for part in parts if (item := _reasoning_item(part)) is not None]
    if turn.calls:
        yield from held


def _reasoning_item(part: TextPart | ReasoningPart) -> TResponseInputItem | None:
    signature = part.signature if isinstance(part, ReasoningPart) else None
    if signature is None or not signature.startswith(OPENAI_MARK):
        return None
    kept = json.loads(signature.removeprefix(OPENAI_MARK))
    return {
        "type": "reasoning",
        "id": kept["id"],
        "summary": [],
        "encrypted_content": kept["encrypted_content"],
    }


def _output_message(text: str) -> TResponseInputItem:
    # The id never leaves this machine: chat completions have none.
    return {
        "id": "msg",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}],
    }


def _object_text(arguments: str) -> str:
    value = arguments_object(arguments)
    return arguments if arguments and "INVALID_JSON" not in value else json.dumps(value, ensure_ascii=False)
