"""What a turn's trace tells beside its shape: notices, changed goals, attachments, ends that were not read."""

from contextlib import aclosing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop_app.domain.goals import UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import AttachmentPart, Message, Role, TextPart, ToolCallPart
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Notice, ReasoningDelta, TextDelta, ToolCall, ToolResult
from desktop_app.llm.resilience.breaker import BreakerPolicy
from desktop_app.llm.resilience.guard import CallGuard, Reliability
from desktop_app.llm.scripted import ScriptedService, Step
from desktop_app.tracing.reader import read_records
from desktop_app.tracing.records import SpanRecord
from desktop_app.tracing.spans import current_trace_id
from desktop_app.tracing.tracer import Tracer

YOU = Message(Role.YOU, (TextPart("I want to run"),))


class GoalTools:
    """Says of every call that it changed goal 4."""

    async def run(self, call: ToolCall) -> ToolResult:
        """Answer the call."""
        return ToolResult(call.call_id, call.name, "Done.", goal_id=GoalId(4))


class Traced:
    """A scripted service whose turns are traced."""

    def __init__(self, path: Path, *script: list[Step]) -> None:
        self.path = path
        self.tracer = Tracer()
        self.tracer.use(path)
        self.service = ScriptedService(lambda: date(2026, 11, 21), script)
        self.service.tracer = self.tracer

    def stream(self, *messages: Message) -> Any:  # noqa: ANN401 - an async generator of events
        return self.service.stream_message(
            messages, UserPhase.TRACKING, (), (), None, model="script", tools=GoalTools()
        )

    async def turn(self, *messages: Message) -> list[SpanRecord]:
        """The records of a whole turn."""
        async with aclosing(self.stream(*messages)) as events:
            [event async for event in events]
        return await self.records()

    async def records(self) -> list[SpanRecord]:
        await self.tracer.aclose()
        return list(read_records(self.path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces.jsonl"


async def test_a_notice_is_an_event_of_the_turn(path: Path) -> None:
    *_, turn = await Traced(path, [Notice("Two messages were left out."), TextDelta("Fine.")]).turn(YOU)
    assert [(event["name"], event["text"]) for event in turn.events] == [("notice", "Two messages were left out.")]


async def test_a_tool_names_the_goal_that_it_changed(path: Path) -> None:
    records = await Traced(path, [ToolCall("call-1", "create_goal", "{}")], [TextDelta("There.")]).turn(YOU)
    (tool,) = [record for record in records if record.kind == "tool"]
    assert tool.attributes == {"call_id": "call-1", "goal_id": 4}


async def test_what_was_said_before_is_told_with_its_parts_but_not_what_attachments_hold(path: Path) -> None:
    with_picture = Message(Role.YOU, (TextPart("Look"), AttachmentPart("a.png", "image/png", "abc", 3, b"\x89PN")))
    coach = Message(
        Role.COACH, (ToolCallPart("c1", "create_goal", "{}", "Done.", ok=True), ToolCallPart("c2", "update_goal", "{}"))
    )
    call, _ = await Traced(path, [ReasoningDelta("Hm."), TextDelta("Nice.")]).turn(with_picture, coach, YOU)
    assert isinstance(call.input, list)
    assert [message["role"] for message in call.input] == ["system", "you", "coach", "you"]
    assert call.input[1]["parts"][1] == {
        "type": "attachment",
        "name": "a.png",
        "media_type": "image/png",
        "size_bytes": 3,
        "digest": "abc",
    }
    done = {"type": "tool_call", "call_id": "c1", "name": "create_goal", "arguments": "{}"}
    assert call.input[2]["parts"] == [
        {**done, "result": "Done.", "ok": True},
        {**done, "call_id": "c2", "name": "update_goal"},
    ]


async def test_who_leaves_after_the_end_has_not_stopped_the_turn(path: Path) -> None:
    traced = Traced(path, [TextDelta("Fine.")])
    async with aclosing(traced.stream(YOU)) as events:
        async for event in events:
            if isinstance(event, Done):
                break
    assert [record.outcome for record in await traced.records()] == ["complete", "complete"]


async def test_whoever_reads_a_turn_logs_under_its_id_until_it_ends(path: Path) -> None:
    traced = Traced(path, [TextDelta("One"), TextDelta(" two")])
    seen = set()
    async with aclosing(traced.stream(YOU)) as events:
        async for _ in events:
            seen.add(current_trace_id())
    assert seen == {(await traced.records())[-1].trace_id}
    assert current_trace_id() == "-"


async def test_a_long_reply_is_whole_in_the_trace_up_to_its_limit(path: Path) -> None:
    pieces: list[Step] = [TextDelta(f"{number} ") for number in range(3_000)]
    call, turn = await Traced(path, pieces).turn(YOU)
    whole = "".join(f"{number} " for number in range(3_000))
    assert call.output == [{"type": "text", "text": whole}]
    assert turn.output == whole


async def test_a_provider_that_is_left_alone_from_now_on_is_an_event_of_the_turn(path: Path) -> None:
    down = ProviderError(ErrorKind.SERVER, "It had an error.", is_lasting=True)
    traced = Traced(path, [down])
    traced.service.be_guarded(CallGuard("Scripted", Reliability(breaker=BreakerPolicy(failures=1))))
    with pytest.raises(ProviderError):
        await traced.turn(YOU)
    *_, turn = await traced.records()
    assert [(event["name"], event["state"], event["failures"]) for event in turn.events] == [("circuit", "open", 1)]
