"""Every provider on Qt's loop, as in the window, and several turns at once on one service.

Silence on that loop: tests/llm/faults/test_silence_on_the_window.py.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.llm.events import Done, TextDelta
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools, you
from tests.llm.contract.registry import PROVIDERS
from tests.llm.contract.script import Calls, Says, ScriptedReply, reply
from tests.llm.contract.server import Ending, Pause
from tests.llm.openai_agents.under_test import OpenAIUnderTest

GENEROUS_S = 30


@pytest.fixture(params=sorted(PROVIDERS))
async def provider(qapp: QApplication, request: pytest.FixtureRequest) -> AsyncIterator[ProviderUnderTest]:
    """A service in front of its scripted server, both on Qt's loop."""
    under_test = PROVIDERS[request.param]()
    await under_test.start()
    yield under_test
    await under_test.stop()


async def test_text_comes_piece_by_piece(provider: ProviderUnderTest) -> None:
    gate = Pause(asyncio.Event())
    provider.script(reply("Good", gate, " morning", "."))
    said = ""
    async with asyncio.timeout(GENEROUS_S), aclosing(provider.stream("Hello")) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                said += event.text
                gate.go.set()
    assert said == "Good morning."
    assert isinstance(event, Done)


async def test_a_turn_with_a_tool_runs(provider: ProviderUnderTest) -> None:
    provider.script(reply(Calls("create_goal", '{"title": "Run"}')), reply("Which race?"))
    tools = RecordingTools()
    events = await provider.turn("I want to run", tools=tools)
    assert [(call.name, result.ok) for call, result in zip(tools.calls, tools.results, strict=True)] == [
        ("create_goal", True)
    ]
    assert isinstance(events[-1], Done)


async def test_a_stream_left_early_closes_its_connection(provider: ProviderUnderTest) -> None:
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


async def test_a_turn_whose_task_is_stopped_closes_its_connection(provider: ProviderUnderTest) -> None:
    provider.script(ScriptedReply([Says("One")], is_ended=False, ending=Ending.LEFT_OPEN), reply("Back again"))
    began = asyncio.Event()

    async def read() -> None:
        async with aclosing(provider.stream("Count")) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    began.set()

    async with asyncio.timeout(GENEROUS_S):
        reading = asyncio.create_task(read())
        await began.wait()
        reading.cancel()
        await provider.server.client_left.wait()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert isinstance((await provider.turn("Still there?"))[-1], Done)


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
