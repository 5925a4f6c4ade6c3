"""Goals as Markdown for people to read, with the facts in front; and any Markdown file as a goal."""

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from desktop_app.domain.goal_files import GoalRecord
from desktop_app.domain.goals import (
    Goal,
    GoalFields,
    Milestone,
    Phase,
    ReviewRhythm,
    Template,
    checked_fields,
    parse_date,
)
from desktop_app.domain.ids import GoalId, MilestoneId
from desktop_app.domain.measures import number_text
from desktop_app.domain.progress import progress_of
from desktop_app.errors import InvalidValueError

_FRONT: Final = "---\ngoalgetter: goal\n"
_DOCUMENTS: Final = re.compile(rf"^(?={re.escape(_FRONT)})", re.MULTILINE)
_STEP: Final = re.compile(r"- \[(?P<done>[ xX])\] (?P<title>.*?)(?: \((?P<date>\d{4}-\d\d-\d\d)\))?")
_STEPS: Final = "\n## Milestones\n\n"
_MEASURES: Final = "\n## Measures\n\n"


def goals_as_markdown(goals: Iterable[Goal]) -> str:
    """Each goal as a document of its own, one after the other."""
    return "\n".join(_document(goal) for goal in goals)


def goals_from_markdown(text: str, name: str, now: datetime) -> tuple[GoalRecord, ...]:
    """The goals in a Markdown file: those that `goals_as_markdown` wrote, or else the file as one new goal.

    Its title is its first heading, or `name`. Measures are not read back. Raises InvalidValueError.
    """
    text = text.replace("\r\n", "\n")
    if not text.strip():
        raise InvalidValueError("The file is empty; there is no goal in it.")
    if not text.startswith(_FRONT):
        title, content = _title_and_rest(text, name)
        return (_record(GoalFields(title, content), uuid.uuid4().hex, now),)
    return tuple(_goal(part, name, now) for part in _DOCUMENTS.split(text) if part.strip())


def _document(goal: Goal) -> str:
    fields = goal.fields
    facts: dict[str, str | None] = {
        "uid": goal.uid,
        "phase": fields.phase.value,
        "template": fields.template.value,
        "deadline": None if fields.deadline is None else fields.deadline.isoformat(),
        "rhythm": fields.rhythm.value,
        "tags": json.dumps(list(fields.tags), ensure_ascii=False),
        "progress": json.dumps(progress_of(fields).sentence, ensure_ascii=False),
    }
    front = _FRONT + "".join(f"{name}: {value}\n" for name, value in facts.items() if value is not None) + "---\n"
    body = f"# {fields.title}\n\n{fields.content}"
    if not body.endswith("\n"):
        body += "\n"
    measures = [
        f"- {one.name}: {'–' if one.current is None else number_text(one.current)} of {number_text(one.target)} "
        f"{one.unit}".rstrip()
        for one in fields.measures
    ]
    steps = [line for step in fields.milestones for line in _step_lines(step)]
    return (
        front
        + body
        + (_STEPS + "\n".join(steps) + "\n" if steps else "")
        + (_MEASURES + "\n".join(measures) + "\n" if measures else "")
    )


def _step_lines(step: Milestone) -> Iterator[str]:
    day = f" ({step.target_date.isoformat()})" if step.target_date else ""
    yield f"- [{'x' if step.is_done else ' '}] {step.title}{day}"
    yield from (f"  {line}" for line in step.description.splitlines())


def _goal(text: str, name: str, now: datetime) -> GoalRecord:
    front, found, body = text[len(_FRONT) :].partition("---\n")
    if not found:
        raise InvalidValueError("The facts at the beginning of the file do not end; a line with --- is missing.")
    facts = dict(_facts(front))
    body, _, _measures = body.partition(_MEASURES) if _is_list_at_end(body, _MEASURES) else (body, "", "")
    steps: tuple[Milestone, ...] = ()
    place = body.rfind(_STEPS)
    if place >= 0 and (read := _steps(body[place + len(_STEPS) :], now)) is not None:
        body, steps = body[:place], read
    title, content = _title_and_rest(body, name)
    fields = GoalFields(
        title=title,
        content=content,
        template=_word(Template, facts, "template", Template.CUSTOM),
        phase=_word(Phase, facts, "phase", Phase.DRAFT),
        deadline=parse_date("The deadline", facts["deadline"]) if facts.get("deadline") else None,
        milestones=steps,
        tags=_tags(facts.get("tags", "[]")),
        rhythm=_word(ReviewRhythm, facts, "rhythm", ReviewRhythm.NONE),
    )
    uid = facts.get("uid", "")
    return _record(fields, uid if re.fullmatch(r"[0-9a-f]{32}", uid) else uuid.uuid4().hex, now)


def _record(fields: GoalFields, uid: str, now: datetime) -> GoalRecord:
    checked = checked_fields(fields)
    numbered = tuple(replace(step, id=MilestoneId(number)) for number, step in enumerate(checked.milestones, start=1))
    return GoalRecord(Goal(GoalId(0), replace(checked, milestones=numbered), now, now, uid))


def _facts(front: str) -> Iterator[tuple[str, str]]:
    for line in front.splitlines():
        name, found, value = line.partition(":")
        if found:
            yield name.strip(), value.strip()


def _word(kind: Any, facts: dict[str, str], name: str, default: Any) -> Any:  # noqa: ANN401 - one of several enums
    text = facts.get(name, default.value)
    try:
        return kind(text)
    except ValueError:
        known = ", ".join(kind)
        raise InvalidValueError(f"The {name} “{text[:40]}” is not known; use one of {known}.") from None


def _tags(text: str) -> tuple[str, ...]:
    try:
        tags = json.loads(text)
    except (ValueError, RecursionError):
        tags = [tag.strip() for tag in text.strip("[]").split(",")]
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise InvalidValueError("The tags are no list of words.")
    return tuple(tags)


def _title_and_rest(text: str, name: str) -> tuple[str, str]:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.strip():
            if not line.startswith("# "):
                break
            rest = lines[number + 1 :]
            return line[2:].strip(), "\n".join(rest[1:] if rest and not rest[0] else rest)
    return name, text


def _is_list_at_end(body: str, heading: str) -> bool:
    _, found, rest = body.rpartition(heading)
    return bool(found) and all(line.startswith("- ") for line in rest.splitlines() if line)


def _steps(text: str, now: datetime) -> tuple[Milestone, ...] | None:
    """The milestones of a list; None where it is none, and belongs to the plan."""
    steps: list[Milestone] = []
    for line in text.rstrip("\n").split("\n"):
        if found := _STEP.fullmatch(line):
            day = parse_date("A milestone's date", found["date"]) if found["date"] else None
            done_at = None if found["done"] == " " else now
            steps.append(Milestone(found["title"], target_date=day, done_at=done_at))
        elif line.startswith("  ") and steps:
            steps[-1] = replace(steps[-1], description=f"{steps[-1].description}\n{line[2:]}".lstrip("\n"))
        elif line:
            return None
    return tuple(steps)
