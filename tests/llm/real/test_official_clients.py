"""A real llama.cpp server through the official SDKs: its Messages, Responses and chat completions, with a real model.

The built-in model's own turns with the real engine are in tests/llm/builtin/test_real_coach.py.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

import pytest

from desktop_app.domain.goals import UserPhase
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.claude.service import ClaudeService
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.events import Done, Event, StopReason, TextDelta, ToolCall, ToolResult
from desktop_app.llm.openai_agents.compatible import CompatibleService
from desktop_app.llm.openai_agents.service import OpenAIService
from desktop_app.settings import ClaudeSettings, CompatibleSettings, OpenAISettings
from tests.llm.contract.provider import TODAY, RecordingTools, you

pytestmark = [pytest.mark.real_model, pytest.mark.timeout(900)]

MODEL = "qwen2.5-coder-1.5b"
# Two cores that others use as well read a first prompt for minutes.
PATIENT = Deadlines(first_piece_s=600, between_pieces_s=600)
ASKED = "Call create_goal with the title “Run a half marathon” and no other argument."
# Enough for whatever arguments it adds of its own; a call that is cut off is none.
_MAX_TOKENS = 1_000

SERVICES: dict[str, Callable[[str], BaseLLMService]] = {
    "claude": lambda url: ClaudeService(
        lambda: TODAY, ClaudeSettings("any", url, temperature=0, max_tokens=_MAX_TOKENS), PATIENT
    ),
    "compatible": lambda url: CompatibleService(
        lambda: TODAY, CompatibleSettings("Workshop", f"{url}/v1", temperature=0, max_tokens=_MAX_TOKENS), PATIENT
    ),
    "openai": lambda url: OpenAIService(
        lambda: TODAY, OpenAISettings("any", f"{url}/v1", temperature=0, max_tokens=_MAX_TOKENS), PATIENT
    ),
}


@pytest.fixture(params=sorted(SERVICES))
async def service(request: pytest.FixtureRequest, llama_address: str) -> AsyncIterator[BaseLLMService]:
    """Each service in turn, in front of the one real server."""
    made = SERVICES[request.param](llama_address)
    yield made
    await made.aclose()


async def test_a_text_turn_streams_and_ends_with_what_it_used(service: BaseLLMService) -> None:
    events = [event async for event in _turn(service, "Greet me in three words.", None)]
    assert "".join(event.text for event in events if isinstance(event, TextDelta)).strip()
    done = events[-1]
    assert isinstance(done, Done)
    assert done.stop_reason is StopReason.END
    assert done.usage.input_tokens > 100
    assert 0 < done.usage.output_tokens < 100
    assert not done.usage.is_estimated


async def test_a_tool_turn_calls_and_takes_the_result_back(service: BaseLLMService) -> None:
    if isinstance(service, ClaudeService):
        pytest.skip("so small a model does not end its call in the form that this server gives it for Messages")
    tools = RecordingTools()
    seen: list[Event] = []
    # So small a model repeats its call rather than speak: what follows a result shows that the server took it.
    async with aclosing(_turn(service, ASKED, tools)) as events:
        async for event in events:
            seen.append(event)
            if isinstance(event, TextDelta | ToolCall) and any(isinstance(one, ToolResult) for one in seen):
                break
    assert tools.calls[0].name == "create_goal"
    assert "marathon" in json.loads(tools.calls[0].arguments)["title"].casefold()
    kinds = [type(event) for event in seen if isinstance(event, ToolCall | ToolResult)]
    assert kinds[:2] == [ToolCall, ToolResult]
    assert isinstance(seen[-1], TextDelta | ToolCall)


async def _turn(service: BaseLLMService, text: str, tools: RecordingTools | None) -> AsyncGenerator[Event, None]:
    stream = service.stream_message([you(text)], UserPhase.GOAL_SETTING, (), (), None, model=MODEL, tools=tools)
    async with aclosing(stream) as events:
        async for event in events:
            yield event
