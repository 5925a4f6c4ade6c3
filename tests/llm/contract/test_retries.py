"""What every provider does with a call that fails before its first piece: it is made again, and only it."""

import asyncio

import pytest

from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import RetryScheduled, StopReason, TextDelta, ToolCall, ToolResult
from desktop_app.llm.resilience.guard import CallGuard, Reliability
from desktop_app.llm.resilience.wait import RetryWait
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools
from tests.llm.contract.script import Calls, Says, ScriptedReply, reply
from tests.llm.contract.server import Ending
from tests.llm.contract.test_replies import done_of, text_of

OVERLOADED = ScriptedReply(status=500, message="busy")


async def _no_time(_delay_s: float) -> None:
    await asyncio.sleep(0)


def _guarded(provider: ProviderUnderTest) -> ProviderUnderTest:
    service = provider.service
    service.be_guarded(CallGuard(service.label, Reliability(sleep=_no_time, random=lambda: 0.5)))
    return provider


async def test_a_call_that_failed_before_its_first_piece_is_made_again(provider: ProviderUnderTest) -> None:
    provider.script(OVERLOADED, OVERLOADED, reply("Hello"))
    events = await _guarded(provider).turn("Hi")
    scheduled = [event for event in events if isinstance(event, RetryScheduled)]
    assert [(event.attempt, event.of, event.kind) for event in scheduled] == [
        (2, 3, ErrorKind.SERVER),
        (3, 3, ErrorKind.SERVER),
    ]
    assert text_of(events) == "Hello"
    assert len(provider.turns) == 3


async def test_a_tool_that_ran_is_not_run_again_by_a_retry(provider: ProviderUnderTest) -> None:
    provider.script(reply(Calls("create_goal", '{"title": "Run"}')), OVERLOADED, reply("It is there."))
    tools = RecordingTools()
    events = await _guarded(provider).turn("I want to run", tools=tools)
    kinds = [type(event) for event in events if isinstance(event, ToolCall | ToolResult | RetryScheduled)]
    assert kinds == [ToolCall, ToolResult, RetryScheduled]
    assert len(tools.calls) == 1
    assert "It is there." in text_of(events)
    assert done_of(events).stop_reason is StopReason.END


async def test_after_its_first_piece_a_call_is_not_made_again(provider: ProviderUnderTest) -> None:
    provider.script(ScriptedReply([Says("Half an ans")], is_ended=False, ending=Ending.CUT))
    with pytest.raises(ProviderError):
        await _guarded(provider).turn("Hi")
    assert len(provider.turns) == 1


async def test_retry_now_reaches_the_wait_of_a_turn(provider: ProviderUnderTest) -> None:
    provider.script(OVERLOADED, reply("Hello"))
    never, wait = asyncio.Event(), RetryWait()

    async def sleep(_delay_s: float) -> None:
        await never.wait()

    service = provider.service
    service.be_guarded(CallGuard(service.label, Reliability(sleep=sleep)))
    text = ""
    async with asyncio.timeout(60):
        stream = service.stream_message(*provider.arguments("Hi"), model=provider.model, tools=None, wait=wait)
        async for event in stream:
            if isinstance(event, RetryScheduled):
                asyncio.get_running_loop().call_soon(wait.retry_now)
            if isinstance(event, TextDelta):
                text += event.text
    assert text == "Hello"


async def test_a_reply_that_went_well_ends_the_row_of_failures(provider: ProviderUnderTest) -> None:
    provider.script(OVERLOADED, reply("Hello"))
    await _guarded(provider).turn("Hi")
    assert provider.service.guard.breaker.circuit.failures == 0
