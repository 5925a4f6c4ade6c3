"""Reads the raw events of one streamed message."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from anthropic.types import (
    MessageDeltaUsage,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawMessageDeltaEvent,
    RawMessageStreamEvent,
)
from anthropic.types import Usage as WireUsage

from desktop_app.domain.usage import Usage
from desktop_app.llm.claude.request import REDACTED_MARK
from desktop_app.llm.events import Event, Notice, ReasoningDelta, StopReason, TextDelta, ToolCall
from desktop_app.llm.surrogates import SurrogateMender, without_surrogates

PAUSED: Final = "pause_turn"
_STOP_REASONS: Final = {
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.LENGTH,
    "refusal": StopReason.REFUSED,
}
_WINDOW_FULL: Final = Notice(
    "The conversation now fills the model's window, so the reply was cut. Start a new chat to go on."
)


@dataclass(slots=True)
class _OpenCall:
    call_id: str
    name: str
    whole: str
    pieces: list[str] = field(default_factory=list)

    def closed(self) -> ToolCall:
        # As it came, even if it was cut off: a repaired call might do what nobody asked for.
        return ToolCall(self.call_id, self.name, without_surrogates("".join(self.pieces)) or self.whole or "{}")


def has_content(event: RawMessageStreamEvent) -> bool:
    """Whether the event brings something new of the message; empty pieces do not."""
    if event.type == "content_block_delta":
        delta = event.delta
        if delta.type == "text_delta":
            return bool(delta.text)
        return any(getattr(delta, name, None) for name in ("thinking", "partial_json", "signature"))
    return event.type in {"content_block_start", "message_delta"}


class MessageReader:
    """Turns the events of one message into ours and keeps what is known at its end."""

    def __init__(self) -> None:
        self.is_finished = False
        self.stop_reason: str | None = None
        self._open_calls: dict[int, _OpenCall] = {}
        self._text = SurrogateMender()
        self._counts: dict[str, int] = {}

    def read(self, event: RawMessageStreamEvent) -> Sequence[Event]:
        """Our events for one of theirs; kinds that are not known yet say nothing."""
        if event.type == "content_block_delta" and event.delta.type == "text_delta":  # most events of most replies
            text = self._text.mend(event.delta.text)
            return (TextDelta(text),) if text else ()
        return tuple(self._read(event))

    def _read(self, event: RawMessageStreamEvent) -> Iterator[Event]:
        match event.type:
            case "message_start":
                self._count(event.message.usage)
            case "content_block_start":
                yield from self._start(event)
            case "content_block_delta":
                yield from self._add(event)
            case "content_block_stop":
                yield from self._close(event.index)
            case "message_delta":
                yield from self._end(event)
            case "message_stop":
                for index in tuple(self._open_calls):
                    yield from self._close(index)
                self.is_finished = True

    @property
    def reason(self) -> StopReason:
        """Why the message ended, in our words."""
        return _STOP_REASONS.get(self.stop_reason or "", StopReason.END)

    @property
    def usage(self) -> Usage:
        """What the message used. The API counts cached tokens apart; here they are part of the input."""
        read = self._counts.get("cache_read_input_tokens", 0)
        written = self._counts.get("cache_creation_input_tokens", 0)
        return Usage(
            input_tokens=self._counts.get("input_tokens", 0) + read + written,
            output_tokens=self._counts.get("output_tokens", 0),
            cache_read_tokens=read,
            cache_write_tokens=written,
            reasoning_tokens=self._counts.get("thinking_tokens", 0),
        )

    def _start(self, event: RawContentBlockStartEvent) -> Iterator[Event]:
        block = event.content_block
        match block.type:
            case "text":
                if block.text:
                    yield TextDelta(block.text)
            case "thinking":
                if block.thinking:
                    yield ReasoningDelta(block.thinking)
            case "redacted_thinking":
                yield ReasoningDelta("", REDACTED_MARK + block.data)
            case "tool_use":
                whole = json.dumps(block.input, ensure_ascii=False) if block.input else ""
                self._open_calls[event.index] = _OpenCall(block.id, block.name, whole)
            case _:
                pass

    def _add(self, event: RawContentBlockDeltaEvent) -> Iterator[Event]:
        delta = event.delta
        match delta.type:
            case "thinking_delta":
                if delta.thinking:
                    yield ReasoningDelta(without_surrogates(delta.thinking))
            case "signature_delta":
                yield ReasoningDelta("", delta.signature)
            case "input_json_delta":
                if (call := self._open_calls.get(event.index)) is not None:
                    call.pieces.append(delta.partial_json)
            case _:
                pass

    def _close(self, index: int) -> Iterator[Event]:
        if text := self._text.rest():
            yield TextDelta(text)
        if (call := self._open_calls.pop(index, None)) is not None:
            yield call.closed()

    def _end(self, event: RawMessageDeltaEvent) -> Iterator[Event]:
        self._count(event.usage)
        if event.delta.stop_reason is not None:
            self.stop_reason = event.delta.stop_reason
        if self.stop_reason == "model_context_window_exceeded":
            yield _WINDOW_FULL

    def _count(self, usage: WireUsage | MessageDeltaUsage | None) -> None:
        """Take the newest figures; those of later events are running totals and may be left out."""
        for name in ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"):
            if isinstance(value := getattr(usage, name, None), int):
                self._counts[name] = value
        details = getattr(usage, "output_tokens_details", None)
        if isinstance(value := getattr(details, "thinking_tokens", None), int):
            self._counts["thinking_tokens"] = value
