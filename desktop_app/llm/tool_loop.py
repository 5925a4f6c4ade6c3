"""The tool loop of providers whose SDK has none: call the model, run its tools, call again, at most 8 rounds."""

from abc import abstractmethod
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from desktop_app.domain.messages import Message, Role
from desktop_app.domain.usage import Usage
from desktop_app.llm.base import MAX_TOOL_ROUNDS, BaseLLMService, TurnRequest
from desktop_app.llm.call_account import CallAccount
from desktop_app.llm.call_ids import new_call_id
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.events import Done, Event, RetryScheduled, StopReason, TextDelta, ToolCall, UsageReported, is_piece
from desktop_app.llm.prompts import SystemPrompt


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a model. After tools ran, `messages` ends with the coach's unfinished turn, results included."""

    model: str
    prompt: SystemPrompt
    messages: tuple[Message, ...]
    with_tools: bool


class ToolLoopService(BaseLLMService):
    """A service that streams single model calls and leaves the rounds to this class."""

    @abstractmethod
    def stream_call(self, call: ModelCall) -> AsyncGenerator[Event, None]:
        """Stream one model call: deltas, complete tool calls, one `UsageReported`, and `Done` with its stop reason.

        Raises ProviderError. Tools are not run here.
        """

    async def _stream_turn(self, request: TurnRequest) -> AsyncGenerator[Event, None]:
        """The rounds of one turn; see `BaseLLMService.stream_message`."""
        model, tools = request.model, request.tools
        prompt = self.system_prompt_of(request)
        traces = request.traced_calls()
        collector = PartsCollector()
        account = _TurnAccount(request.account)
        for round_number in range(MAX_TOOL_ROUNDS + 1):
            # The last call gets no tools, so that the turn ends with words.
            may_use_tools = tools is not None and round_number < MAX_TOOL_ROUNDS
            turn = request.messages
            if parts := collector.parts():
                turn = (*turn, Message(Role.COACH, parts, provider=self.provider_name, model=model))
            account.begin_round(may_use_tools=may_use_tools)
            begin = partial(self.stream_call, ModelCall(model, prompt, turn, may_use_tools))
            await request.account.before_call()
            with traces.model_call(prompt.text, offers_tools=may_use_tools) as trace:
                async with aclosing(self.guard.stream(begin, is_piece, request.wait)) as events:
                    async for came in events:
                        event = came if isinstance(came, TextDelta) else account.noted(came)  # nearly all are text
                        if event is None:
                            continue
                        trace.add(event)
                        if not isinstance(event, Done):  # only a call that ends by itself went well for its guard
                            collector.add(event)
                            yield event
            if tools is None or not account.calls:
                if round_number == MAX_TOOL_ROUNDS:
                    account.stop_reason = StopReason.TOOL_ROUNDS
                break
            for call in account.calls:
                result = await tools.run(call)
                collector.add(result)
                yield result
        yield Done(account.total or Usage(), account.stop_reason)


class _TurnAccount:
    """What the model calls of one turn used, how the last one ended, and which tools this round's asks for."""

    def __init__(self, account: CallAccount) -> None:
        self.total: Usage | None = None
        self.stop_reason = StopReason.END
        self.calls: list[ToolCall] = []
        self._account = account
        self._used_ids: set[str] = set()
        self._may_use_tools = False

    def begin_round(self, *, may_use_tools: bool) -> None:
        """The next call of the model begins."""
        self.calls = []
        self._may_use_tools = may_use_tools

    def noted(self, event: Event | RetryScheduled) -> Event | None:
        """The event as the turn passes it on; None for a tool call that nobody offered."""
        if isinstance(event, ToolCall):
            if not self._may_use_tools:
                return None
            event = replace(event, call_id=new_call_id(event.call_id, self._used_ids))
            self.calls.append(event)
        elif isinstance(event, UsageReported):
            event = UsageReported(self._account.priced(event.usage))
            self.total = event.usage if self.total is None else self.total.plus(event.usage)
        elif isinstance(event, Done):
            self.stop_reason = event.stop_reason
        return event
