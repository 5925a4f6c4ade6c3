"""A conversation as the Agents SDK's input items, which it turns into either of OpenAI's formats."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents import TResponseInputItem

from desktop_app.domain.messages import Message, Role, TextPart
from desktop_app.llm.history import Round, arguments_object, rounds, sendable
from desktop_app.llm.surrogates import without_surrogates


def input_items(messages: Sequence[Message], *, for_chat: bool) -> list[TResponseInputItem]:
    """The conversation; each call is followed by the results of its round. Reasoning of earlier turns is left out.

    With `for_chat`, text is put so that the SDK makes one message of it and the calls after it, as chat templates want.
    """
    items: list[TResponseInputItem] = []
    for message in sendable(messages):
        if message.role is Role.YOU:
            items.append(_from_you(message))
            continue
        for turn in rounds(message):
            items.extend(_round_items(turn, for_chat=for_chat))
    return items


def call_ids(items: Sequence[TResponseInputItem]) -> set[str]:
    """The ids of the tool calls in `items`."""
    return {str(call_id) for item in items if (call_id := item.get("call_id")) is not None}


def encodable(item: TResponseInputItem) -> TResponseInputItem:
    """`item` as every server takes it: no halves of characters, and arguments of calls that are a JSON object.

    What a model just streamed may be neither, and goes back to it within the turn.
    """
    clean: Any = _clean(item)
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


def _round_items(turn: Round, *, for_chat: bool) -> Iterator[TResponseInputItem]:
    if text := "\n\n".join(part.text for part in turn.said if isinstance(part, TextPart)):
        yield _output_message(text) if for_chat else {"role": "assistant", "content": text}
    for call in turn.calls:
        yield {
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name or "unnamed",
            "arguments": _object_text(call.arguments),
        }
    for call in turn.calls:
        yield {"type": "function_call_output", "call_id": call.call_id, "output": call.result or ""}


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


def _clean(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    match value:
        case str():
            return without_surrogates(value)
        case Mapping():
            return {key: _clean(each) for key, each in value.items()}
        case list() | tuple():
            return [_clean(each) for each in value]
        case _:
            return value
