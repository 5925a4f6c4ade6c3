"""The events of a turn as JSON, one object each: for scripts and other programs.

Every object has a `type`; what stands here may gain fields, never lose one:

    {"type": "started", "conversation_id": 7, "message_id": 12, "provider": "ollama", "model": "qwen3:8b"}
    {"type": "content", "content": "A piece of the reply, to be appended."}
    {"type": "reasoning", "content": "A piece of what the model thinks, to be appended."}
    {"type": "tool_call", "tool_name": "create_goal", "tool_input": {"title": "Run"}, "call_id": "c1"}
    {"type": "tool_result", "tool_name": "create_goal", "result": "Created goal 1.", "call_id": "c1", "ok": true,
     "goal_id": 1, "revision_id": 1}
    {"type": "usage", "usage": {…}}     what one model call used; a turn with tools has several
    {"type": "folded", "summary": "…", "message_count": 12}     a summary now stands for so many earlier messages
    {"type": "notice", "text": "Something to know that is no error."}
    {"type": "retry", "attempt": 2, "of": 3, "delay_s": 8.0, "kind": "rate_limited", "text": "Claude is busy",
     "details": "status 429"}
    {"type": "switched", "from_provider": "claude", "provider": "ollama", "model": "llama3.2", "kind": "server"}
    {"type": "done", "usage": {"input_tokens": 9, "output_tokens": 4, …}, "stop_reason": "end"}
    {"type": "error", "kind": "rate_limited", "text": "For a person.", "details": "status 429", "retry_after_s": 20}
    {"type": "stopped", "text": "For a person."}

`kind` is one of `ErrorKind`, or "storage" or "invalid_message" where no provider is to blame. `tool_input` is always an
object: where the model wrote something else, it is empty and `invalid_input` is the text that was written; the result
then says what was wrong with it. Figures that nobody knows are null. The last object of a turn is `done`, `error` or
`stopped`.
"""

import json
import re
from dataclasses import asdict
from typing import Any, Final, NoReturn, TypeAlias, assert_never

from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import AppError, StorageError
from desktop_app.llm.errors import ProviderError
from desktop_app.llm.events import (
    Done,
    Event,
    HistoryFolded,
    Notice,
    ReasoningDelta,
    RetryScheduled,
    TextDelta,
    ToolCall,
    ToolResult,
    UsageReported,
)
from desktop_app.llm.surrogates import without_surrogates

JsonObject: TypeAlias = dict[str, Any]

# JSON lets these stand as they are, and many readers end a line at them.
_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")


def started_json(conversation_id: ConversationId, message_id: MessageId | None, choice: ModelChoice) -> JsonObject:
    """The turn's beginning: its message is kept, and `message_id` is the reply that now comes in."""
    return {
        "type": "started",
        "conversation_id": conversation_id,
        "message_id": message_id,
        "provider": choice.provider,
        "model": choice.model,
    }


def event_json(event: Event) -> JsonObject:  # noqa: PLR0911 - one for each event
    """`event` in the form that the module describes."""
    match event:
        case TextDelta(text):
            return {"type": "content", "content": text}
        case ReasoningDelta(text):
            return {"type": "reasoning", "content": text}
        case ToolCall():
            return _call_json(event)
        case ToolResult():
            return {
                "type": "tool_result",
                "tool_name": event.name,
                "result": event.text,
                "call_id": event.call_id,
                "ok": event.ok,
                "goal_id": event.goal_id,
                "revision_id": event.revision_id,
            }
        case UsageReported(usage):
            return {"type": "usage", "usage": asdict(usage)}
        case HistoryFolded(fold):
            return {"type": "folded", "summary": fold.text, "message_count": fold.message_count}
        case Notice(text):
            return notice_json(text)
        case RetryScheduled():
            return {"type": "retry", **asdict(event), "kind": event.kind.value}
        case Done(usage, stop_reason):
            return {"type": "done", "usage": asdict(usage), "stop_reason": stop_reason.value}
        case unknown:
            assert_never(unknown)


def switched_json(chosen: ModelChoice, to: ModelChoice, error: ProviderError) -> JsonObject:
    """Another model answers in the place of the chosen one."""
    return {
        "type": "switched",
        "from_provider": chosen.provider,
        "provider": to.provider,
        "model": to.model,
        "kind": error.kind.value,
    }


def error_json(error: AppError) -> JsonObject:
    """How a turn failed, or why it did not begin."""
    told: JsonObject = {"type": "error", "kind": _kind(error), "text": str(error)}
    if isinstance(error, ProviderError):
        told |= {"details": error.details, "retry_after_s": error.retry_after_s}
    return told


def stopped_json(text: str) -> JsonObject:
    """The person stopped the turn; `text` says what became of it."""
    return {"type": "stopped", "text": text}


def notice_json(text: str) -> JsonObject:
    """Something to know that is no error."""
    return {"type": "notice", "text": text}


def json_line(value: JsonObject) -> str:
    """`value` as one line, its end included, that can be encoded: half characters become U+FFFD."""
    text = without_surrogates(json.dumps(value, ensure_ascii=False, allow_nan=False))
    return _LINE_ENDS.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"


def _kind(error: AppError) -> str:
    match error:
        case ProviderError():
            return error.kind.value
        case StorageError():
            return "storage"
        case _:
            return "invalid_message"


def _call_json(call: ToolCall) -> JsonObject:
    told: JsonObject = {"type": "tool_call", "tool_name": call.name, "tool_input": {}, "call_id": call.call_id}
    try:
        values = json.loads(call.arguments or "{}", parse_constant=_refuse)
        json.dumps({"tool_input": values}, allow_nan=False)  # a number beyond every float is read as infinity
    except (ValueError, RecursionError):
        values = None
    if isinstance(values, dict):
        return {**told, "tool_input": values}
    return {**told, "invalid_input": call.arguments}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
