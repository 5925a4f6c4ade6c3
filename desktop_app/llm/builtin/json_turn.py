"""The form of a turn: one JSON object, whose schema leaves the small model no room to invent dates, steps or goals."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from desktop_app.domain.goals import Goal, Phase, allowed_moves
from desktop_app.llm.builtin.dates import NamedDay

Schema: TypeAlias = dict[str, Any]

TITLE_CHARS: Final = 80
NOTE_CHARS: Final = 300
REPLY_CHARS: Final = 600
MAX_TOKENS: Final = 700
QUESTION_TOKENS: Final = 160
_STEPS: Final = 8
_STEP_WORDS: Final = re.compile(
    r"\b(?:steps?|milestones?|stages?|first|then|schritte?|meilensteine?|etappen?|zuerst|dann|étapes?|pasos?)\b|\n\s*[-*\d]",
    re.IGNORECASE,
)
_ANOTHER_GOAL: Final = re.compile(
    r"\b(?:also|another|new goal|außerdem|zusätzlich|auch noch|neues ziel)\b.*\b(?:want|like|goal|möchte|will|ziel)\b"
    r"|\b(?:want|like|möchte|will)\b.*\b(?:also|another goal|too|außerdem|zusätzlich|auch noch)\b",
    re.IGNORECASE | re.DOTALL,
)
_YEAR: Final = re.compile(r"\b20\d\d\b")

# The rest of a reply whose beginning is written already: one question, or free text where no beginning could be.
QUESTION_GRAMMAR: Final = r"""
root ::= " " first char{8,220} "?" "\""
first ::= [^"\\\x7F\x00-\x2F:-@\[-`{-~]
char ::= [^"\\?\x7F\x00-\x1F]
"""
REPLY_GRAMMAR: Final = r"""
root ::= first char{8,300} "\""
first ::= [^"\\\x7F\x00-\x2F:-@\[-`{-~]
char ::= [^"\\\x7F\x00-\x1F] | [\\] ["\\n]
"""


def turn_schema(
    text: str,
    goals: Sequence[Goal],
    days: Sequence[NamedDay],
    today: date,
    *,
    language: str | None,
    with_tools: bool,
) -> Schema:
    """What the model may answer to `text`: words alone, or one action (whose words follow once it was done).

    A date may only be one of the days that the person named, or free where a year stands that `days` does not explain.
    """
    spoken: Schema = {"const": language} if language else {"type": "string", "pattern": "^[A-Z][a-z]{3,14}$"}
    words = _object({"language": spoken, "action": {"type": "null"}, "reply": _text(REPLY_CHARS, least=8)})
    if not with_tools:
        return words
    # A small model takes any wish for a step of the goal that is open.
    changed = () if _ANOTHER_GOAL.search(text) else goals
    tools = tool_schemas(changed, _day_schema(text, days, today), with_steps=_STEP_WORDS.search(text) is not None)
    actions = [_object({"tool": {"const": name}, "arguments": arguments}) for name, arguments in tools]
    return {"anyOf": [words, _object({"language": spoken, "action": {"anyOf": actions}})]}


def tool_schemas(goals: Sequence[Goal], day: Schema | None, *, with_steps: bool) -> tuple[tuple[str, Schema], ...]:
    """Name and arguments of each thing that may be done now; an update changes one field at a time."""
    step = _object({"title": _text(TITLE_CHARS), "target_date": day}, optional=("target_date",))
    new_goal = {
        "title": _text(TITLE_CHARS, least=3),
        "deadline": day,
        "milestones": {"type": "array", "items": step, "minItems": 1, "maxItems": _STEPS} if with_steps else None,
    }
    tools = [("create_goal", _object(new_goal, optional=("deadline", "milestones")))]
    if goals:
        number: Schema = {"enum": [goal.id for goal in goals]}
        changes: tuple[tuple[str, Schema | None], ...] = (
            ("title", _text(TITLE_CHARS, least=3)),
            ("deadline", day),
            ("add_milestone", step),
            ("add_note", _text(NOTE_CHARS, least=3)),
        )
        tools += [
            ("update_goal", _object({"goal_id": number, name: schema}))
            for name, schema in changes
            if schema is not None
        ]
    tools += [
        ("set_goal_phase", _object({"goal_id": {"const": goal.id}, "phase": {"enum": _phases(goal)}})) for goal in goals
    ]
    return tuple(tools)


def _phases(goal: Goal) -> list[str]:
    moves = set(allowed_moves(goal.phase))
    if goal.phase is Phase.DRAFT:
        moves.add(Phase.COMPLETED)  # by way of active
    return [phase.value for phase in Phase if phase in moves]


def _day_schema(text: str, days: Sequence[NamedDay], today: date) -> Schema | None:
    if days:
        return {"enum": sorted({named.day.isoformat() for named in days})}
    if any(int(year) >= today.year for year in _YEAR.findall(text)):
        return {"type": "string", "pattern": _coming_days(today)}
    return None


def _coming_days(today: date) -> str:
    """A pattern of days from this month on, for ten years."""
    months = "|".join(f"{month:02d}" for month in range(today.month, 13))
    years = "|".join(str(today.year + ahead) for ahead in range(1, 11))
    return rf"^({today.year}-({months})|({years})-(0[1-9]|1[0-2]))-(0[1-9]|[12][0-9]|3[01])$"


def _text(most: int, *, least: int = 1) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most}


def _object(properties: Mapping[str, Schema | None], *, optional: Sequence[str] = ()) -> Schema:
    """A closed object; a property without a schema is left out."""
    given = {name: schema for name, schema in properties.items() if schema is not None}
    return {
        "type": "object",
        "properties": given,
        "required": [name for name in given if name not in optional],
        "additionalProperties": False,
    }
