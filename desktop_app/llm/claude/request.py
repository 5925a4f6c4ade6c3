"""A model call in the Messages API's format."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from anthropic.types import (
    CacheControlEphemeralParam,
    ContentBlockParam,
    ImageBlockParam,
    MessageParam,
    RedactedThinkingBlockParam,
    TextBlockParam,
    ThinkingBlockParam,
    ToolParam,
    ToolResultBlockParam,
    ToolUseBlockParam,
)

from desktop_app.domain.messages import AttachmentPart, Message, ReasoningPart, Role, TextPart
from desktop_app.llm.history import OPENAI_MARK, Reader, Round, arguments_object, rounds, sendable
from desktop_app.llm.prompts import SystemPrompt
from desktop_app.llm.surrogates import without_surrogates
from desktop_app.llm.tools import TOOLS

# What a redacted block carries is kept where a signature is, told apart by this mark.
REDACTED_MARK: Final = "redacted_thinking:"
_EARLIER: Final = "(Earlier messages are left out.)"
_CACHED: Final = CacheControlEphemeralParam(type="ephemeral")


def system_blocks(prompt: SystemPrompt) -> list[TextBlockParam]:
    """The system prompt; its constant part ends a cached prefix, which includes the tools."""
    return [
        TextBlockParam(type="text", text=prompt.constant, cache_control=_CACHED),
        TextBlockParam(type="text", text=without_surrogates(prompt.variable)),
    ]


def tool_params() -> list[ToolParam]:
    """The goal tools; the last ends a cached prefix of its own, so that a new prompt does not cost them again."""
    tools = [ToolParam(name=tool.name, description=tool.description, input_schema=tool.json_schema()) for tool in TOOLS]
    tools[-1]["cache_control"] = _CACHED
    return tools


def message_params(messages: Sequence[Message], reader: Reader | None = None) -> list[MessageParam]:
    """The conversation; results of tools follow their calls in a message of the user's role, as the API asks."""
    params: list[MessageParam] = []
    for message in sendable(messages, reader):
        if message.role is Role.YOU:
            params.append({"role": "user", "content": list(_from_you(message))})
            continue
        if not params:
            params.append({"role": "user", "content": [_text(_EARLIER)]})
        for turn in rounds(message):
            params.append({"role": "assistant", "content": list(_said(turn))})
            if turn.calls:
                params.append({"role": "user", "content": list(_results(turn))})
    return params


def _from_you(message: Message) -> Iterator[TextBlockParam | ImageBlockParam]:
    for part in message.parts:
        if isinstance(part, TextPart):
            yield _text(part.text)
        elif isinstance(part, AttachmentPart):
            source = {"type": "base64", "media_type": part.media_type, "data": part.base64}
            yield cast("ImageBlockParam", {"type": "image", "source": source})


def _text(text: str) -> TextBlockParam:
    return TextBlockParam(type="text", text=text)


def _said(turn: Round) -> Iterator[ContentBlockParam]:
    for part in turn.said:
        if isinstance(part, TextPart):
            yield _text(part.text)
        elif (block := _thinking(part)) is not None:
            yield block
    for call in turn.calls:
        arguments: dict[str, Any] = arguments_object(call.arguments)
        yield ToolUseBlockParam(type="tool_use", id=call.call_id, name=call.name or "unnamed", input=arguments)


def _thinking(part: ReasoningPart) -> ThinkingBlockParam | RedactedThinkingBlockParam | None:
    """The block as it came; without its signature the API refuses it, so it is left out."""
    if part.signature is None or part.signature.startswith(OPENAI_MARK):
        return None
    if part.signature.startswith(REDACTED_MARK):
        return {"type": "redacted_thinking", "data": part.signature.removeprefix(REDACTED_MARK)}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


def _results(turn: Round) -> Iterator[ToolResultBlockParam]:
    for call in turn.calls:
        block = ToolResultBlockParam(type="tool_result", tool_use_id=call.call_id, content=call.result or "")
        if not call.ok:
            block["is_error"] = True
        yield block
