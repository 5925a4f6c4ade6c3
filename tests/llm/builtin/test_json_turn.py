"""What the model may say at all."""

import json
from datetime import UTC, date, datetime
from typing import Any

from desktop_app.domain.goals import Goal, GoalFields, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.llm.builtin.dates import named_days
from desktop_app.llm.builtin.json_turn import turn_schema

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def goal(number: int, phase: Phase) -> Goal:
    return Goal(GoalId(number), GoalFields("Run", phase=phase), NOW, NOW)


def schema(text: str, *goals: Goal, with_tools: bool = True, language: str | None = None) -> dict[str, Any]:
    days = named_days(text, TODAY)
    return turn_schema(text, goals, days, TODAY, language=language, with_tools=with_tools)


def arguments(of: dict[str, Any], tool: str) -> list[dict[str, Any]]:
    actions = of["anyOf"][1]["properties"]["action"]["anyOf"]
    return [
        action["properties"]["arguments"]["properties"]
        for action in actions
        if action["properties"]["tool"] == {"const": tool}
    ]


def test_without_tools_there_are_only_words() -> None:
    assert schema("hello", with_tools=False)["properties"]["action"] == {"type": "null"}


def test_without_goals_there_is_nothing_to_change() -> None:
    assert "update_goal" not in json.dumps(schema("hello"))


def test_a_deadline_can_only_be_a_day_that_was_named() -> None:
    (create,) = arguments(schema("a half marathon in May"), "create_goal")
    assert create["deadline"] == {"enum": ["2027-05-31"]}


def test_without_a_named_day_there_is_no_deadline_to_invent() -> None:
    assert list(arguments(schema("learn the piano"), "create_goal")[0]) == ["title"]


def test_a_year_in_other_words_leaves_the_day_open_but_never_past() -> None:
    (create,) = arguments(schema("antes de 2028"), "create_goal")
    assert create["deadline"]["pattern"].startswith("^(2026-(11|12)|(2027|")


def test_steps_can_only_be_written_where_steps_were_named() -> None:
    assert "milestones" in arguments(schema("Steps: swim, cycle, run"), "create_goal")[0]
    assert "milestones" not in arguments(schema("a triathlon"), "create_goal")[0]


def test_goals_and_phases_are_those_that_exist_and_may_follow() -> None:
    of = schema("done", goal(3, Phase.DRAFT), goal(4, Phase.COMPLETED))
    assert all(update["goal_id"] == {"enum": [3, 4]} for update in arguments(of, "update_goal"))
    assert arguments(of, "set_goal_phase") == [
        {"goal_id": {"const": 3}, "phase": {"enum": ["active", "completed", "archived"]}},
        {"goal_id": {"const": 4}, "phase": {"enum": ["active", "archived"]}},
    ]


def test_the_plan_as_a_whole_cannot_be_written() -> None:
    assert '"content"' not in json.dumps(schema("by May", goal(3, Phase.ACTIVE)))


def test_a_language_that_is_known_is_given() -> None:
    assert schema("x", language="German", with_tools=False)["properties"]["language"] == {"const": "German"}
