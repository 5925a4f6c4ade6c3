"""What every provider makes of one reply: text, reasoning, usage, how it ends, and how it is stopped."""

import asyncio
import json
from contextlib import aclosing
from dataclasses import replace

import pytest

from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, ReasoningDelta, StopReason, TextDelta, UsageReported
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools
from tests.llm.contract.script import Says, ScriptedReply, Thinks, Tokens, reply
from tests.llm.contract.server import Ending, Pause

GENEROUS_S = 20  # a bound against hanging for ever, not a measure


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def done_of(events: list[Event]) -> Done:
    assert [type(event) for event in events].count(Done) == 1
    assert isinstance(events[-1], Done)
    return events[-1]


async def _collect(provider: ProviderUnderTest, seen: list[Event]) -> None:
    async with aclosing(provider.stream("Hi")) as events:
        async for event in events:
            seen.append(event)  # noqa: PERF401 - what came before an error counts


async def test_text_comes_in_order_and_done_is_last(provider: ProviderUnderTest) -> None:
    pieces = ["A half", " marathon", " in May", " it is", "."]
    provider.script(reply(*pieces))
    events = await provider.turn("I want to run a half marathon in May")
    assert text_of(events) == "".join(pieces)
    assert done_of(events).stop_reason is StopReason.END


async def test_a_piece_is_passed_on_before_the_next_one_is_sent(provider: ProviderUnderTest) -> None:
    gate = Pause(asyncio.Event())
    provider.script(reply("Good", gate, " morning"))
    seen = []
    async with asyncio.timeout(GENEROUS_S), aclosing(provider.stream("Hello")) as events:
        async for event in events:
            seen.append(event)
            if isinstance(event, TextDelta):
                gate.go.set()
    assert text_of(seen) == "Good morning"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
async def test_text_is_whole_wherever_the_stream_is_cut(provider: ProviderUnderTest, size: int) -> None:
    text = 'Grüße 👩‍👩‍👧‍👦 \\ "quoted" \n\n| a | b |\n🇩🇪 e\u0301 \u2028 日本語 \U0001f3c3 end'
    halves = reply(text[:9], text[9:])
    provider.script(replace(halves, bytes_per_piece=size))
    assert text_of(await provider.turn("Hello")) == text


async def test_reasoning_is_told_apart_from_text(provider: ProviderUnderTest) -> None:
    if not provider.can_reason:
        pytest.skip("this protocol carries no reasoning")
    provider.script(reply(Thinks("They want "), Thinks("a race."), "Which race?"))
    events = await provider.turn("I want to run")
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == "They want a race."
    assert text_of(events) == "Which race?"


async def test_usage_is_reported_and_summed(provider: ProviderUnderTest) -> None:
    provider.script(reply("Hello", tokens=Tokens(input=1200, output=34, cached=1000, reasoning=10)))
    events = await provider.turn("Hi")
    reported = [event.usage for event in events if isinstance(event, UsageReported)]
    usage = done_of(events).usage
    assert len(reported) == 1
    assert (usage.input_tokens, usage.output_tokens) == (1200, 34)
    assert usage.cache_read_tokens == (1000 if provider.reports_cached_tokens else 0)
    assert usage.reasoning_tokens == (10 if provider.reports_reasoning_tokens else 0)
    assert not usage.is_estimated
    assert usage.time_to_first_token_ms is not None
    assert usage.duration_ms is not None
    assert 0 <= usage.time_to_first_token_ms <= usage.duration_ms


async def test_the_output_limit_is_told_as_the_stop_reason(provider: ProviderUnderTest) -> None:
    provider.script(reply("A long ans", stop_reason=StopReason.LENGTH))
    events = await provider.turn("Tell me everything")
    assert text_of(events) == "A long ans"
    assert done_of(events).stop_reason is StopReason.LENGTH


async def test_a_refusal_is_told_as_the_stop_reason(provider: ProviderUnderTest) -> None:
    if not provider.can_refuse:
        pytest.skip("this protocol has no refusal of its own")
    provider.script(reply("I can't help with that.", stop_reason=StopReason.REFUSED))
    assert done_of(await provider.turn("Something bad")).stop_reason is StopReason.REFUSED


async def test_the_end_is_the_end_though_the_connection_stays_open(provider: ProviderUnderTest) -> None:
    provider.script(replace(reply("Hello"), ending=Ending.LEFT_OPEN))
    async with asyncio.timeout(GENEROUS_S):
        events = await provider.turn("Hi")
    assert text_of(events) == "Hello"
    assert isinstance(events[-1], Done)


@pytest.mark.parametrize("ending", [Ending.COMPLETE, Ending.CUT])
async def test_a_stream_without_its_end_is_an_error_that_comes_after_the_text(
    provider: ProviderUnderTest, ending: Ending
) -> None:
    provider.script(ScriptedReply([Says("Half an ans")], is_ended=False, ending=ending))
    seen: list[Event] = []
    with pytest.raises(ProviderError) as raised:
        await _collect(provider, seen)
    assert text_of(seen) == "Half an ans"
    assert not any(isinstance(event, Done) for event in seen)
    assert raised.value.kind in provider.kinds_of_break


async def test_closing_the_stream_closes_the_connection(provider: ProviderUnderTest) -> None:
    provider.script(ScriptedReply([Says("One"), Says(" two")], is_ended=False, ending=Ending.LEFT_OPEN))
    async with asyncio.timeout(GENEROUS_S):
        async with aclosing(provider.stream("Count")) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break
        await provider.server.client_left.wait()


async def test_cancelling_the_task_closes_the_connection_and_the_next_turn_works(provider: ProviderUnderTest) -> None:
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
        assert text_of(await provider.turn("Still there?")) == "Back again"


async def test_a_turn_collected_is_the_turn_streamed(provider: ProviderUnderTest) -> None:
    provider.script(reply("Good", " morning", tokens=Tokens(input=5, output=2)))
    tools = RecordingTools()
    message = await provider.service.send_message(*provider.arguments("Hello"), model=provider.model, tools=tools)
    assert message.message.text == "Good morning"
    assert message.message.provider == provider.service.provider_name
    assert message.done.usage.output_tokens == 2


async def test_a_server_error_is_one_sentence_without_the_servers_words(provider: ProviderUnderTest) -> None:
    provider.script(ScriptedReply(status=500, message="stack trace: sk-secret-key at 0xdeadbeef"))
    with pytest.raises(ProviderError) as raised:
        await provider.turn("Hi")
    assert raised.value.kind is ErrorKind.SERVER
    assert "sk-secret" not in str(raised.value)
    assert "sk-secret" not in raised.value.details


async def test_an_unknown_model_is_told_as_such(provider: ProviderUnderTest) -> None:
    provider.script(ScriptedReply(status=404, message="model 'nobodys-model' not found"))
    with pytest.raises(ProviderError) as raised:
        await provider.turn("Hi", model="nobodys-model")
    assert raised.value.kind is ErrorKind.MODEL_NOT_FOUND


async def test_a_lone_surrogate_in_what_is_sent_harms_nothing(provider: ProviderUnderTest) -> None:
    provider.script(reply("Fine"))
    assert text_of(await provider.turn("half an emoji: \ud83d")) == "Fine"
    assert json.loads(provider.turns[0].body)


async def test_without_tools_none_are_offered(provider: ProviderUnderTest) -> None:
    provider.script(reply("Hello"))
    await provider.turn("Hi", tools=None)
    assert provider.offered_tools(provider.turns[0]) == []
