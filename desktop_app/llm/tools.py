"""The goal tools: one definition, from which every provider's format and the validation of arguments come, and who
runs them."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Protocol, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from desktop_app.domain.check_ins import CheckInStatus
from desktop_app.domain.goals import Phase, Template, parse_date
from desktop_app.errors import AppError, InvalidValueError
from desktop_app.llm.events import ToolCall, ToolResult


def _day(value: object) -> object:
    """A date from the ISO text that models write; empty text is no date. Other values are left to pydantic."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in {"", "null", "none"}):
        return None
    if isinstance(value, str):
        try:
            return parse_date("The date", value)
        except InvalidValueError as error:
            raise ValueError(str(error)) from None
    return value


Day = Annotated[
    date | None,
    BeforeValidator(_day),
    Field(json_schema_extra={"anyOf": None, "type": "string", "format": "date"}),
]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class MilestoneArguments(_Arguments):
    """A step on the way."""

    title: str = Field(description="What will be true when this step is done.", min_length=1)
    description: str = ""
    target_date: Day = Field(default=None, description="YYYY-MM-DD.")


class CreateGoalArguments(_Arguments):
    """Arguments of `create_goal`."""

    title: str = Field(description="A few words in the person's own terms.", min_length=1)
    content: str = Field(default="", description="The plan in Markdown, under the template's headings.")
    template_type: Template = Field(default=Template.SMART)
    deadline: Day = Field(default=None, description="YYYY-MM-DD.")
    milestones: list[MilestoneArguments] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)


GoalReference = Annotated[
    int | Literal["current"],
    Field(description="The goal's number, or “current” for the goal that is open."),
]


class UpdateGoalArguments(_Arguments):
    """Arguments of `update_goal`; what is left out stays as it is."""

    goal_id: GoalReference = "current"
    title: str | None = None
    content: str | None = Field(default=None, description="The whole new plan in Markdown; it replaces the old one.")
    deadline: Day = Field(default=None, description="YYYY-MM-DD.")
    milestones: list[MilestoneArguments] | None = Field(
        default=None, description="The whole new list of milestones; it replaces the old one."
    )
    add_milestone: MilestoneArguments | None = Field(default=None, description="One milestone to add to the list.")
    tags: list[str] | None = None


class SetGoalPhaseArguments(_Arguments):
    """Arguments of `set_goal_phase`."""

    goal_id: GoalReference = "current"
    phase: Phase


class ListGoalsArguments(_Arguments):
    """Arguments of `list_goals`; without any, all goals are listed, those with the nearest deadline first."""

    phase: Phase | None = None
    text: str = Field(default="", description="Only goals with these words in title, plan, milestones or tags.")
    page: int = Field(default=1, ge=1, le=1_000_000, description="Of a long list, which page.")


class MeasureNumber(_Arguments):
    """A measure's new number."""

    name: str = Field(description="The measure's name as the goal has it.", min_length=1)
    value: Annotated[Decimal, Field(json_schema_extra={"anyOf": None, "type": "number"})]


class RecordCheckInArguments(_Arguments):
    """Arguments of `record_check_in`."""

    goal_id: GoalReference = "current"
    status: CheckInStatus
    note: str = Field(default="", description="What the person said, in a sentence or two.")
    measures: list[MeasureNumber] = Field(default_factory=list, description="New numbers of the goal's measures.")


class CompleteMilestoneArguments(_Arguments):
    """Arguments of `complete_milestone`."""

    goal_id: GoalReference = "current"
    milestone: str = Field(description="The milestone's title.", min_length=1)
    done: bool = Field(default=True, description="False to open it again.")


ToolArguments: TypeAlias = (
    CreateGoalArguments
    | UpdateGoalArguments
    | SetGoalPhaseArguments
    | ListGoalsArguments
    | RecordCheckInArguments
    | CompleteMilestoneArguments
)


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool: what the model is told, and the model of its arguments."""

    name: str
    description: str
    arguments: type[ToolArguments]

    def json_schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments, without references and titles, as every provider takes it."""
        schema = self.arguments.model_json_schema()
        definitions = schema.pop("$defs", {})
        schema.pop("description", None)
        resolved: dict[str, Any] = _resolved(schema, definitions)
        return resolved


TOOLS: Final = (
    ToolDefinition(
        "create_goal",
        "Write down a new goal. Use it once the person has said what they want; details can be added later.",
        CreateGoalArguments,
    ),
    ToolDefinition(
        "update_goal",
        "Change a goal that exists. Give only the fields that change.",
        UpdateGoalArguments,
    ),
    ToolDefinition(
        "set_goal_phase",
        "Move a goal to another phase: draft, active, completed or archived.",
        SetGoalPhaseArguments,
    ),
    ToolDefinition(
        "list_goals",
        "List goals with number, phase, deadline and progress. Use it for goals that are not shown to you.",
        ListGoalsArguments,
    ),
    ToolDefinition(
        "record_check_in",
        "Keep how a goal goes: on_track, behind or at_risk, with the measures' new numbers and a note.",
        RecordCheckInArguments,
    ),
    ToolDefinition(
        "complete_milestone",
        "Tick a milestone that is done.",
        CompleteMilestoneArguments,
    ),
)


class ToolHandler(Protocol):
    """Runs the tool calls of one turn. A mistake of the model is a result with `ok=False`, never an exception."""

    async def run(self, call: ToolCall) -> ToolResult:
        """Run `call` and say what it did."""
        ...


class ToolArgumentsError(AppError):
    """A tool call that cannot be run as it is; the text tells the model what to mend."""


def parse_arguments(name: str, arguments: str) -> ToolArguments:
    """The validated arguments of a call of tool `name`. Raises ToolArgumentsError."""
    tool = next((tool for tool in TOOLS if tool.name == name), None)
    if tool is None:
        known = ", ".join(tool.name for tool in TOOLS)
        raise ToolArgumentsError(f"There is no tool “{name[:60]}”. The tools are: {known}.")
    try:
        values = json.loads(arguments or "{}")
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else error
        raise ToolArgumentsError(
            f"The arguments of {name} are not valid JSON ({reason}). Nothing was changed."
        ) from None
    if not isinstance(values, dict):
        raise ToolArgumentsError(f"The arguments of {name} must be a JSON object. Nothing was changed.")
    try:
        return tool.arguments.model_validate(values)
    except ValidationError as error:
        raise ToolArgumentsError(f"{_explained(name, error)} Nothing was changed.") from None


def _explained(name: str, error: ValidationError) -> str:
    problems = []
    for problem in error.errors(include_url=False, include_input=False)[:5]:
        where = ".".join(str(step) for step in problem["loc"] if not str(step).startswith(("constrained", "literal")))
        problems.append(f"{where}: {problem['msg'].removeprefix('Value error, ').rstrip('.')}")
    return f"The arguments of {name} are not right. " + "; ".join(problems) + "."


def _resolved(node: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - a JSON value
    """`node` with references replaced by what they name, and without what models do not need."""
    if isinstance(node, list):
        return [_resolved(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].rsplit("/", 1)[1]]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    if isinstance(options := node.get("anyOf"), list):
        real = [option for option in options if option.get("type") != "null"]
        if len(real) == 1:
            rest = {key: value for key, value in node.items() if key not in {"anyOf", "default"}}
            return _resolved({**real[0], **rest}, definitions)
    return {
        key: (
            {name: _resolved(sub, definitions) for name, sub in value.items()}
            if key == "properties"
            else _resolved(value, definitions)
        )
        for key, value in node.items()
        if value is not None and key not in {"title", "default"}
    }
