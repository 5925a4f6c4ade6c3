"""The events of a turn as JSON lines."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.ids import ConversationId, GoalId, MessageId, RevisionId
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import Usage
from desktop_app.errors import InvalidValueError, StorageError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.event_json import error_json, event_json, json_line, started_json
from desktop_app.llm.events import (
    Done,
    Event,
    Notice,
    ReasoningDelta,
    RetryScheduled,
    StopReason,
    TextDelta,
    ToolCall,
    ToolResult,
    UsageReported,
)

# Every character there is, halves of characters and ends of lines included.
_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
_COUNT = st.integers(0, 2**53)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(_TEXT, values, max_size=3),
    max_leaves=8,
)
_USAGES = st.builds(
    Usage,
    input_tokens=_COUNT,
    output_tokens=_COUNT,
    cost_micro_usd=st.none() | _COUNT,
    duration_ms=st.none() | _COUNT,
    is_estimated=st.booleans(),
)
_EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(TextDelta, _TEXT),
    st.builds(ReasoningDelta, _TEXT, st.none() | _TEXT),
    st.builds(ToolCall, _TEXT, _TEXT, _TEXT | _JSON.map(json.dumps)),
    st.builds(ToolResult, _TEXT, _TEXT, _TEXT, st.booleans(), st.none() | _COUNT.map(GoalId)),
    st.builds(UsageReported, _USAGES),
    st.builds(Notice, _TEXT),
    st.builds(RetryScheduled, _COUNT, _COUNT, st.floats(0, 60), st.sampled_from(ErrorKind), _TEXT, _TEXT),
    st.builds(Done, _USAGES, st.sampled_from(StopReason)),
)


def _refused(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def _read(line: str) -> dict[str, Any]:
    """What a careful program reads from one line."""
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    value = json.loads(line.encode("utf-8"), parse_constant=_refused)
    assert isinstance(value, dict)
    return value


@given(_EVENTS)
def test_every_event_is_one_line_of_json_that_can_be_encoded(event: Event) -> None:
    read = _read(json_line(event_json(event)))
    assert isinstance(read["type"], str)
    json.dumps(read, ensure_ascii=False).encode("utf-8")  # no half character, escaped or not


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.booleans()), max_size=4))
def test_the_input_of_a_tool_is_told_as_the_object_that_it_is(arguments: dict[str, Any]) -> None:
    told = event_json(ToolCall("c1", "create_goal", json.dumps(arguments)))
    assert told == {"type": "tool_call", "tool_name": "create_goal", "tool_input": arguments, "call_id": "c1"}


@pytest.mark.parametrize(
    "written",
    ['{"title": "Ru', "[1, 2]", '"text"', "null", "{'title': 'Run'}", '{"a": NaN}', '{"a": 1e999}', '{"a":' * 9999],
    ids=lambda written: written[:12],
)
def test_input_that_is_no_object_is_told_as_it_was_written(written: str) -> None:
    told = event_json(ToolCall("c1", "create_goal", written))
    assert told["tool_input"] == {}
    assert _read(json_line(told))["invalid_input"] == written


def test_a_call_without_arguments_has_an_empty_input() -> None:
    assert event_json(ToolCall("c1", "list_goals", "")) == {
        "type": "tool_call",
        "tool_name": "list_goals",
        "tool_input": {},
        "call_id": "c1",
    }


def test_each_event_has_its_shape() -> None:
    usage = Usage(input_tokens=9, output_tokens=4, cost_micro_usd=12)
    assert event_json(TextDelta("Hello")) == {"type": "content", "content": "Hello"}
    assert event_json(ReasoningDelta("Hm", "proof")) == {"type": "reasoning", "content": "Hm"}
    assert event_json(Notice("Slow today.")) == {"type": "notice", "text": "Slow today."}
    assert event_json(RetryScheduled(2, 3, 8.0, ErrorKind.RATE_LIMITED, "Claude is busy", "status 429")) == {
        "type": "retry",
        "attempt": 2,
        "of": 3,
        "delay_s": 8.0,
        "kind": "rate_limited",
        "text": "Claude is busy",
        "details": "status 429",
    }
    assert event_json(UsageReported(usage)) == {"type": "usage", "usage": asdict(usage)}
    assert event_json(Done(usage, StopReason.LENGTH)) == {
        "type": "done",
        "usage": asdict(usage),
        "stop_reason": "length",
    }
    assert event_json(ToolResult("c1", "create_goal", "Created.", goal_id=GoalId(3), revision_id=RevisionId(4))) == {
        "type": "tool_result",
        "tool_name": "create_goal",
        "result": "Created.",
        "call_id": "c1",
        "ok": True,
        "goal_id": 3,
        "revision_id": 4,
    }


def test_the_beginning_names_conversation_and_model() -> None:
    assert started_json(ConversationId(7), MessageId(12), ModelChoice("ollama", "qwen3:8b")) == {
        "type": "started",
        "conversation_id": 7,
        "message_id": 12,
        "provider": "ollama",
        "model": "qwen3:8b",
    }


def test_an_error_tells_kind_text_and_details() -> None:
    error = ProviderError(ErrorKind.RATE_LIMITED, "Too many requests.", details="status 429", retry_after_s=20)
    assert error_json(error) == {
        "type": "error",
        "kind": "rate_limited",
        "text": "Too many requests.",
        "details": "status 429",
        "retry_after_s": 20,
    }


def test_an_error_that_is_no_providers_has_a_kind_too() -> None:
    assert error_json(StorageError("The disk is full.")) == {
        "type": "error",
        "kind": "storage",
        "text": "The disk is full.",
    }
    assert error_json(InvalidValueError("Nothing to send."))["kind"] == "invalid_message"


def test_two_halves_of_a_character_become_one() -> None:
    assert _read(json_line(event_json(TextDelta("\ud83c\udfc1"))))["content"] == "🏁"
    assert _read(json_line(event_json(TextDelta("\ud83c"))))["content"] == "\ufffd"
