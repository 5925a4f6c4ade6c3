"""Gives each tool call of a run an id of its own; the Agents SDK aborts a run in which two calls share one."""

from collections import defaultdict
from collections.abc import Sequence

from openai.types.responses import ResponseFunctionToolCall, ResponseOutputItem

from desktop_app.llm.call_ids import new_call_id
from desktop_app.llm.surrogates import without_surrogates


class CallIds:
    """The ids of one model call. `used` are those of the run and its history; new ones are added to it.

    A call is met twice, as an item of the stream and in the whole response; it gets the same id both times.
    """

    def __init__(self, used: set[str]) -> None:
        self._used = used
        self._given: defaultdict[str, list[str]] = defaultdict(list)
        self._streamed: defaultdict[str, int] = defaultdict(int)

    def in_stream(self, item: ResponseFunctionToolCall) -> ResponseFunctionToolCall:
        """A call that the stream brought."""
        number = self._streamed[item.call_id]
        self._streamed[item.call_id] += 1
        return self._fixed(item, number)

    def in_response(self, output: Sequence[ResponseOutputItem]) -> list[ResponseOutputItem]:
        """The items of the whole response."""
        met: defaultdict[str, int] = defaultdict(int)
        items: list[ResponseOutputItem] = []
        for item in output:
            if isinstance(item, ResponseFunctionToolCall):
                number = met[item.call_id]
                met[item.call_id] += 1
                items.append(self._fixed(item, number))
            else:
                items.append(item)
        return items

    def _fixed(self, item: ResponseFunctionToolCall, number: int) -> ResponseFunctionToolCall:
        given = self._given[item.call_id]
        while len(given) <= number:
            given.append(new_call_id(item.call_id, self._used))
        arguments = without_surrogates(item.arguments or "")  # the SDK cannot encode them either
        return item.model_copy(update={"call_id": given[number], "arguments": arguments})
