"""What stands in the sidebar, in which order and in which words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase
from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.messages import Conversation
from desktop_app.ui.sidebar.rows import NONE_OF_GOAL, RowKind, conversation_rows, deadline_hint, goal_rows
from tests.ui.sidebar.shelving import shelves

NOW = datetime(2026, 3, 12, 10, tzinfo=UTC)
TODAY = NOW.date()


def goal(number: int, phase: Phase = Phase.ACTIVE, deadline: date | None = None, done: int = 0, total: int = 0) -> Goal:
    milestones = tuple(Milestone(f"Step {step}", done_at=NOW if step < done else None) for step in range(total))
    fields = GoalFields(f"Goal {number}", phase=phase, deadline=deadline, milestones=milestones)
    return Goal(GoalId(number), fields, NOW, NOW)


def conversation(number: int, updated_at: datetime, title: str = "Chat") -> Conversation:
    return Conversation(ConversationId(number), title, updated_at, updated_at)


def test_goals_stand_under_their_phase_and_archived_ones_fold_away() -> None:
    goals = [goal(1, Phase.ARCHIVED), goal(2, Phase.DRAFT), goal(3), goal(4, Phase.COMPLETED), goal(5)]
    rows = goal_rows(shelves(goals), TODAY, {Phase.ARCHIVED})
    assert [(row.kind, row.title) for row in rows] == [
        (RowKind.SECTION, "Goals"),
        (RowKind.PHASE, "Active"),
        (RowKind.GOAL, "Goal 3"),
        (RowKind.GOAL, "Goal 5"),
        (RowKind.PHASE, "Draft"),
        (RowKind.GOAL, "Goal 2"),
        (RowKind.PHASE, "Completed"),
        (RowKind.GOAL, "Goal 4"),
        (RowKind.PHASE, "Archived"),
    ]
    assert [row.hint for row in rows if row.kind is RowKind.PHASE] == ["2", "1", "1", "1"]


def test_of_many_goals_the_first_are_listed_and_a_row_stands_for_the_rest() -> None:
    rows = goal_rows(shelves([goal(1), goal(2)], total=5_000), TODAY, set())
    assert [(row.kind, row.title) for row in rows[1:]] == [
        (RowKind.PHASE, "Active"),
        (RowKind.GOAL, "Goal 1"),
        (RowKind.GOAL, "Goal 2"),
        (RowKind.MORE, "Show more of 4,998"),
    ]
    assert rows[1].hint == "5,000"
    assert rows[-1].spoken == "Show more of 4,998 active goals"


def test_what_was_looked_for_is_not_folded_away() -> None:
    rows = goal_rows(shelves([goal(1, Phase.ARCHIVED)]), TODAY, {Phase.ARCHIVED}, words="run")
    assert [row.kind for row in rows] == [RowKind.SECTION, RowKind.PHASE, RowKind.GOAL]
    assert goal_rows((), TODAY, set(), words="run")[1].title == "No goal has these words."


def test_empty_lists_say_what_will_be_there() -> None:
    assert goal_rows(shelves([]), TODAY, set())[1].title == "Goals you and the coach write will be listed here."
    assert conversation_rows([], NOW)[1].title == "No chats yet."


@pytest.mark.parametrize(
    ("deadline", "phase", "hint"),
    [
        (None, Phase.ACTIVE, ("", False)),
        (date(2026, 5, 17), Phase.ACTIVE, ("17 May", False)),
        (date(2027, 1, 1), Phase.DRAFT, ("1 Jan 2027", False)),
        (date(2026, 3, 12), Phase.ACTIVE, ("Today", False)),
        (date(2026, 3, 13), Phase.ACTIVE, ("Tomorrow", False)),
        (date(2026, 3, 11), Phase.ACTIVE, ("1 day late", True)),
        (date(2026, 3, 9), Phase.DRAFT, ("3 days late", True)),
        (date(2026, 2, 28), Phase.COMPLETED, ("28 Feb", False)),
        (date(2026, 3, 12), Phase.ARCHIVED, ("12 Mar", False)),
    ],
)
def test_a_deadline_is_told_in_a_few_letters(deadline: date | None, phase: Phase, hint: tuple[str, bool]) -> None:
    assert deadline_hint(goal(1, phase, deadline), TODAY) == hint


def test_a_goal_speaks_its_phase_progress_and_deadline() -> None:
    row = goal_rows(shelves([goal(1, deadline=date(2026, 5, 17), done=2, total=6)]), TODAY, set())[2]
    assert row.spoken == "Goal: Goal 1, active, 2 of 6 milestones done, deadline 17 May"
    assert row.share_done == pytest.approx(1 / 3)
    late = goal_rows(shelves([goal(1, deadline=date(2026, 3, 9))]), TODAY, set())[2]
    assert late.spoken == "Goal: Goal 1, active, 3 days late"


def test_conversations_stand_under_the_day_they_were_last_used_newest_first() -> None:
    conversations = [
        conversation(1, NOW - timedelta(days=40), "old"),
        conversation(2, NOW - timedelta(hours=1), "now"),
        conversation(3, NOW - timedelta(days=1), "yesterday"),
        conversation(4, NOW - timedelta(days=7), "week"),
        conversation(5, NOW - timedelta(days=8), "before"),
    ]
    assert [row.title for row in conversation_rows(conversations, NOW)] == [
        "Chats", "Today", "now", "Yesterday", "yesterday", "Last 7 days", "week", "Older", "before", "old",
    ]  # fmt: skip


def test_the_day_is_that_of_the_persons_time_zone() -> None:
    tokyo = timezone(timedelta(hours=9))
    rows = conversation_rows([conversation(1, datetime(2026, 3, 11, 16, tzinfo=UTC))], NOW.astimezone(tokyo))
    assert rows[1].title == "Today"


def test_a_conversation_without_a_title_is_still_called_something() -> None:
    assert conversation_rows([conversation(1, NOW, "")], NOW)[2].title == "New chat"


def test_pinned_chats_stand_above_the_others_the_newest_first() -> None:
    chats = [
        replace(conversation(1, NOW - timedelta(days=9), "old"), is_pinned=True),
        conversation(2, NOW, "now"),
        replace(conversation(3, NOW - timedelta(days=2), "recent"), is_pinned=True),
    ]
    rows = conversation_rows(chats, NOW)
    assert [row.title for row in rows] == ["Chats", "Pinned", "recent", "old", "Today", "now"]
    assert rows[2].spoken == "Pinned chat: recent"


def test_with_a_goal_only_its_chats_are_listed_and_the_row_above_says_so() -> None:
    chats = [conversation(1, NOW, "other"), replace(conversation(2, NOW, "its own"), goal_id=GoalId(7))]
    assert [row.title for row in conversation_rows(chats, NOW, goal(7))] == ["Chats", "Goal 7", "Today", "its own"]
    assert [row.title for row in conversation_rows(chats[:1], NOW, goal(7))] == ["Chats", "Goal 7", NONE_OF_GOAL]
