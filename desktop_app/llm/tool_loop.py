"""The tool loop of providers whose SDK has none: call the model, run its tools, call again, at most 8 rounds."""

from abc import abstractmethod
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from desktop_app.domain.messages import Message, Role
from desktop_app.domain.usage import Usage
from desktop_app.llm.base import MAX_TOOL_ROUNDS, BaseLLMService, TurnRequest
from desktop_app.llm.call_ids import new_call_id
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.events import Done, Event, StopReason, ToolCall, UsageReported, is_piece
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
        total: Usage | None = None
        stop_reason = StopReason.END
        used_ids: set[str] = set()
        for round_number in range(MAX_TOOL_ROUNDS + 1):
            # The last call gets no tools, so that the turn ends with words.
            may_use_tools = tools is not None and round_number < MAX_TOOL_ROUNDS
            turn = request.messages
            if parts := collector.parts():
                turn = (*turn, Message(Role.COACH, parts, provider=self.provider_name, model=model))
            calls: list[ToolCall] = []
            begin = partial(self.stream_call, ModelCall(model, prompt, turn, may_use_tools))
            await request.account.before_call()
            with traces.model_call(prompt.text, offers_tools=may_use_tools) as trace:
                async with aclosing(self.guard.stream(begin, is_piece, request.wait)) as events:
                    async for came in events:
                        event = came
                        if isinstance(came, ToolCall):
                            if not may_use_tools:
                                continue
                            event = replace(came, call_id=new_call_id(came.call_id, used_ids))
                            calls.append(event)
                        elif isinstance(came, UsageReported):
                            event = UsageReported(request.account.priced(came.usage))
                        trace.add(event)
                        if isinstance(event, Done):
                            stop_reason = event.stop_reason
                            continue  # its last event: only a call that ends by itself went well for its guard
                        if isinstance(event, UsageReported):
                            total = event.usage if total is None else total.plus(event.usage)
                        collector.add(event)
                        yield event
            if tools is None or not calls:
                if round_number == MAX_TOOL_ROUNDS:
                    stop_reason = StopReason.TOOL_ROUNDS
                break
            for call in calls:
                result = await tools.run(call)
                collector.add(result)
                yield result
        yield Done(total or Usage(), stop_reason)
