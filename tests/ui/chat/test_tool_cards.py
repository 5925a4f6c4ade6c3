"""What a card says of a tool call."""

from datetime import UTC, date, datetime

import pytest

from desktop_app.domain.goals import Milestone, Phase
from desktop_app.domain.ids import GoalId, MilestoneId, RevisionId
from desktop_app.domain.messages import ToolCallPart
from desktop_app.domain.revisions import YOU, FieldChange, Revision
from desktop_app.ui.chat.items import CardLine, ToolCard, ToolCardState
from desktop_app.ui.chat.message_items import Revisions
from desktop_app.ui.chat.tool_cards import tool_card

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ANSWERED = ToolCallPart("c", "update_goal", "{}", "Updated", goal_id=GoalId(1), revision_id=RevisionId(1))


def revision(*changes: FieldChange, created: bool = False, number: int = 1, undoes: int | None = None) -> Revision:
    undone = None if undoes is None else RevisionId(undoes)
    return Revision(RevisionId(number), GoalId(1), YOU, NOW, changes, created=created, undoes=undone)


def card(*changes: FieldChange, created: bool = False, is_undone: bool = False) -> ToolCard:
    return tool_card(7, ANSWERED, revision(*changes, created=created), is_undone=is_undone, today=TODAY)


def milestone(number: int, title: str, day: date | None = None) -> Milestone:
    return Milestone(title, target_date=day, id=MilestoneId(number))


def test_a_created_goal_is_named_and_can_be_opened_and_undone() -> None:
    shown = card(FieldChange("title", "", "Run *fast*"), created=True)
    assert shown.title_markdown == "Created goal **“Run \\*fast\\*”**"
    assert shown.lines == ()
    assert [action.id for action in shown.actions] == ["open", "undo"]


def test_changes_are_listed_milestones_first() -> None:
    five, ten = milestone(1, "5 km"), milestone(2, "10 km", date(2027, 4, 5))
    shown = card(
        FieldChange("content", "", "Plan"),
        FieldChange("deadline", date(2026, 12, 10), date(2027, 5, 17)),
        FieldChange("milestones", (five,), (ten,)),
        FieldChange("tags", ("a",), ("a", "b")),
    )
    assert shown.title_markdown == "**Updated milestones (+1), plan, deadline** and tags"
    assert shown.lines == (
        CardLine("+", "10 km", detail="5 Apr 2027"),
        CardLine("-", "5 km"),
        CardLine("+", "Plan written"),
        CardLine("~", "Deadline", struck="10 Dec", detail="17 May 2027"),
        CardLine("~", "Tags", struck="a", detail="a, b"),
    )


@pytest.mark.parametrize(
    ("change", "title", "line"),
    [
        (FieldChange("content", "Old", "New"), "**Updated plan**", "Plan changed"),
        (FieldChange("deadline", date(2026, 12, 10), None), "**Updated deadline**", "Deadline"),
        (
            FieldChange("milestones", (milestone(1, "a"), milestone(2, "b")), (milestone(2, "b"), milestone(1, "a"))),
            "**Updated milestones**",
            "Milestones changed",
        ),
    ],
)
def test_each_field_has_its_words(change: FieldChange, title: str, line: str) -> None:
    shown = card(change)
    assert (shown.title_markdown, shown.lines[0].text) == (title, line)


def test_a_move_is_told_in_the_heading_alone() -> None:
    shown = card(FieldChange("phase", "draft", Phase.ACTIVE))
    assert (shown.title_markdown, shown.lines) == ("Moved the goal to **Active**", ())


def test_what_was_undone_can_be_redone() -> None:
    shown = card(FieldChange("title", "a", "b"), is_undone=True)
    assert shown.state is ToolCardState.UNDONE
    assert [action.id for action in shown.actions] == ["open", "redo"]


def test_running_failed_and_idle_calls_say_so() -> None:
    running = tool_card(1, ToolCallPart("c", "create_goal", "{}"), None, is_undone=False, today=TODAY)
    assert (running.state, running.title_markdown) == (ToolCardState.RUNNING, "Writing the goal down…")
    wrong = ToolCallPart("c", "create_goal", "{", "Not valid JSON.", ok=False)
    failed = tool_card(1, wrong, None, is_undone=False, today=TODAY)
    assert (failed.state, failed.lines[0].text) == (ToolCardState.FAILED, "Not valid JSON.")
    idle = tool_card(1, ANSWERED, None, is_undone=False, today=TODAY)
    assert idle.title_markdown == "Nothing was changed"


def test_undoing_and_redoing_alternate_along_the_chain() -> None:
    made = {item.id: item for item in (revision(), revision(number=2, undoes=1), revision(number=3, undoes=2))}
    undone = Revisions({key: made[key] for key in (RevisionId(1), RevisionId(2))})
    assert undone.is_undone(RevisionId(1))
    assert undone.latest(RevisionId(1)) == 2
    redone = Revisions(made)
    assert not redone.is_undone(RevisionId(1))
    assert redone.latest(RevisionId(1)) == 3
