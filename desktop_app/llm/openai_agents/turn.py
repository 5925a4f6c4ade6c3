"""One turn through the Agents SDK: an agent with the goal tools, run, its events told in ours."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

from agents import (
    Agent,
    FunctionTool,
    Model,
    ModelSettings,
    RunConfig,
    RunItemStreamEvent,
    Runner,
    StreamEvent,
    ToolErrorFormatterArgs,
    ToolExecutionConfig,
    TResponseInputItem,
)
from agents.exceptions import MaxTurnsExceeded, UserError
from agents.items import ToolCallOutputItem, TResponseStreamEvent
from agents.tool_context import ToolContext
from openai.types.responses import ResponseCompletedEvent

from desktop_app.domain.usage import Usage
from desktop_app.llm.base import MAX_TOOL_ROUNDS
from desktop_app.llm.events import Done, Event, StopReason, ToolCall, ToolResult, UsageReported
from desktop_app.llm.openai_agents.errors import translated
from desktop_app.llm.openai_agents.guarded_model import RunFacts
from desktop_app.llm.openai_agents.raw_events import RawTeller
from desktop_app.llm.tools import TOOLS, ToolHandler


@dataclass(frozen=True, slots=True)
class AgentTurn:
    """What a turn consists of. `facts` are those that `model` writes down."""

    label: str
    model: Model
    facts: RunFacts
    settings: ModelSettings
    instructions: str
    items: list[TResponseInputItem]
    handler: ToolHandler | None


async def run_turn(turn: AgentTurn) -> AsyncGenerator[Event, None]:
    """Stream the turn, ending with `Done`. Raises ProviderError. Closing the generator closes the connection."""
    tools = _TurnTools(turn.handler) if turn.handler is not None else None
    result = Runner.run_streamed(
        Agent(
            name="Coach",
            instructions=turn.instructions,
            model=turn.model,
            model_settings=turn.settings,
            tools=list(tools.function_tools()) if tools is not None else [],
        ),
        turn.items,
        max_turns=MAX_TOOL_ROUNDS + 1,
        run_config=RunConfig(
            tracing_disabled=True,
            trace_include_sensitive_data=False,
            tool_not_found_behavior="return_error_to_model",
            tool_error_formatter=tools.explain_missing if tools is not None else None,
            # In the order of the calls: a later one may build on an earlier one.
            tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1),
        ),
    )
    teller = _Teller(turn.facts, tools)
    fault: BaseException | None = None
    with translated(turn.label):
        async with aclosing(cast("AsyncGenerator[StreamEvent, None]", result.stream_events())) as events:
            try:
                async for event in events:
                    for ours in teller.tell(event):
                        yield ours
            except MaxTurnsExceeded:
                turn.facts.stop_reason = StopReason.TOOL_ROUNDS
            except UserError as error:
                # So the SDK wraps what a tool raised, which is no failure of the provider.
                fault = error.__cause__
                if fault is None:
                    raise
            finally:
                result.cancel()
    if fault is not None:
        raise fault
    if turn.facts.calls_made > MAX_TOOL_ROUNDS:
        turn.facts.stop_reason = StopReason.TOOL_ROUNDS
    yield Done(teller.total or Usage(), turn.facts.stop_reason)


class _TurnTools:
    """The goal tools as the SDK runs them: each call goes to the turn's handler, its raw arguments included."""

    def __init__(self, handler: ToolHandler) -> None:
        self._handler = handler
        self.calls: dict[str, ToolCall] = {}
        self.results: dict[str, ToolResult] = {}

    def function_tools(self) -> Iterator[FunctionTool]:
        """The declared tools. Arguments are validated by the handler, so the schema need not be strict."""
        for tool in TOOLS:
            yield FunctionTool(
                name=tool.name,
                description=tool.description,
                params_json_schema=tool.json_schema(),
                on_invoke_tool=self.invoke,
                strict_json_schema=False,
            )

    async def invoke(self, context: ToolContext[Any], arguments: str) -> str:
        """Run a declared tool."""
        return await self._run(ToolCall(context.tool_call_id, context.tool_name, arguments))

    async def explain_missing(self, missing: ToolErrorFormatterArgs[Any]) -> str | None:
        """What the model is told when it calls a tool that there is not: what the handler says to that."""
        known = self.calls.get(missing.call_id)
        return await self._run(known or ToolCall(missing.call_id, missing.tool_name, "{}"))

    async def _run(self, call: ToolCall) -> str:
        result = await self._handler.run(call)
        self.results[call.call_id] = result
        return result.text


class _Teller:
    """Tells the SDK's events in ours."""

    def __init__(self, facts: RunFacts, tools: _TurnTools | None) -> None:
        self._facts = facts
        self._tools = tools
        self._teller = RawTeller(tools.calls if tools is not None else None)
        self.total: Usage | None = None

    def tell(self, event: StreamEvent) -> Iterator[Event]:
        """Our events for one of the SDK's."""
        if event.type == "raw_response_event":
            yield from self._raw(event.data)
        elif event.type == "run_item_stream_event":
            yield from self._item(event)

    def _raw(self, event: TResponseStreamEvent) -> Iterator[Event]:
        yield from self._teller.tell(event)
        if isinstance(event, ResponseCompletedEvent):
            usage = self._facts.usages.popleft()
            self.total = usage if self.total is None else self.total.plus(usage)
            yield UsageReported(usage)

    def _item(self, event: RunItemStreamEvent) -> Iterator[Event]:
        if self._tools is not None and isinstance(event.item, ToolCallOutputItem):
            result = self._tools.results.pop(str(event.item.call_id), None)
            if result is not None:
                yield result
