"""Events become the parts of a message."""

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.messages import ReasoningPart, TextPart, ToolCallPart
from desktop_app.domain.usage import Usage
from desktop_app.llm.collector import PartsCollector
from desktop_app.llm.events import Done, Event, Notice, ReasoningDelta, TextDelta, ToolCall, ToolResult, UsageReported


def collected(*events: Event) -> tuple[object, ...]:
    collector = PartsCollector()
    for event in events:
        collector.add(event)
    return collector.parts()


def test_pieces_become_parts_in_order() -> None:
    assert collected(
        ReasoningDelta("hm"),
        TextDelta("One "),
        TextDelta("two"),
        ToolCall("c1", "create_goal", "{}"),
        ToolResult("c1", "create_goal", "Created", goal_id=GoalId(3), revision_id=RevisionId(4)),
        TextDelta("Done."),
    ) == (
        ReasoningPart("hm"),
        TextPart("One two"),
        ToolCallPart("c1", "create_goal", "{}", "Created", ok=True, goal_id=GoalId(3), revision_id=RevisionId(4)),
        TextPart("Done."),
    )


def test_a_signature_ends_a_block_of_reasoning() -> None:
    assert collected(ReasoningDelta("a"), ReasoningDelta("", "sig"), ReasoningDelta("b")) == (
        ReasoningPart("a", "sig"),
        ReasoningPart("b"),
    )


def test_with_a_clock_thoughts_have_the_time_until_what_came_after_them() -> None:
    now = 0.0
    collector = PartsCollector(clock=lambda: now)
    collector.add(ReasoningDelta("first "))
    now = 1.5
    collector.add(ReasoningDelta("then"))
    assert collector.parts() == (ReasoningPart("first then", duration_ms=1500),)
    now = 4.0
    collector.add(TextDelta("One"))
    now = 9.0
    collector.add(ReasoningDelta("again"))
    now = 9.2
    collector.add(ReasoningDelta("", "sig"))
    now = 20.0
    assert collector.parts() == (
        ReasoningPart("first then", duration_ms=4000),
        TextPart("One"),
        ReasoningPart("again", "sig", 200),
    )


def test_an_unanswered_call_stays_unanswered() -> None:
    (part,) = collected(ToolCall("c1", "create_goal", "{"), ToolResult("other", "create_goal", "?"))
    assert part == ToolCallPart("c1", "create_goal", "{")


def test_a_call_id_used_again_answers_the_newer_call() -> None:
    first, second = collected(
        ToolCall("c", "a", "1"), ToolResult("c", "a", "one"), ToolCall("c", "a", "2"), ToolResult("c", "a", "two")
    )
    assert isinstance(first, ToolCallPart)
    assert isinstance(second, ToolCallPart)
    assert (first.result, second.result) == ("one", "two")


def test_what_is_no_part_is_ignored() -> None:
    assert collected(Notice("n"), UsageReported(Usage()), Done(Usage()), TextDelta("")) in ((), (TextPart(""),))


@given(st.lists(st.text(min_size=1)))
def test_looking_in_between_changes_nothing(pieces: list[str]) -> None:
    collector = PartsCollector()
    for piece in pieces:
        collector.add(TextDelta(piece))
        collector.parts()
    assert "".join(part.text for part in collector.parts() if isinstance(part, TextPart)) == "".join(pieces)
