"""What the small model's short actions become, and what is said of a call that was made."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase, Template
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.messages import ToolCallPart
from desktop_app.llm.builtin.actions import next_topic, short_action, told_result, tool_calls
from desktop_app.llm.builtin.coach_prompt import CoachPrompt

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MAY = date(2027, 5, 31)


def prompt(deadline: date | None = None, *steps: str) -> CoachPrompt:
    """One goal, number 7."""
    milestones = tuple(Milestone(step) for step in steps)
    fields = GoalFields("Run", "", Template.SMART, Phase.ACTIVE, deadline=deadline, milestones=milestones)
    return CoachPrompt("", "", (Goal(GoalId(7), fields, NOW, NOW),), GoalId(7))


def done(name: str, *, ok: bool = True, result: str = "Done.", **arguments: object) -> ToolCallPart:
    revision = RevisionId(1) if ok else None
    return ToolCallPart("c1", name, json.dumps(arguments), result, ok, GoalId(7) if ok else None, revision)


def made(tool: str, **arguments: object) -> dict[str, Any]:
    (call,) = tool_calls({"tool": tool, "arguments": arguments}, prompt(), "I want to run", "English")
    found: dict[str, Any] = json.loads(call.arguments)
    return found


def test_steps_that_come_twice_are_one_and_have_no_date_that_is_only_the_goals() -> None:
    steps = [
        {"title": "buy shoes.", "target_date": "2027-05-31"},
        {"title": "Buy shoes", "target_date": "2027-02-30"},
        {"title": "enter"},
    ]
    goal = made("create_goal", title="run", deadline="2027-05-31", milestones=steps)
    assert goal["milestones"] == [{"title": "Buy shoes"}, {"title": "Enter"}]


def test_an_update_without_a_note_or_a_deadline_is_passed_on_with_days_that_exist() -> None:
    step = made("update_goal", goal_id=7, add_milestone={"title": "run 5 km", "target_date": "2027-02-30"})
    assert step == {"goal_id": 7, "add_milestone": {"title": "Run 5 km", "target_date": "2027-02-28"}}
    assert made("update_goal", goal_id=8, title="swim") == {"goal_id": 8, "title": "Swim"}  # the handler refuses it


@pytest.mark.parametrize("arguments", ["{", "[1]", "[" * 100_000])
def test_of_a_call_whose_arguments_are_none_nothing_is_told(arguments: str) -> None:
    assert short_action(ToolCallPart("c1", "create_goal", arguments)) is None


def test_a_plan_that_was_written_is_told_as_a_note() -> None:
    assert short_action(done("update_goal", goal_id=7, content="# Long\n" * 1000)) == {
        "tool": "update_goal",
        "arguments": {"goal_id": 7, "add_note": "noted"},
    }


@pytest.mark.parametrize(
    ("call", "english", "german"),
    [
        (
            done("update_goal", goal_id=7, add_milestone={"title": "5 km", "target_date": "2027-05-31"}),
            "“5 km” is now a step, until 31 May 2027.",
            "„5 km“ ist jetzt ein Schritt, bis 31. Mai 2027.",
        ),
        (
            done("update_goal", goal_id=7, deadline="2027-05-31"),
            "The deadline is now 31 May 2027.",
            "Die Frist ist jetzt der 31. Mai 2027.",
        ),
        (
            done("update_goal", goal_id=7, title="Swim"),
            "It is called “Swim” now.",
            "Das Ziel heißt jetzt „Swim“.",
        ),
        (done("update_goal", goal_id=7, content="x"), "That is noted.", "Das ist notiert."),
        (
            done("set_goal_phase", goal_id=7, phase="archived"),
            "“Run” is in the archive now.",
            "„Run“ liegt jetzt im Archiv.",
        ),
        (
            done("update_goal", ok=False, result="It is gone."),
            "That could not be written down. It is gone.",
            "Das konnte nicht eingetragen werden. It is gone.",
        ),
    ],
)
def test_what_a_call_did_is_said_in_the_persons_language(call: ToolCallPart, english: str, german: str) -> None:
    assert told_result(call, prompt(), "English") == english
    assert told_result(call, prompt(), "German") == german


def test_in_a_language_without_sentences_only_a_failure_is_said() -> None:
    assert told_result(done("create_goal", title="Run"), prompt(), "Finnish") is None
    failed = told_result(done("create_goal", ok=False, result="No."), prompt(), None)
    assert failed == "That could not be written down. No."


def test_a_call_that_changed_nothing_is_not_told() -> None:
    assert told_result(ToolCallPart("c1", "update_goal", "{}", "Nothing to change."), prompt(), "English") is None


@pytest.mark.parametrize(
    ("call", "told", "topic"),
    [
        (done("set_goal_phase", phase="active"), prompt(), "the first step"),
        (done("set_goal_phase", phase="draft"), prompt(), "what is still missing"),
        (done("create_goal", title="Run"), prompt(), "by when you want it"),
        (done("create_goal", title="Run", deadline="2027-05-31"), prompt(), "how far you are today"),
        (done("update_goal", goal_id=7, title="Swim"), prompt(), "by when you want it"),
        (done("update_goal", goal_id=7, add_milestone={"title": "5 km"}), prompt(MAY), "what comes after that"),
        (done("update_goal", goal_id=7, title="Swim"), prompt(MAY), "the first step"),
        (done("update_goal", goal_id=7, title="Swim"), prompt(MAY, "5 km"), "what could get in the way"),
    ],
)
def test_the_next_question_is_about_what_the_goal_lacks(call: ToolCallPart, told: CoachPrompt, topic: str) -> None:
    assert next_topic(call, told) == topic
