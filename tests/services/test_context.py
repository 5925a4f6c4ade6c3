"""What the model is given: valid history and fresh goals."""

from datetime import UTC, datetime

from desktop_app.domain.goal_notes import NO_NOTES
from desktop_app.domain.goals import Goal, GoalFields, UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import Message, MessageStatus, Part, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.services.coach_reader import GoalsKnown
from desktop_app.services.context import build_context, valid_history

NOW = datetime(2026, 11, 21, tzinfo=UTC)


KNOWN = GoalsKnown((Goal(GoalId(1), GoalFields("Run"), NOW, NOW),), NO_NOTES, UserPhase.GOAL_SETTING)


def coach(*parts: Part, status: MessageStatus = MessageStatus.COMPLETE) -> Message:
    return Message(Role.COACH, parts, status=status)


YOU_SAID = Message(Role.YOU, (TextPart("Hello"),))


def test_a_stopped_reply_keeps_its_text_and_loses_the_unanswered_call() -> None:
    stopped = coach(TextPart("I will"), ToolCallPart("c", "create_goal", "{"), status=MessageStatus.STOPPED)
    assert valid_history([YOU_SAID, stopped])[1].parts == (TextPart("I will"),)


def test_a_reply_without_a_word_is_left_out() -> None:
    failed = coach(ReasoningPart("hm"), ToolCallPart("c", "create_goal", "{}"), status=MessageStatus.FAILED)
    assert valid_history([YOU_SAID, failed, coach(), YOU_SAID]) == (YOU_SAID, YOU_SAID)


def test_answered_calls_stay_with_their_results() -> None:
    call = ToolCallPart("c", "create_goal", "{}", "Created")
    assert valid_history([coach(ReasoningPart("hm", "sig"), call, TextPart(""))])[0].parts == (
        ReasoningPart("hm", "sig"),
        call,
    )


def test_a_goal_that_is_gone_is_not_named_as_open() -> None:
    assert build_context([YOU_SAID], KNOWN, (), GoalId(2)).active_goal_id is None
    assert build_context([YOU_SAID], KNOWN, (), GoalId(1)).active_goal_id == GoalId(1)
