"""Makes tool calls that a model printed as text into calls that the Agents SDK runs."""

import uuid
from collections.abc import Collection, Iterator, Sequence

from agents.items import TResponseStreamEvent
from openai.types.responses import (
    ResponseFunctionToolCall,
    ResponseOutputItem,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)

from desktop_app.llm.printed_json import PrintedCall
from desktop_app.llm.surrogates import SurrogateMender
from desktop_app.llm.text_tool_calls import Piece, TextToolCalls


class PrintedCalls:
    """Reads the text of one reply; what may still become a call of one of `names` is held back."""

    def __init__(self, names: Collection[str]) -> None:
        self._found = TextToolCalls(names)
        self._mender = SurrogateMender()
        self._newest: ResponseTextDeltaEvent | None = None
        self._text: list[str] = []
        self._calls: list[ResponseFunctionToolCall] = []

    def read(self, event: ResponseTextDeltaEvent) -> Iterator[TResponseStreamEvent]:
        """What to pass on for a piece of text: the text that is none of a call, and calls."""
        self._newest = event
        yield from self._events(self._found.feed(self._mender.mend(event.delta)))

    def rest(self, *, was_cut: bool) -> Iterator[TResponseStreamEvent]:
        """What was held back, at the reply's end; of one that was cut off nothing is mended."""
        pieces = self._found.feed(self._mender.rest()) + self._found.finish(was_cut=was_cut)
        yield from self._events(pieces)

    def output(self, items: Sequence[ResponseOutputItem]) -> list[ResponseOutputItem]:
        """The items of the whole response, its text without the calls, which follow it."""
        if not self._calls:
            return list(items)
        text = "".join(self._text).strip()
        spoken: list[ResponseOutputItem] = []
        for item in items:
            if not isinstance(item, ResponseOutputMessage):
                spoken.append(item)
            elif text:
                part = ResponseOutputText(type="output_text", text=text, annotations=[])
                spoken.append(item.model_copy(update={"content": [part]}))
        return [*spoken, *self._calls]

    def _events(self, pieces: Sequence[Piece]) -> Iterator[TResponseStreamEvent]:
        for piece in pieces:
            if isinstance(piece, PrintedCall):
                yield self._call(piece)
            elif self._newest is not None:
                self._text.append(piece)
                yield self._newest.model_copy(update={"delta": piece})

    def _call(self, piece: PrintedCall) -> ResponseOutputItemDoneEvent:
        call = ResponseFunctionToolCall(
            type="function_call",
            call_id=f"call_{uuid.uuid4().hex[:16]}",
            name=piece.name,
            arguments=piece.arguments,
            status="completed",
        )
        self._calls.append(call)
        return ResponseOutputItemDoneEvent(
            item=call, output_index=len(self._calls), sequence_number=0, type="response.output_item.done"
        )
