"""The index of traces: read once, then what was added; searched, rotated, cut off, in the midst of a turn."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop_app.tracing.index import TraceIndex, ordered
from desktop_app.tracing.records import Kind, Outcome, SpanError, SpanRecord, timestamp, to_json

START = datetime(2026, 3, 12, 9, tzinfo=UTC)


def record(kind: str, number: int, *, parent: str | None = None, trace: str = "trace_1", **values: Any) -> SpanRecord:  # noqa: ANN401
    began = START + timedelta(seconds=number)
    made = SpanRecord(kind, kind, trace, f"span_{trace}_{number}", parent, timestamp(began), **values)
    made.ended_at = made.ended_at or timestamp(began + timedelta(seconds=1))
    return made


def line(one: SpanRecord) -> str:
    return json.dumps(to_json(one), ensure_ascii=False) + "\n"


def turn(trace: str = "trace_1", text: str = "I want to run", **values: Any) -> str:  # noqa: ANN401
    return line(record(Kind.TURN, 0, trace=trace, input=text, **values))


def test_a_trace_is_listed_with_what_its_turn_tells_and_its_spans_in_order(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    child = record(Kind.TOOL, 2, parent="span_trace_1_0")
    answer = record(Kind.GENERATION, 1, parent="span_trace_1_0")
    facts: dict[str, Any] = {"usage": {"input_tokens": 7}, "conversation_id": 3, "message_id": 4, "provider": "claude"}
    path.write_text(line(answer) + line(child) + turn(text="Run  a\nmarathon", **facts), "utf-8")
    index = TraceIndex(path)
    assert index.refresh()
    (head,) = index.heads()
    assert (head.title, head.provider, head.conversation_id, head.message_id) == ("Run a marathon", "claude", 3, 4)
    assert (head.usage, head.has_tools, head.span_count, head.duration_ms) == ({"input_tokens": 7}, True, 3, 1000)
    assert (head.is_running, head.is_failed, head.is_slow) == (False, False, False)
    tree = [(depth, span.kind) for depth, span in ordered(index.spans("trace_1"))]
    assert tree == [(0, Kind.TURN), (1, Kind.GENERATION), (1, Kind.TOOL)]
    assert index.spans("unknown") == []
    assert index.head("unknown") is None
    assert [value["kind"] for value in index.raw("trace_1")] == ["generation", "tool", "turn"]


def test_what_is_added_is_read_alone_and_a_turn_that_goes_on_is_running(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    path.write_text(line(record(Kind.GENERATION, 1, parent="span_trace_1_0")), "utf-8")
    index = TraceIndex(path)
    assert index.refresh()
    assert index.heads()[0].is_running
    assert not index.refresh()
    ending = turn(ended_at=timestamp(START + timedelta(seconds=12)))
    with path.open("a", encoding="utf-8") as file:
        file.write(ending[:30])
    assert not index.refresh()
    with path.open("a", encoding="utf-8") as file:
        file.write(ending[30:])
    assert index.refresh()
    assert not index.heads()[0].is_running
    assert index.heads()[0].is_slow


def test_the_newest_is_first_and_the_way_of_a_failure_is_told(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    failed = record(Kind.TURN, 60, trace="trace_2", outcome=Outcome.FAILED, error=SpanError("timeout", "too late"))
    path.write_text(turn() + line(failed), "utf-8")
    index = TraceIndex(path)
    index.refresh()
    assert [(head.trace_id, head.is_failed, head.error_kind) for head in index.heads()] == [
        ("trace_2", True, "timeout"),
        ("trace_1", False, ""),
    ]


def test_another_providers_answer_ends_the_trace(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    first = record(Kind.TURN, 0, outcome=Outcome.FAILED, provider="claude", input="Hello")
    second = record(Kind.TURN, 2, provider="builtin", input="Hello")
    path.write_text(line(first) + line(second), "utf-8")
    index = TraceIndex(path)
    index.refresh()
    (head,) = index.heads()
    assert (head.outcome, head.provider, head.duration_ms) == (Outcome.COMPLETE, "builtin", 2000)


@pytest.mark.parametrize("text", ["marathon", "MARATHON", '“quoted” "too"', "über"])
def test_text_is_found_in_all_spans_whatever_its_case(tmp_path: Path, text: str) -> None:
    path = tmp_path / "traces.jsonl"
    said = 'A Marathon, “quoted” "too", Über'
    path.write_text(
        turn() + line(record(Kind.GENERATION, 1, output=[{"text": said}])) + turn("trace_2", "Another"), "utf-8"
    )
    index = TraceIndex(path)
    index.refresh()
    assert index.find(text) == {"trace_1"}


def test_rotated_files_are_read_again_and_older_ones_belong_to_it(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    path.write_text(turn("trace_old"), "utf-8")
    index = TraceIndex(path)
    index.refresh()
    path.replace(tmp_path / "traces.jsonl.1")
    path.write_text(turn("trace_new"), "utf-8")
    assert index.refresh()
    assert {head.trace_id for head in index.heads()} == {"trace_old", "trace_new"}
    assert [span.trace_id for span in index.spans("trace_old")] == ["trace_old"]


def test_lines_that_are_no_records_are_passed_over_and_no_file_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "traces.jsonl"
    index = TraceIndex(path)
    assert not index.refresh()
    assert index.heads() == []
    path.write_text('nonsense\n[]\n{"v": 99}\n' + "[" * 100_000 + "\n" + turn() + '{"v": 1, "trace', "utf-8")
    index.refresh()
    assert [head.trace_id for head in index.heads()] == ["trace_1"]
    path.unlink()
    assert index.refresh()
    assert index.heads() == []
