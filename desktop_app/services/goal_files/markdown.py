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
_DATED: Final = r" \((?P<date>\d{4}-\d\d-\d\d|no date)\)"
_STEP: Final = re.compile(rf"- \[(?P<done>[ xX])\] (?P<title>.*?)(?:{_DATED})?")
_SEEMS_DATED: Final = re.compile(rf".*{_DATED}")
_FIRST_LINES: Final = re.compile(r"# ([^\n]*)\n\n")
_BLANK: Final = re.compile(r"\s*\Z")
_PLAN_LINES: Final = re.compile(r"^plan_lines: (\d{1,9})$", re.MULTILINE)
_STEPS: Final = "\n## Milestones\n\n"
_MEASURES: Final = "\n## Measures\n\n"


def goals_as_markdown(goals: Iterable[Goal]) -> str:
    """Each goal as a document of its own, one after the other."""
    return "\n".join(_document(goal) for goal in goals)


def goals_from_markdown(text: str, name: str, now: datetime) -> tuple[GoalRecord, ...]:
    """The goals in a Markdown file: those that `goals_as_markdown` wrote, or else the file as one new goal.

    Its title is its first heading, or `name`. Measures are not read back. Raises InvalidValueError.
    """
    if not text.startswith(_FRONT):
        text = text.replace("\r\n", "\n")
    if not text.strip():
        raise InvalidValueError("The file is empty; there is no goal in it.")
    if not text.startswith(_FRONT):
        title, content = _title_and_rest(text, name)
        return (_record(GoalFields(title, content), uuid.uuid4().hex, now),)
    return tuple(_goal(part, name, now) for part in _documents(text))


def _document(goal: Goal) -> str:
    fields = goal.fields
    facts: dict[str, str | None] = {
        "uid": goal.uid,
        "phase": fields.phase.value,
        "template": fields.template.value,
        "deadline": None if fields.deadline is None else fields.deadline.isoformat(),
        "rhythm": fields.rhythm.value,
        "plan_lines": str(fields.content.count("\n") + 1),
        "tags": json.dumps(list(fields.tags), ensure_ascii=False),
        "progress": json.dumps(progress_of(fields).sentence, ensure_ascii=False),
    }
    front = _FRONT + "".join(f"{name}: {value}\n" for name, value in facts.items() if value is not None) + "---\n"
    body = f"# {fields.title}\n\n{fields.content}\n"
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
    if not day and _SEEMS_DATED.fullmatch(step.title):
        day = " (no date)"
    yield f"- [{'x' if step.is_done else ' '}] {step.title}{day}"
    if step.description:
        yield from (f"  {line}" for line in step.description.split("\n"))


def _documents(text: str) -> Iterator[str]:
    """The documents of a file, each from its facts on; what a plan says is never taken for the next one."""
    start = 0
    while start < len(text):
        front_end = text.find("---\n", start + len(_FRONT))
        body_start = len(text) if front_end < 0 else front_end + 4
        parted = _parted(text, start, body_start)
        after = body_start if parted is None else parted[2]
        next_front = text.find("\n" + _FRONT, max(start, after - 1))
        end = len(text) if next_front < 0 else next_front + 1
        yield text[start:end]
        start = end


def _parted(text: str, start: int, body: int) -> tuple[str, str, int] | None:
    """Title, plan and where it ends, by the number of lines in the facts; None where that does not go with the text.

    The facts begin at `start`, what follows them at `body`.
    """
    counted = _PLAN_LINES.search(text, start, body)
    first = _FIRST_LINES.match(text, body)
    if counted is None or first is None:
        return None
    end = first.end() - 1
    for _ in range(int(counted[1])):
        end = text.find("\n", end + 1)
        if end < 0:
            return None
    rest = end + 1
    if not (_BLANK.match(text, rest) or text.startswith((_STEPS, _MEASURES, "\n" + _FRONT), rest)):
        return None
    return first[1].strip(), text[first.end() : end], rest


def _goal(text: str, name: str, now: datetime) -> GoalRecord:
    front, found, body = text[len(_FRONT) :].partition("---\n")
    if not found:
        raise InvalidValueError("The facts at the beginning of the file do not end; a line with --- is missing.")
    facts = dict(_facts(front))
    title, content, steps = _by_count(text, len(_FRONT) + len(front) + 4, now) or _by_headings(body, name, now)
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


def _by_count(text: str, body: int, now: datetime) -> tuple[str, str, tuple[Milestone, ...]] | None:
    parted = _parted(text, 0, body)
    if parted is None:
        return None
    title, plan, rest = parted[0], parted[1], text[parted[2] :]
    if not rest.startswith(_STEPS):
        return title, plan, ()
    told = rest[len(_STEPS) :]
    if _is_list_at_end(told, _MEASURES):
        told = told.rpartition(_MEASURES)[0]
    steps = _steps(told, now)
    return None if steps is None else (title, plan, steps)


def _by_headings(body: str, name: str, now: datetime) -> tuple[str, str, tuple[Milestone, ...]]:
    """As a person wrote it: a list under the last heading for milestones is what they are."""
    body, _, _measures = body.partition(_MEASURES) if _is_list_at_end(body, _MEASURES) else (body, "", "")
    steps: tuple[Milestone, ...] = ()
    place = body.rfind(_STEPS)
    if place >= 0 and (read := _steps(body[place + len(_STEPS) :], now)) is not None:
        body, steps = body[:place], read
    return (*_title_and_rest(body, name), steps)


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
            is_dated = found["date"] not in {None, "no date"}
            day = parse_date("A milestone's date", found["date"]) if is_dated else None
            done_at = None if found["done"] == " " else now
            steps.append(Milestone(found["title"], target_date=day, done_at=done_at))
        elif line.startswith("  ") and steps:
            steps[-1] = replace(steps[-1], description=f"{steps[-1].description}\n{line[2:]}".removeprefix("\n"))
        elif line:
            return None

    return tuple(steps)
