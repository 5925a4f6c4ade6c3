"""Reads the lines of one reply into events: text, reasoning, calls (native or printed), usage, the end."""

import json
import uuid
from collections.abc import Collection, Iterator
from typing import Final

from ollama import ChatResponse

from desktop_app.domain.usage import Usage
from desktop_app.llm.deadlines import CallClock
from desktop_app.llm.events import Done, Event, ReasoningDelta, StopReason, TextDelta, ToolCall, UsageReported
from desktop_app.llm.surrogates import SurrogateMender, without_surrogates
from desktop_app.llm.text_tool_calls import Piece, TextToolCalls

_LETTERS_PER_TOKEN: Final = 3


class ReplyReader:
    """Reads one reply, whose times `clock` measures. What is not `is_free` has a price that nobody tells."""

    def __init__(
        self, tool_names: Collection[str], estimated_input: int, clock: CallClock, *, is_free: bool = True
    ) -> None:
        self._is_free = is_free
        self._tool_names = tool_names
        self._text = TextToolCalls(tool_names)
        self._mender = SurrogateMender()
        self._estimated_input = estimated_input
        self._clock = clock
        self._characters = 0

    def read(self, line: ChatResponse) -> Iterator[Event]:
        """The events of one line."""
        message = line.message
        self._characters += len(message.content or "") + len(message.thinking or "")
        if message.thinking:
            yield ReasoningDelta(without_surrogates(message.thinking))
        if message.content and not self._tool_names:
            if text := self._mender.mend(message.content):
                yield TextDelta(text)
        elif message.content:
            yield from map(_event, self._text.feed(self._mender.mend(message.content)))
        if message.tool_calls:
            yield from self.rest(was_cut=False)
            self._text = TextToolCalls(self._tool_names)
        for call in message.tool_calls or ():
            arguments = without_surrogates(json.dumps(dict(call.function.arguments), ensure_ascii=False))
            yield ToolCall(_new_call_id(), call.function.name, arguments)
        if line.done:
            yield from self._end(line)

    def rest(self, *, was_cut: bool) -> Iterator[Event]:
        """What was held back, since it might have become a call."""
        pieces = self._text.feed(self._mender.rest()) + self._text.finish(was_cut=was_cut)
        yield from map(_event, pieces)

    def _end(self, line: ChatResponse) -> Iterator[Event]:
        is_cut = line.done_reason == "length"
        yield from self.rest(was_cut=is_cut)
        usage = self._usage(line)
        yield UsageReported(usage)
        yield Done(usage, StopReason.LENGTH if is_cut else StopReason.END)

    def _usage(self, line: ChatResponse) -> Usage:
        # Servers leave the prompt's count out where all of it was cached.
        is_estimated = line.prompt_eval_count is None or line.eval_count is None
        usage = Usage(
            input_tokens=self._estimated_input if line.prompt_eval_count is None else line.prompt_eval_count,
            output_tokens=self._characters // _LETTERS_PER_TOKEN + 1 if line.eval_count is None else line.eval_count,
            cost_micro_usd=0 if self._is_free else None,
            is_estimated=is_estimated,
        )
        return self._clock.timed(usage)


def _event(piece: Piece) -> Event:
    if isinstance(piece, str):
        return TextDelta(piece)
    return ToolCall(_new_call_id(), piece.name, piece.arguments)


def _new_call_id() -> str:
    """Ollama's client knows no ids, so calls get one here."""
    return f"call_{uuid.uuid4().hex[:16]}"
