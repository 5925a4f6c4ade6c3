"""Makes a conversation valid for the next model call, whoever wrote its earlier replies and however they ended."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from desktop_app.domain.messages import AttachmentPart, Message, Part, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.llm.surrogates import json_without_surrogates, without_surrogates

# Before the encrypted reasoning of OpenAI where a signature is kept, so that no other API is sent it as its own.
OPENAI_MARK: Final = "openai_reasoning:"
_CALL_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,56}")


@dataclass(frozen=True, slots=True)
class Round:
    """What a model wrote up to and with its tool calls, which are all answered."""

    said: tuple[TextPart | ReasoningPart, ...]
    calls: tuple[ToolCallPart, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """The model that a history goes to. Its own reasoning of earlier turns goes along if it `reads_earlier_turns`."""

    provider: str
    model: str
    reads_earlier_turns: bool = False

    def wrote(self, message: Message) -> bool:
        """Whether it wrote `message`; what nobody is named for is from the call that is being continued."""
        return message.provider is None or (message.provider, message.model) == (self.provider, self.model)


def sendable(messages: Sequence[Message], reader: Reader | None = None) -> tuple[Message, ...]:
    """`messages` as any provider takes them.

    Unanswered tool calls go, and then what is empty; two messages of one side become one; ids of calls are made
    unique and plain. Reasoning stays where `reader` wrote it: in a turn that is still running, the last message being
    the coach's, and in earlier ones as far as it reads them.
    """
    used_ids: set[str] = set()
    result: list[Message] = []
    for index, message in enumerate(messages):
        is_running = message.role is Role.COACH and index == len(messages) - 1
        is_read = reader is not None and (is_running or reader.reads_earlier_turns) and reader.wrote(message)
        parts = tuple(_sendable_parts(message.parts, used_ids, keep_reasoning=is_read))
        if not parts or (not is_running and all(isinstance(part, ReasoningPart) for part in parts)):
            continue
        if result and result[-1].role is message.role:
            result[-1] = replace(result[-1], parts=(*result[-1].parts, *parts))
        else:
            result.append(replace(message, parts=parts))
    return tuple(result)


def rounds(message: Message) -> Iterator[Round]:
    """The rounds of a coach's message, in order."""
    said: list[TextPart | ReasoningPart] = []
    calls: list[ToolCallPart] = []
    for part in message.parts:
        if isinstance(part, ToolCallPart):
            calls.append(part)
            continue
        if isinstance(part, AttachmentPart):  # only the person attaches
            continue
        if calls:
            yield Round(tuple(said), tuple(calls))
            said, calls = [], []
        said.append(part)
    if said or calls:
        yield Round(tuple(said), tuple(calls))


def arguments_object(arguments: str) -> dict[str, Any]:
    """The arguments of a call as a JSON object, for formats that take nothing else; what is none is wrapped."""
    try:
        value = json_without_surrogates(json.loads(arguments or "{}"))
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {"INVALID_JSON": arguments}


def _sendable_parts(parts: Iterable[Part], used_ids: set[str], *, keep_reasoning: bool) -> Iterator[Part]:
    for part in parts:
        match part:
            case TextPart(text):
                if text.strip():
                    yield TextPart(without_surrogates(text))
            case ReasoningPart(text, signature):
                if keep_reasoning:
                    yield ReasoningPart(without_surrogates(text), signature)
            case AttachmentPart():
                if part.data is not None:
                    yield part
            case ToolCallPart():
                if part.result is not None:
                    yield replace(
                        part,
                        call_id=_unique_id(part.call_id, used_ids),
                        arguments=without_surrogates(part.arguments),
                        result=without_surrogates(part.result),
                    )


def _unique_id(call_id: str, used_ids: set[str]) -> str:
    """`call_id`, or another where it was used before or has characters that a provider refuses."""
    unique = call_id if _CALL_ID.fullmatch(call_id) else "call"
    number = 2
    while unique in used_ids:
        unique = f"{unique.rsplit('__', 1)[0]}__{number}"
        number += 1
    used_ids.add(unique)
    return unique
