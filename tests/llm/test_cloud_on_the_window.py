"""The cloud providers on the window's loop, and several turns at once on one service."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.llm.events import Done, TextDelta
from tests.llm.claude.under_test import ClaudeUnderTest
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools, you
from tests.llm.contract.script import Calls, Says, ScriptedReply, reply
from tests.llm.contract.server import Ending
from tests.llm.openai_agents.under_test import CompatibleUnderTest, OpenAIUnderTest

CLOUD: list[Callable[[], ProviderUnderTest]] = [ClaudeUnderTest, OpenAIUnderTest, CompatibleUnderTest]
GENEROUS_S = 30


@pytest.mark.parametrize("kind", CLOUD)
async def test_a_turn_with_a_tool_runs(qapp: QApplication, kind: Callable[[], ProviderUnderTest]) -> None:
    provider = kind()
    await provider.start()
    provider.script(reply("I note it. ", Calls("create_goal", '{"title": "Run"}')), reply("Which race?"))
    tools = RecordingTools()
    events = await provider.turn("I want to run", tools=tools)
    assert len(tools.calls) == 1
    assert isinstance(events[-1], Done)
    await provider.stop()


@pytest.mark.parametrize("kind", CLOUD)
async def test_a_stream_left_early_closes_its_connection(
    qapp: QApplication, kind: Callable[[], ProviderUnderTest]
) -> None:
    provider = kind()
    await provider.start()
    for _ in range(3):
        provider.script(ScriptedReply([Says("One"), Says(" two")], is_ended=False, ending=Ending.LEFT_OPEN))
        provider.server.client_left.clear()
        async with asyncio.timeout(GENEROUS_S):
            async with aclosing(provider.stream("Count")) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        break
            await provider.server.client_left.wait()
    provider.script(reply("Still here"))
    assert isinstance((await provider.turn("Hello?"))[-1], Done)
    await provider.stop()


async def test_several_turns_at_once_on_one_service_do_not_mix() -> None:
    provider = OpenAIUnderTest()
    await provider.start()
    for number in range(4):
        provider.script(reply(*[f"{number} "] * 50))
    said = await asyncio.gather(*(provider.turn([you("Hello")]) for _ in range(4)))
    texts = [{event.text for event in events if isinstance(event, TextDelta)} for events in said]
    assert sorted(next(iter(each)) for each in texts) == ["0 ", "1 ", "2 ", "3 "]
    assert all(len(each) == 1 for each in texts)
    await provider.stop()
