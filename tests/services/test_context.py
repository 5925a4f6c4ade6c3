"""What the model is given: valid history and fresh goals."""

from datetime import UTC, datetime

import pytest

from desktop_app.domain.goals import Goal, GoalFields, Phase, UserPhase
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import Message, MessageStatus, Part, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.services.context import build_context, user_phase, valid_history

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def goal(number: int, phase: Phase) -> Goal:
    return Goal(GoalId(number), GoalFields("Run", phase=phase), NOW, NOW)


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


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ((), UserPhase.GOAL_SETTING),
        ((Phase.DRAFT, Phase.ARCHIVED), UserPhase.GOAL_SETTING),
        ((Phase.DRAFT, Phase.ACTIVE), UserPhase.TRACKING),
        ((Phase.COMPLETED,), UserPhase.TRACKING),
    ],
)
def test_the_person_is_setting_a_goal_until_one_is_active(phases: tuple[Phase, ...], expected: UserPhase) -> None:
    assert user_phase(goal(number, phase) for number, phase in enumerate(phases)) is expected


def test_a_goal_that_is_gone_is_not_named_as_open() -> None:
    assert build_context([YOU_SAID], [goal(1, Phase.DRAFT)], (), GoalId(2)).active_goal_id is None
    assert build_context([YOU_SAID], [goal(1, Phase.DRAFT)], (), GoalId(1)).active_goal_id == GoalId(1)


def test_the_user_phase_that_is_set_by_hand_counts_more_than_the_goals() -> None:
    goals = [goal(1, Phase.ACTIVE)]
    assert build_context([YOU_SAID], goals, (), None).user_phase is UserPhase.TRACKING
    chosen = build_context([YOU_SAID], goals, (), None, chosen_phase=UserPhase.GOAL_SETTING)
    assert chosen.user_phase is UserPhase.GOAL_SETTING
