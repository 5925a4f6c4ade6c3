"""What a card says of a tool call that is held until its answer is kept."""

import json
from datetime import date

import pytest

from desktop_app.domain.messages import HELD, ToolCallPart
from desktop_app.ui.chat.card_rows import CardRow
from desktop_app.ui.chat.held_cards import NOTE
from desktop_app.ui.chat.items import CardLine, ToolCard, ToolCardState
from desktop_app.ui.chat.message_items import Revisions
from tests.ui.chat.conftest import ShowThread

TODAY = date(2026, 3, 11)


def card(name: str, **arguments: object) -> ToolCard:
    part = ToolCallPart("c", name, json.dumps(arguments), HELD)
    shown = Revisions({}).card(1, part, TODAY)
    assert isinstance(shown, ToolCard)
    return shown


@pytest.mark.parametrize(
    ("name", "arguments", "title"),
    [
        ("create_goal", {"title": "Run *fast*"}, "**Would create the goal** “Run \\*fast\\*”"),
        ("update_goal", {"deadline": "2026-04-02"}, "**Would move the deadline** to 2 Apr"),
        ("update_goal", {"title": "Portfolio"}, "**Would rename the goal** to “Portfolio”"),
        ("update_goal", {"content": "x", "tags": []}, "**Would update plan**, tags"),
        ("update_goal", {}, "**Would update the goal**"),
        ("set_goal_phase", {"phase": "active"}, "**Would move the goal** to Active"),
        ("complete_milestone", {"milestone": "Story"}, "**Would tick the milestone** “Story”"),
        ("complete_milestone", {"milestone": "Story", "done": False}, "**Would open the milestone** “Story”"),
        ("record_check_in", {"status": "on_track"}, "**Would keep a check-in**"),
        ("create_goal", {}, "**Would change a goal**"),
    ],
)
def test_a_held_call_is_told_as_what_would_be_done(name: str, arguments: dict[str, object], title: str) -> None:
    shown = card(name, **arguments)
    assert (shown.title_markdown, shown.state, shown.note) == (title, ToolCardState.HELD, NOTE)
    assert shown.actions == ()


def test_the_steps_that_would_be_added_are_listed() -> None:
    shown = card("update_goal", add_milestone={"title": "Write the story", "target_date": "2026-03-14"})
    assert shown.lines == (CardLine("+", "Write the story", detail="14 Mar"),)
    created = card("create_goal", title="X", deadline="2027-01-02", milestones=[{"title": "One"}])
    assert created.lines == (CardLine("+", "Deadline", detail="2 Jan 2027"), CardLine("+", "One"))


def test_a_held_card_is_read_out_with_its_note(show_thread: ShowThread) -> None:
    row = show_thread([card("set_goal_phase", phase="active")]).column.rows[0]
    assert isinstance(row, CardRow)
    assert row.text(0) == f"Would move the goal to Active\n{NOTE}"
