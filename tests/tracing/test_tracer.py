"""Traces through the Agents SDK: spans and their ids, ends, and the trace id in the log."""

import asyncio
import contextvars
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import agents
import pytest

from desktop_app.logs import start_logging
from desktop_app.tracing.reader import read_records
from desktop_app.tracing.records import Kind, Outcome, SpanError, SpanRecord
from desktop_app.tracing.spans import Span, current_trace_id, enter, leave
from desktop_app.tracing.tracer import Tracer
from tests.tracing.made import NOW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "traces" / "traces.jsonl"


@pytest.fixture
async def tracer(path: Path) -> AsyncIterator[Tracer]:
    made = Tracer()
    made.use(path)
    await made.ready()
    yield made
    await made.aclose()


def is_there(path: Path) -> bool:
    return path.exists()


def turn(tracer: Tracer) -> Span:
    return tracer.begin(SpanRecord(Kind.TURN, "turn", provider="claude", model="some-model", conversation_id=5))


async def written(tracer: Tracer, path: Path) -> list[SpanRecord]:
    await tracer.aclose()
    return list(read_records(path))


async def test_spans_of_any_kind_stand_below_the_one_they_were_opened_from(tracer: Tracer, path: Path) -> None:
    root = turn(tracer)
    call = root.child(Kind.GENERATION, "some-model")
    wait = call.child("wait", "before another try", delay_s=2)
    wait.event("retry_now")
    for span in (wait, call, root):
        span.end()
    told = await written(tracer, path)
    assert [(each.kind, each.name) for each in told] == [
        ("wait", "before another try"),
        ("generation", "some-model"),
        ("turn", "turn"),
    ]
    assert [each.parent_id for each in told] == [told[1].span_id, told[2].span_id, None]
    assert {(each.trace_id, each.provider, each.model, each.conversation_id) for each in told} == {
        (root.record.trace_id, "claude", "some-model", 5)
    }
    assert told[0].attributes == {"delay_s": 2}
    (event,) = told[0].events
    assert event["name"] == "retry_now"
    assert told[0].started_at <= event["at"] <= told[0].ended_at
    assert told[0].started_at.endswith("Z")
    assert len(told[0].started_at) == len("2026-11-27T12:00:00.000000Z")


async def test_a_span_ends_once_and_takes_those_below_along(tracer: Tracer, path: Path) -> None:
    root = turn(tracer)
    child = root.child(Kind.TOOL, "create_goal")
    root.end(Outcome.FAILED, SpanError("server", "It failed."))
    root.end()
    child.end()
    late = root.child(Kind.TOOL, "update_goal")
    late.event("never told")
    late.end()
    told = await written(tracer, path)
    assert [(each.kind, each.outcome, each.error) for each in told] == [
        ("tool", "failed", SpanError("server", "It failed.")),
        ("turn", "failed", SpanError("server", "It failed.")),
    ]


async def test_spans_that_others_make_through_the_sdk_are_told_as_well(tracer: Tracer, path: Path) -> None:
    with agents.trace("by hand"), agents.custom_span("outer"), agents.generation_span(model="x"):
        pass
    agents.flush_traces()
    told = list(read_records(path))
    assert [(each.kind, each.name) for each in told] == [("generation", "generation"), ("custom", "outer")]
    assert told[0].parent_id == told[1].span_id


async def test_the_environment_does_not_switch_the_tracing_of_the_sdk_off(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_AGENTS_DISABLE_TRACING", "1")
    tracer = Tracer()
    tracer.use(path)
    await tracer.ready()
    turn(tracer).end()
    assert len(await written(tracer, path)) == 1


async def test_turns_at_the_same_time_do_not_mix(tracer: Tracer, path: Path) -> None:
    async def one() -> str:
        root = turn(tracer)
        token = enter(root)
        for _ in range(3):
            call = root.child(Kind.GENERATION, "some-model")
            await asyncio.sleep(0)
            assert current_trace_id() == root.record.trace_id
            call.end()
        leave(token)
        root.end()
        return root.record.trace_id

    ids = await asyncio.gather(*(one() for _ in range(5)))
    told = await written(tracer, path)
    assert len(told) == 20
    assert all([each.trace_id for each in told].count(trace_id) == 4 for trace_id in ids)


async def test_other_settings_count_for_the_turns_that_begin_after(tracer: Tracer, path: Path) -> None:
    def kept(name: str) -> Path:
        return path.with_name(name)

    before = turn(tracer)
    before.end()
    agents.flush_traces()
    tracer.use(path, includes_content=False)
    assert not tracer.includes_content
    for name in ("other.jsonl", "third.jsonl"):
        tracer.use(kept(name))
        await tracer.ready()
        turn(tracer).end()
        agents.flush_traces()
    tracer.use(None)
    await tracer.ready()
    turn(tracer).end()
    agents.flush_traces()
    tracer.use(path)
    await tracer.ready()
    turn(tracer).end()
    agents.flush_traces()
    await tracer.aclose()
    counts = [len(list(read_records(each))) for each in (path, kept("other.jsonl"), kept("third.jsonl"))]
    assert counts == [2, 1, 1]


async def test_turns_before_the_sdk_is_there_are_told_once_it_is_with_their_own_times(path: Path) -> None:
    second = 0
    tracer = Tracer(now=lambda: NOW + timedelta(seconds=second))
    tracer.use(path)
    ended = turn(tracer)
    second = 1
    call = ended.child(Kind.GENERATION, "some-model")
    second = 2
    call.event("retry")
    ended.end(Outcome.STOPPED)
    second = 3
    still_open = turn(tracer)
    second = 4
    still_open.child(Kind.TOOL, "create_goal").end()
    assert not is_there(path)
    await tracer.ready()
    second = 5
    still_open.end()
    told = await written(tracer, path)
    assert [(each.kind, each.outcome, each.started_at[18], each.ended_at[18]) for each in told] == [
        ("generation", "stopped", "1", "2"),
        ("turn", "stopped", "0", "2"),
        ("tool", "complete", "4", "4"),
        ("turn", "complete", "3", "5"),
    ]
    assert told[0].events[0]["at"].startswith("2026-11-27T12:00:02")
    assert (told[0].parent_id, told[2].parent_id) == (told[1].span_id, told[3].span_id)
    assert told[1].trace_id == ended.record.trace_id != told[3].trace_id


async def test_what_waits_for_the_sdk_is_forgotten_where_traces_are_switched_off(path: Path) -> None:
    tracer = Tracer()
    tracer.use(path)
    turn(tracer).end()
    still_open = turn(tracer)
    tracer.use(None)
    still_open.end()
    tracer.use(path)
    await tracer.aclose()
    assert not is_there(path)


async def test_settings_that_change_while_it_is_loaded_count_for_the_next_turn(path: Path) -> None:
    tracer = Tracer()
    tracer.use(path.with_name("never.jsonl"))
    waiting = asyncio.create_task(tracer.ready())
    await asyncio.sleep(0)
    tracer.use(path)
    await waiting
    turn(tracer).end()
    assert len(await written(tracer, path)) == 1
    assert not is_there(path.with_name("never.jsonl"))


async def test_a_tracer_that_is_closed_or_has_no_path_gives_ids_and_writes_nothing(tracer: Tracer, path: Path) -> None:
    await tracer.aclose()
    await tracer.aclose()
    off = Tracer()
    await off.ready()
    for silent in (tracer, off):
        span = turn(silent)
        span.child(Kind.TOOL, "create_goal").event("x")
        span.end()
        assert span.record.trace_id.startswith("trace_")
        assert not span.is_recorded
        assert (silent.is_failing, silent.lost) == (False, 0)
    assert not is_there(path)


async def test_a_file_that_cannot_be_written_is_known_to_whoever_asks(tmp_path: Path) -> None:
    path = tmp_path  # a folder
    tracer = Tracer()
    tracer.use(path)
    await asyncio.gather(tracer.ready(), tracer.ready())
    turn(tracer).end()
    agents.flush_traces()
    assert tracer.is_failing
    assert tracer.lost == 1
    await tracer.aclose()


async def test_without_the_library_turns_go_on_untraced(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sys.modules["desktop_app.tracing.sdk"], real = None, sys.modules["desktop_app.tracing.sdk"]  # type: ignore[assignment]
    try:
        tracer = Tracer()
        tracer.use(path)
        turn(tracer).end()
        await tracer.ready()
        await tracer.ready()
        turn(tracer).end()
    finally:
        sys.modules["desktop_app.tracing.sdk"] = real
    assert tracer.is_failing
    assert [each.levelname for each in caplog.records if each.name.endswith("tracer")] == ["ERROR"]
    assert not is_there(path)


async def test_log_lines_carry_the_id_of_the_turn_they_were_made_in(tracer: Tracer, tmp_path: Path) -> None:
    root_logger = logging.getLogger()
    handlers, level = list(root_logger.handlers), root_logger.level
    start_logging(tmp_path, str, current_trace_id)
    log = logging.getLogger("desktop_app.test")
    try:
        log.info("before")
        span = turn(tracer)
        token = enter(span)
        log.info("within")
        await asyncio.to_thread(log.info, "in a thread of it")
        leave(token)
        log.info("after")
        enter(span)
        span.end()
        log.info("after an end without leaving")
    finally:
        for handler in set(root_logger.handlers) - set(handlers):
            root_logger.removeHandler(handler)
            handler.close()
        root_logger.setLevel(level)
    told = [line.split(" ", 3)[3] for line in (tmp_path / "goalgetter.log").read_text().splitlines()]
    trace_id = span.record.trace_id
    assert told == [
        "- desktop_app.test: before",
        f"{trace_id} desktop_app.test: within",
        f"{trace_id} desktop_app.test: in a thread of it",
        "- desktop_app.test: after",
        "- desktop_app.test: after an end without leaving",
    ]


def test_leaving_in_another_context_than_entered_harms_nothing() -> None:
    span = Span(SpanRecord(Kind.TURN, "turn", trace_id="trace_1"), None)
    context = contextvars.copy_context()
    token = context.run(enter, span)
    leave(token)
    assert context.run(current_trace_id) == "trace_1"
    span.end()
    assert context.run(current_trace_id) == "-"


def test_nothing_of_the_sdk_is_loaded_before_a_turn_needs_it() -> None:
    """It takes seconds: what the window imports before its first paint must not pull it in."""
    modules = "desktop_app.tracing.tracer, desktop_app.tracing.reader, desktop_app.llm.base, desktop_app.llm.factory"
    program = f"import sys, {modules}; sys.exit('agents' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
