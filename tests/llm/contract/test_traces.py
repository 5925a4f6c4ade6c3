"""The trace that a turn leaves behind: the same shape for every provider, however the turn went."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from pathlib import Path

import agents
import pytest

from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.llm.errors import ProviderError
from desktop_app.llm.events import TextDelta, ToolCall, ToolResult
from desktop_app.llm.resilience.backoff import BackoffPolicy
from desktop_app.llm.resilience.guard import CallGuard, Reliability
from desktop_app.llm.tools import TOOLS
from desktop_app.tracing.reader import read_records
from desktop_app.tracing.records import SpanRecord, to_json
from desktop_app.tracing.tracer import Tracer
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools
from tests.llm.contract.script import Calls, Says, ScriptedReply, Thinks, Tokens, reply
from tests.llm.contract.server import Ending
from tests.llm.contract.test_tools import BrokenTools

GENEROUS_S = 20  # a bound against hanging for ever, not a measure
RUN = Calls("create_goal", '{"title": "Run"}')

# What every record has, and what else one of its kind has when all went well.
ALWAYS = {
    "v", "trace_id", "span_id", "kind", "name", "started_at", "ended_at", "duration_ms", "outcome", "provider", "model",
    "conversation_id", "message_id", "input", "output", "attributes",
}  # fmt: skip
OF_A_CALL = {"usage", "time_to_first_token_ms", "stop_reason"}
KEYS = {
    "turn": ALWAYS | OF_A_CALL,
    "generation": ALWAYS | OF_A_CALL | {"parent_id"},
    "tool": ALWAYS | {"parent_id"},
}


class Traced:
    """A provider whose turns are traced into a file."""

    def __init__(self, provider: ProviderUnderTest, path: Path, *, includes_content: bool = True) -> None:
        self.provider = provider
        self.path = path
        self.tracer = Tracer()
        self.tracer.use(path, includes_content=includes_content)
        provider.service.tracer = self.tracer

    async def records(self) -> list[SpanRecord]:
        """What is in the file; nothing is traced after."""
        await self.tracer.aclose()
        return list(read_records(self.path))

    async def shape(self) -> list[tuple[str, str, str]]:
        """Kind, outcome and kind of error of each record, in order; the ids are checked on the way."""
        records = await self.records()
        turn = records[-1]
        assert turn.kind == "turn"
        assert turn.parent_id is None
        for record in records[:-1]:
            assert record.parent_id == turn.span_id
            assert turn.started_at <= record.started_at <= record.ended_at <= turn.ended_at
        starts = [record.started_at for record in records[:-1]]
        assert starts == sorted(starts)
        assert len({record.trace_id for record in records}) == 1
        assert len({record.span_id for record in records}) == len(records)
        return [(record.kind, record.outcome, record.error.kind if record.error else "") for record in records]


@pytest.fixture(params=[True, False], ids=["SDK there", "SDK comes later"])
async def traced(provider: ProviderUnderTest, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Traced]:
    """The provider, traced; with the SDK loaded before the turn, or after it."""
    made = Traced(provider, tmp_path / "logs" / "traces.jsonl")
    if request.param:
        await made.tracer.ready()
    yield made
    await made.tracer.aclose()


async def test_a_turn_of_text_is_a_model_call_within_a_turn(traced: Traced) -> None:
    provider = traced.provider
    provider.script(reply("Which ", "race?", tokens=Tokens(input=1200, output=34, cached=1000, reasoning=10)))
    await provider.turn("I want to run")
    call, turn = await traced.records()
    assert call.name == call.model == turn.model == provider.model
    assert call.provider == turn.provider == provider.service.provider_name
    assert call.outcome == turn.outcome == "complete"
    assert call.stop_reason == turn.stop_reason == "end"
    assert turn.input == "I want to run"
    assert turn.output == "Which race?"
    assert call.output == [{"type": "text", "text": "Which race?"}]
    assert isinstance(call.input, list)
    assert [message["role"] for message in call.input] == ["system", "you"]
    assert call.input[1]["parts"] == [{"type": "text", "text": "I want to run"}]
    assert turn.attributes == {"user_phase": "goal_setting", "messages": 1, "goals": 0, "tools": []}
    assert call.usage == turn.usage
    assert call.usage is not None
    assert call.usage["input_tokens"] == 1200
    assert call.usage["output_tokens"] == 34
    assert call.usage["cache_read_tokens"] == (1000 if provider.reports_cached_tokens else 0)
    assert call.usage["reasoning_tokens"] == (10 if provider.reports_reasoning_tokens else 0)
    assert call.time_to_first_token_ms is not None
    assert 0 <= call.time_to_first_token_ms <= call.duration_ms + 1


async def test_records_of_a_kind_have_the_same_keys_whoever_answers(traced: Traced) -> None:
    provider = traced.provider
    provider.script(reply(RUN, tokens=Tokens(input=9, output=2)), reply("Done.", tokens=Tokens(input=12, output=1)))
    stream = provider.service.stream_message(
        *provider.arguments("I want to run"),
        model=provider.model,
        tools=RecordingTools(),
        conversation_id=ConversationId(7),
        message_id=MessageId(8),
    )
    async with aclosing(stream) as events:
        [event async for event in events]
    records = await traced.records()
    assert [record.kind for record in records] == ["generation", "tool", "generation", "turn"]
    assert {(record.conversation_id, record.message_id) for record in records} == {(7, 8)}
    lines = [json.loads(line) for line in traced.path.read_text().splitlines()]
    for line, record in zip(lines, records, strict=True):
        assert set(line) == KEYS[record.kind]
        assert set(to_json(record)) == KEYS[record.kind]
    calls = [line for line in lines if line["kind"] == "generation"]
    counts = {"input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens"}
    for call in calls:
        assert set(call["usage"]) - {"cost_micro_usd"} == counts | {"is_estimated"}
        assert call["attributes"] == {"purpose": "reply", "offers_tools": True}
    assert lines[-1]["attributes"]["tools"] == [tool.name for tool in TOOLS]
    assert lines[-1]["usage"]["input_tokens"] == 21


async def test_a_tool_has_its_arguments_and_result_and_stands_between_the_calls(traced: Traced) -> None:
    traced.provider.script(reply(RUN), reply("There it is."))
    tools = RecordingTools()
    await traced.provider.turn("I want to run", tools=tools)
    first, tool, second, turn = await traced.records()
    assert tool.name == "create_goal"
    assert tool.input == tools.calls[0].arguments
    assert tool.output == "create_goal is done."
    assert tool.attributes == {"call_id": tools.calls[0].call_id}
    assert first.ended_at <= tool.started_at <= tool.ended_at <= second.started_at
    assert isinstance(first.output, list)
    assert first.output[-1]["type"] == "tool_call"
    assert first.output[-1]["call_id"] == tools.calls[0].call_id
    assert second.input == [
        {
            "role": "tool",
            "call_id": tools.calls[0].call_id,
            "name": "create_goal",
            "text": "create_goal is done.",
            "ok": True,
        }
    ]
    assert "There it is." in str(turn.output)


async def test_several_tools_are_told_one_by_one(traced: Traced) -> None:
    phase = Calls("set_goal_phase", '{"goal_id": 2, "phase": "active"}')
    traced.provider.script(reply("I will. ", RUN, RUN, phase), reply("Done."))
    await traced.provider.turn("Run and read", tools=RecordingTools())
    done = "complete", ""
    assert await traced.shape() == [
        ("generation", *done),
        ("tool", *done),
        ("tool", *done),
        ("tool", *done),
        ("generation", *done),
        ("turn", *done),
    ]


async def test_a_wrong_call_is_a_tool_that_failed_in_a_turn_that_did_not(traced: Traced) -> None:
    traced.provider.script(reply(Calls("create_goal", '{"colour": "red"}')), reply("Sorry."))
    await traced.provider.turn("I want to run", tools=RecordingTools())
    assert [kind for kind in await traced.shape() if kind[1] == "failed"] == [("tool", "failed", "tool_error")]


async def test_a_call_of_a_tool_that_there_is_not_is_told_too(traced: Traced) -> None:
    traced.provider.script(reply(Calls("delete_everything", "{}")), reply("Sorry."))
    await traced.provider.turn("I want to run", tools=RecordingTools())
    tool = next(record for record in await traced.records() if record.kind == "tool")
    assert tool.name == "delete_everything"
    assert tool.error is not None
    assert "There is no tool" in tool.error.message


async def test_reasoning_is_told_apart_from_text(traced: Traced) -> None:
    if not traced.provider.can_reason:
        pytest.skip("this protocol carries no reasoning")
    traced.provider.script(reply(Thinks("They want "), Thinks("a race."), "Which?"))
    await traced.provider.turn("I want to run")
    call, turn = await traced.records()
    assert call.output == [{"type": "reasoning", "text": "They want a race."}, {"type": "text", "text": "Which?"}]
    assert turn.output == "Which?"


async def test_a_failure_is_told_of_the_call_and_of_the_turn(traced: Traced) -> None:
    traced.provider.script(ScriptedReply(status=500, message="stack trace: sk-secret-key at 0xdeadbeef"))
    with pytest.raises(ProviderError):
        await traced.provider.turn("Hi")
    assert await traced.shape() == [("generation", "failed", "server"), ("turn", "failed", "server")]
    assert "sk-secret" not in traced.path.read_text()


async def test_what_came_before_a_break_is_told(traced: Traced) -> None:
    traced.provider.script(ScriptedReply([Says("Half an ans")], is_ended=False, ending=Ending.CUT))
    with pytest.raises(ProviderError) as raised:
        await traced.provider.turn("Hi")
    call, turn = await traced.records()
    assert call.outcome == turn.outcome == "failed"
    assert call.error == turn.error
    assert call.error is not None
    assert call.error.kind == raised.value.kind
    assert call.output == [{"type": "text", "text": "Half an ans"}]
    assert call.time_to_first_token_ms is not None


@pytest.mark.parametrize("how", ["closed", "closed by another task", "cancelled"])
async def test_a_stopped_turn_says_so_and_keeps_what_came(traced: Traced, how: str) -> None:
    traced.provider.script(ScriptedReply([Says("One"), Says(" two")], is_ended=False, ending=Ending.LEFT_OPEN))
    stream = traced.provider.stream("Count")
    began = asyncio.Event()

    async def read() -> None:
        async for event in stream:
            if isinstance(event, TextDelta) and "two" in event.text:
                began.set()
                if how != "cancelled":
                    return

    async with asyncio.timeout(GENEROUS_S):
        reading = asyncio.create_task(read())
        await began.wait()
        if how == "cancelled":
            reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        if how == "closed":
            await stream.aclose()
        elif how == "closed by another task":
            await asyncio.create_task(stream.aclose())
    assert await traced.shape() == [("generation", "stopped", ""), ("turn", "stopped", "")]
    call = next(read_records(traced.path))
    assert call.output == [{"type": "text", "text": "One two"}]


async def test_a_turn_that_is_stopped_in_a_tool_ends_the_tool(traced: Traced) -> None:
    class SlowTools(RecordingTools):
        began = asyncio.Event()

        async def run(self, call: ToolCall) -> ToolResult:
            self.began.set()
            await asyncio.Event().wait()
            return await super().run(call)

    traced.provider.script(reply(RUN))
    tools = SlowTools()
    async with asyncio.timeout(GENEROUS_S):
        turn = asyncio.create_task(traced.provider.turn("I want to run", tools=tools))
        await tools.began.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
    assert await traced.shape() == [("generation", "complete", ""), ("tool", "stopped", ""), ("turn", "stopped", "")]


async def test_a_fault_of_our_own_is_told_by_its_name_alone(traced: Traced) -> None:
    traced.provider.script(reply(RUN))
    with pytest.raises(LookupError):
        await traced.provider.turn("I want to run", tools=BrokenTools())
    assert await traced.shape() == [
        ("generation", "complete", ""),
        ("tool", "failed", "LookupError"),
        ("turn", "failed", "LookupError"),
    ]
    assert "a fault in" not in traced.path.read_text()


async def test_a_try_that_failed_is_an_event_of_the_call(traced: Traced) -> None:
    async def at_once(_seconds: float) -> None:
        return

    patient = Reliability(BackoffPolicy(tries=2), sleep=at_once)
    traced.provider.service.be_guarded(CallGuard("Patient", patient))
    traced.provider.script(ScriptedReply(status=500), reply("Hello"))
    await traced.provider.turn("Hi")
    call, turn = await traced.records()
    assert call.outcome == turn.outcome == "complete"
    assert [(event["name"], event["try_number"], event["error_kind"]) for event in call.events] == [
        ("retry", 2, "server")
    ]


async def test_without_content_no_word_of_anybody_is_in_the_file(provider: ProviderUnderTest, tmp_path: Path) -> None:
    traced = Traced(provider, tmp_path / "traces.jsonl", includes_content=False)
    provider.script(reply(Calls("create_goal", '{"title": "Zanzibar", "content": "Coral"}')), reply("Certainly"))
    await provider.turn("To Xanadu", tools=RecordingTools())
    records = await traced.records()
    assert all(record.input is None and record.output is None for record in records)
    assert records[-1].usage is not None
    assert records[0].time_to_first_token_ms is not None
    text = traced.path.read_text()
    for word in ("Xanadu", "Zanzibar", "Coral", "is done", "Certainly", "Coach"):
        assert word not in text


def files_below(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


async def test_a_switched_off_tracer_touches_no_file(provider: ProviderUnderTest, tmp_path: Path) -> None:
    provider.service.tracer = Tracer()
    before = files_below(tmp_path)
    provider.script(reply("Hello"))
    await provider.turn("Hi")
    await provider.service.tracer.aclose()
    assert files_below(tmp_path) == before


@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
async def test_nothing_reaches_the_collector_of_the_sdk_though_there_is_a_key_for_it(
    provider: ProviderUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, only_loopback: list[str], is_on: bool
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    tracer = Tracer()
    tracer.use(tmp_path / "traces.jsonl" if is_on else None)
    await tracer.ready()
    provider.service.tracer = tracer
    provider.script(reply(RUN), reply("There it is."), ScriptedReply(status=500))
    await provider.turn("I want to run", tools=RecordingTools())
    with pytest.raises(ProviderError):
        await provider.turn("And then?")
    # By hand, too, as another part of the program might.
    with agents.trace("by hand"), agents.custom_span("span"):
        pass
    agents.flush_traces()
    await tracer.aclose()
    assert only_loopback == []
    assert "sk-of-the-environment" not in str([request.headers for request in provider.server.requests])
    assert len(list(read_records(tmp_path / "traces.jsonl"))) == (7 if is_on else 0)
