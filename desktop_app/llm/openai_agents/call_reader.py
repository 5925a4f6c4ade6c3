"""Reads the events of one model call: its end, its failures, and what the Agents SDK could not bear."""

from collections.abc import Iterable

from agents.items import TResponseStreamEvent
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseErrorEvent,
    ResponseFailedEvent,
    ResponseFunctionToolCall,
    ResponseIncompleteEvent,
    ResponseOutputItem,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)

from desktop_app.llm.errors import ProviderError
from desktop_app.llm.events import StopReason
from desktop_app.llm.failures import failure_from_answer
from desktop_app.llm.openai_agents.call_ids import CallIds
from desktop_app.llm.openai_agents.printed_calls import PrintedCalls


class CallReader:
    """Reads the events of one call and mends what would abort the run.

    Without `keeps_calls` the model's tool calls are dropped: none were offered. `printed` finds those in the text.
    """

    def __init__(self, label: str, ids: CallIds, printed: PrintedCalls | None, *, keeps_calls: bool) -> None:
        self._label = label
        self._ids = ids
        self._printed = printed
        self._keeps_calls = keeps_calls
        self._ended: Response | None = None
        self.stop_reason = StopReason.END
        self.characters = 0

    def read(self, event: TResponseStreamEvent) -> tuple[TResponseStreamEvent, ...]:
        """What to pass on for `event`. Raises ProviderError if it says that the call failed."""
        self.characters += len(str(getattr(event, "delta", "")))
        match event:
            case ResponseCompletedEvent():
                self._ended = event.response
                return ()
            case ResponseIncompleteEvent():
                details = event.response.incomplete_details
                is_filtered = details is not None and details.reason == "content_filter"
                self.stop_reason = StopReason.REFUSED if is_filtered else StopReason.LENGTH
                self._ended = event.response
                return ()
            case ResponseFailedEvent():
                error = event.response.error
                raise self._failure(error.code if error else None, error.message if error else "")
            case ResponseErrorEvent():
                raise self._failure(event.code, event.message)
            case ResponseOutputItemDoneEvent(item=ResponseFunctionToolCall() as item):
                return self._kept(event, item)
            case ResponseTextDeltaEvent() if self._printed is not None:
                return self._fixed(self._printed.read(event))
            case _:
                if event.type == "response.refusal.delta":
                    self.stop_reason = StopReason.REFUSED
                return (event,)

    def rest(self, *, was_cut: bool) -> tuple[TResponseStreamEvent, ...]:
        """What was held back of the text, since it might have become a call; to be passed on at the end."""
        return self._fixed(self._printed.rest(was_cut=was_cut)) if self._printed is not None else ()

    @property
    def final(self) -> Response | None:
        """The whole response, after `rest`; None while there was no terminal event."""
        if self._ended is None:
            return None
        output = self._printed.output(self._ended.output) if self._printed is not None else self._ended.output
        kept = [_with_words(item) for item in output if self._keeps_calls or item.type != "function_call"]
        return self._ended.model_copy(update={"output": self._ids.in_response(kept), "status": "completed"})

    def _fixed(self, events: Iterable[TResponseStreamEvent]) -> tuple[TResponseStreamEvent, ...]:
        """What was read out of text, its calls with ids of their own."""
        fixed: list[TResponseStreamEvent] = []
        for event in events:
            if isinstance(event, ResponseOutputItemDoneEvent) and isinstance(event.item, ResponseFunctionToolCall):
                fixed += self._kept(event, event.item)
            else:
                fixed.append(event)
        return tuple(fixed)

    def _kept(
        self, event: ResponseOutputItemDoneEvent, item: ResponseFunctionToolCall
    ) -> tuple[TResponseStreamEvent, ...]:
        if not self._keeps_calls:
            return ()
        return (event.model_copy(update={"item": self._ids.in_stream(item)}),)

    def _failure(self, code: str | None, words: str | None) -> ProviderError:
        return failure_from_answer(self._label, 200, codes=(code,), words=words or "")


def _with_words(item: ResponseOutputItem) -> ResponseOutputItem:
    """`item` with refusals as plain text: the SDK ends a run that has one with an error, and the words are all told."""
    if not isinstance(item, ResponseOutputMessage):
        return item
    content = [
        ResponseOutputText(type="output_text", text=part.refusal, annotations=[])
        if isinstance(part, ResponseOutputRefusal)
        else part
        for part in item.content
    ]
    return item.model_copy(update={"content": content})
