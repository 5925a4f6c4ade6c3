"""Tells the raw events of one or several model calls, as the SDK passes them on, in ours."""

from collections.abc import Iterator
from typing import Any

from openai.types.responses import ResponseFunctionToolCall, ResponseReasoningItem

from desktop_app.llm.events import Event, Notice, ReasoningDelta, RetryScheduled, TextDelta, ToolCall
from desktop_app.llm.openai_agents.input_items import carried
from desktop_app.llm.surrogates import SurrogateMender, without_surrogates


class RawTeller:
    """Gives what came of text, reasoning and tool calls.

    Each call is told once, though the SDK has it in several events, and kept in `calls` by its id. None leaves them
    out.
    """

    def __init__(self, calls: dict[str, ToolCall] | None) -> None:
        self._calls = calls
        self._text = SurrogateMender()

    def tell(self, event: Any) -> Iterator[Event]:  # noqa: ANN401 - one of some fifty types, told apart by name
        """Our events for one of the SDK's; what we put between them is ours already."""
        if isinstance(event, RetryScheduled | Notice):
            yield event
            return
        match event.type:
            case "response.output_text.delta" | "response.refusal.delta":
                if text := self._text.mend(event.delta):
                    yield TextDelta(text)
            case "response.reasoning_text.delta" | "response.reasoning_summary_text.delta":
                if event.delta:
                    yield ReasoningDelta(without_surrogates(event.delta))
            case "response.reasoning_summary_part.added":
                if event.summary_index:
                    yield ReasoningDelta("\n\n")
            case "response.output_item.done":
                yield from self._item(event.item)
            case "response.completed":
                for item in event.response.output:
                    yield from self._call(item)
            case _:
                pass

    def _item(self, item: object) -> Iterator[Event]:
        """The end of an item."""
        if text := self._text.rest():
            yield TextDelta(text)
        if isinstance(item, ResponseReasoningItem) and item.encrypted_content:
            yield ReasoningDelta("", carried(item.id, item.encrypted_content))
        yield from self._call(item)

    def _call(self, item: object) -> Iterator[Event]:
        """A call, the first time that it is met."""
        if self._calls is None or not isinstance(item, ResponseFunctionToolCall):
            return
        if item.call_id not in self._calls:
            call = ToolCall(item.call_id, item.name, item.arguments or "{}")
            self._calls[item.call_id] = call
            yield call
