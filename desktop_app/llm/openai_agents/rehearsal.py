"""Plays one turn against nothing: the SDKs build their validators at the first, which takes half a second of a core."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Final

import httpx2
from agents import ModelSettings, OpenAIResponsesModel
from openai import AsyncOpenAI

from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.events import ToolCall, ToolResult
from desktop_app.llm.openai_agents.guarded_model import GuardedModel, InnerCall, RunFacts
from desktop_app.llm.openai_agents.turn import AgentTurn, run_turn
from desktop_app.llm.tools import TOOLS
from desktop_app.llm.turn_trace import untraced
from desktop_app.tracing.sdk import send_nothing_elsewhere

_CALL: Final = {
    "id": "fc",
    "type": "function_call",
    "call_id": "call",
    "name": TOOLS[0].name,
    "arguments": "{}",
    "status": "completed",
}
_MESSAGE: Final = {
    "id": "msg",
    "type": "message",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Hello", "annotations": []}],
}
_BARE_USAGE: Final = {
    "input_tokens": 1,
    "input_tokens_details": {},
    "output_tokens": 1,
    "output_tokens_details": {},
    "total_tokens": 2,
}


def rehearse() -> None:
    """Make the first real turn as quick as the later ones. Call it in a thread that has no loop; nothing is sent."""
    send_nothing_elsewhere()
    # Not asyncio's default loop, which may be the window's.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_play())


async def _play() -> None:
    replies = iter((_reply(_CALL), _reply(_MESSAGE)))

    def answer(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=next(replies))

    facts = RunFacts()
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as nowhere:
        client = AsyncOpenAI(api_key="none", base_url="http://localhost/v1", max_retries=0, http_client=nowhere)
        inner = InnerCall(OpenAIResponsesModel("none", client), "none")
        turn = AgentTurn(
            label="Rehearsal",
            model=GuardedModel("Rehearsal", Deadlines(), lambda: inner, facts, set(), untraced().calls(())),
            facts=facts,
            settings=ModelSettings(store=False),
            instructions="None",
            items=[{"role": "user", "content": "Hello"}],
            handler=_NoTools(),
        )
        async for _event in run_turn(turn):
            pass


class _NoTools:
    async def run(self, call: ToolCall) -> ToolResult:
        """Nothing is run."""
        return ToolResult(call.call_id, call.name, "Nothing was done.", ok=False)


def _reply(item: Mapping[str, Any]) -> bytes:
    response = {
        "id": "resp",
        "object": "response",
        "created_at": 0,
        "model": "none",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    place = {"item_id": item["id"], "output_index": 0, "sequence_number": 0}
    delta = {"type": "response.output_text.delta", **place, "content_index": 0, "delta": "Hello", "logprobs": []}
    events = [
        {"type": "response.created", "sequence_number": 0, "response": {**response, "status": "in_progress"}},
        {"type": "response.output_item.added", **place, "item": item},
        *([delta] if item is _MESSAGE else []),
        {"type": "response.output_item.done", **place, "item": item},
        {
            "type": "response.completed",
            "sequence_number": 9,
            # Not as the SDK has it: what fails its validation takes another way through it, which is built as well.
            "response": {**response, "status": "completed", "output": [item], "usage": _BARE_USAGE},
        },
    ]
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
