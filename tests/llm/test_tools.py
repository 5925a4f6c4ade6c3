"""One definition of the goal tools: what models are told, and what becomes of their arguments."""

import json
from datetime import date

import pytest

from desktop_app.domain.goals import Phase, Template
from desktop_app.llm.tools import (
    TOOLS,
    CreateGoalArguments,
    SetGoalPhaseArguments,
    ToolArgumentsError,
    UpdateGoalArguments,
    parse_arguments,
)


def test_the_schemas_stand_alone() -> None:
    text = json.dumps([tool.json_schema() for tool in TOOLS])
    assert "$ref" not in text
    assert '"title": {"' in text
    assert [tool.name for tool in TOOLS] == [
        "create_goal",
        "update_goal",
        "set_goal_phase",
        "list_goals",
        "record_check_in",
        "complete_milestone",
    ]
    assert TOOLS[0].json_schema()["required"] == ["title"]
    assert TOOLS[2].json_schema()["properties"]["phase"]["enum"] == [phase.value for phase in Phase]


def test_arguments_become_values() -> None:
    arguments = parse_arguments(
        "create_goal",
        '{"title": " Run ", "template_type": "okr", "deadline": "2027-05-31", "tags": ["health"],'
        ' "milestones": [{"title": "10 km", "target_date": "2027-03-01"}]}',
    )
    assert isinstance(arguments, CreateGoalArguments)
    assert (arguments.title, arguments.template_type, arguments.deadline) == ("Run", Template.OKR, date(2027, 5, 31))
    assert arguments.milestones[0].target_date == date(2027, 3, 1)


@pytest.mark.parametrize("value", ['""', "null", '"null"', '"None"'])
def test_an_empty_deadline_is_none(value: str) -> None:
    arguments = parse_arguments("create_goal", f'{{"title": "Run", "deadline": {value}}}')
    assert isinstance(arguments, CreateGoalArguments)
    assert arguments.deadline is None


@pytest.mark.parametrize(("value", "goal_id"), [("3", 3), ('"3"', 3), ('"current"', "current")])
def test_a_goal_is_named_by_number_or_as_the_current_one(value: str, goal_id: object) -> None:
    arguments = parse_arguments("update_goal", f'{{"goal_id": {value}, "title": "x"}}')
    assert isinstance(arguments, UpdateGoalArguments)
    assert arguments.goal_id == goal_id


def test_the_current_goal_is_meant_where_none_is_named() -> None:
    arguments = parse_arguments("set_goal_phase", '{"phase": "active"}')
    assert isinstance(arguments, SetGoalPhaseArguments)
    assert arguments.goal_id == "current"


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("create_goal", "{", "not valid JSON"),
        ("create_goal", '{"title": "Run"', "not valid JSON"),
        ("create_goal", "[]", "must be a JSON object"),
        ("create_goal", "", "title: Field required"),
        ("create_goal", '{"title": ""}', "title: "),
        (
            "create_goal",
            '{"title": "Run", "deadline": "next Tuesday"}',
            "deadline: The date “next Tuesday” is not a date",
        ),
        ("create_goal", '{"title": "Run", "deadline": 5}', "deadline: "),
        ("create_goal", '{"title": "Run", "color": "red"}', "color: Extra inputs are not permitted"),
        ("create_goal", '{"title": "Run", "milestones": [{}]}', "milestones.0.title: Field required"),
        ("update_goal", '{"goal_id": "the running one"}', "goal_id"),
        ("set_goal_phase", '{"phase": "done"}', "phase: "),
        ("delete_everything", "{}", "There is no tool “delete_everything”. The tools are: create_goal, update_goal"),
        ("x" * 10_000, "{}", "There is no tool “xxx"),
        ("create_goal", "[" * 100_000, "not valid JSON"),
    ],
)
def test_a_mistake_is_told_so_that_the_model_can_mend_it(name: str, arguments: str, sentence: str) -> None:
    with pytest.raises(ToolArgumentsError) as caught:
        parse_arguments(name, arguments)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 500
