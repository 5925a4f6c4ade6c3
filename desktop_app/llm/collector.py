"""Gathers streamed events into the parts of a message; each piece costs the same however long the reply is."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop_app.domain.messages import Part, ReasoningPart, TextPart, ToolCallPart
from desktop_app.llm.events import Event, ReasoningDelta, TextDelta, ToolCall, ToolResult


class PartsCollector:
    """Collects the events of one turn; `parts()` gives what came so far."""

    def __init__(self, begun: Sequence[Part] = (), clock: Callable[[], float] | None = None) -> None:
        """`begun` is a reply that goes on: a text at its end is added to.

        With a `clock`, in seconds, reasoning gets the time from its first piece to what came after it.
        """
        self._clock = clock
        self._open_since = 0.0
        self._closed: list[Part] = list(begun)
        self._open_kind: type[TextPart | ReasoningPart] | None = None
        self._pieces: list[str] = []
        if begun and isinstance(begun[-1], TextPart):
            self._open_kind, self._pieces = TextPart, [begun[-1].text]
            self._closed.pop()

    def add(self, event: Event) -> None:
        """Take one event; those that are no part of the message are ignored."""
        if isinstance(event, TextDelta):  # nearly all of them
            self._append(TextPart, event.text)
            return
        match event:
            case ReasoningDelta(text, signature):
                self._append(ReasoningPart, text)
                if signature is not None:
                    self._close(signature)
            case ToolCall(call_id, name, arguments):
                self._close()
                self._closed.append(ToolCallPart(call_id, name, arguments))
            case ToolResult():
                self._close()
                self._answer(event)
            case _:
                pass

    def parts(self) -> tuple[Part, ...]:
        """The parts so far, in order."""
        self._close_pieces()
        if self._open_kind is None:
            return tuple(self._closed)
        text = "".join(self._pieces)
        return (*self._closed, TextPart(text) if self._open_kind is TextPart else self._reasoning(text))

    def _append(self, kind: type[TextPart] | type[ReasoningPart], text: str) -> None:
        if self._open_kind is not kind:
            self._close()
            self._open_kind = kind
            self._open_since = self._clock() if self._clock else 0.0
        self._pieces.append(text)

    def _reasoning(self, text: str, signature: str | None = None) -> ReasoningPart:
        passed_s = self._clock() - self._open_since if self._clock else None
        return ReasoningPart(text, signature, None if passed_s is None else round(passed_s * 1000))

    def _close_pieces(self) -> None:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]

    def _close(self, signature: str | None = None) -> None:
        text = "".join(self._pieces)
        if self._open_kind is TextPart and text:
            self._closed.append(TextPart(text))
        elif self._open_kind is ReasoningPart and (text or signature):
            self._closed.append(self._reasoning(text, signature))
        self._open_kind = None
        self._pieces = []

    def _answer(self, result: ToolResult) -> None:
        for index in range(len(self._closed) - 1, -1, -1):
            part = self._closed[index]
            if isinstance(part, ToolCallPart) and part.call_id == result.call_id and not part.is_answered:
                self._closed[index] = replace(
                    part, result=result.text, ok=result.ok, goal_id=result.goal_id, revision_id=result.revision_id
                )
                return
