"""Goals as GoalGetter's own JSON, complete and with a version; read with care, since a file may come from anywhere."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from desktop_app.domain.check_ins import NOTE_LIMIT, CheckIn, CheckInStatus, Reading
from desktop_app.domain.goal_files import GoalRecord
from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase, ReviewRhythm, Template, checked_fields
from desktop_app.domain.ids import CheckInId, GoalId, MeasureId, MilestoneId, RevisionId
from desktop_app.domain.measures import Measure, number_text, parse_number
from desktop_app.domain.revisions import Author, AuthorKind, Cause, Revision, with_values
from desktop_app.errors import InvalidValueError
from desktop_app.storage.revision_codec import decoded_changes, encoded_changes

FORMAT: Final = "goalgetter-goals"
VERSION: Final = 1
_BROKEN: Final = "The file cannot be read as GoalGetter's goals: {reason}. Nothing was taken in."


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Milestone(_Part):
    id: int
    title: str
    description: str = ""
    target_date: date | None = None
    done_at: AwareDatetime | None = None
    weight: int = 1


class _Measure(_Part):
    id: int
    name: str
    unit: str = ""
    start: str
    target: str
    current: str | None = None
    weight: int = 1


class _Hand(_Part):
    author: AuthorKind
    provider: str | None = None
    model: str | None = None
    at: AwareDatetime

    @property
    def hand(self) -> Author:
        return Author(self.author, self.provider, self.model)


class _Reading(_Part):
    measure: int | None = None
    name: str
    unit: str = ""
    value: str


class _CheckIn(_Hand):
    status: CheckInStatus
    note: str = ""
    readings: tuple[_Reading, ...] = ()
    progress: str | None = None


class _Revision(_Hand):
    changes: list[dict[str, Any]]
    created: bool = False
    cause: Cause = Cause.EDIT
    undoes: int | None = None
    restores: int | None = None


class _Goal(_Part):
    uid: str
    title: str
    content: str = ""
    template: Template = Template.CUSTOM
    phase: Phase = Phase.DRAFT
    deadline: date | None = None
    tags: tuple[str, ...] = ()
    rhythm: ReviewRhythm = ReviewRhythm.NONE
    milestones: tuple[_Milestone, ...] = ()
    measures: tuple[_Measure, ...] = ()
    created_at: AwareDatetime
    updated_at: AwareDatetime
    check_ins: tuple[_CheckIn, ...] = ()
    revisions: tuple[_Revision, ...] = ()


class _File(_Part):
    format: Literal["goalgetter-goals"]
    version: Literal[1]
    goals: tuple[_Goal, ...]


def goals_as_json(records: Iterable[GoalRecord], exported_at: datetime) -> str:
    """The file's text. All but `exported_at` follows from the goals alone."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": _time(exported_at),
        "goals": [_encoded_goal(record) for record in records],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def goals_from_json(text: str) -> tuple[GoalRecord, ...]:
    """The goals in a file. Raises InvalidValueError with the reason for one that cannot be taken in whole."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "it is cut off or no JSON"
        raise InvalidValueError(_BROKEN.format(reason=reason)) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidValueError(_BROKEN.format(reason="it does not say that it is one"))
    version = document.get("version")
    if isinstance(version, int) and version > VERSION:
        raise InvalidValueError("The file was written by a newer GoalGetter. Update GoalGetter, then take it in.")
    try:
        goals = _File.model_validate(document).goals
    except (ValidationError, RecursionError) as error:
        raise InvalidValueError(_BROKEN.format(reason=_reason(error))) from None
    records = tuple(_record(goal, number) for number, goal in enumerate(goals, start=1))
    if len({record.goal.uid for record in records}) < len(records):
        raise InvalidValueError(_BROKEN.format(reason="it holds the same goal twice"))
    return records


def _reason(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step + 1) if isinstance(step, int) else step for step in first["loc"])
    return f"at {place}: {first['msg'].rstrip('.').lower()}"[:300]


def _record(part: _Goal, number: int) -> GoalRecord:
    try:
        fields = checked_fields(_fields(part))
        goal = Goal(GoalId(0), fields, part.created_at.astimezone(UTC), part.updated_at.astimezone(UTC), _uid(part.uid))
        record = GoalRecord(goal, tuple(map(_check_in, part.check_ins)), _revisions(part.revisions))
        _check_history(record)
    except (InvalidValueError, KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        told = str(error) if isinstance(error, InvalidValueError) else "its history is not in order."
        raise InvalidValueError(
            f"Goal {number} of the file, “{part.title[:60]}”, cannot be taken in: {told} Nothing was taken in."
        ) from None
    return record


def _fields(part: _Goal) -> GoalFields:
    return GoalFields(
        title=part.title,
        content=part.content,
        template=part.template,
        phase=part.phase,
        deadline=part.deadline,
        milestones=tuple(
            Milestone(
                step.title,
                step.description,
                step.target_date,
                None if step.done_at is None else step.done_at.astimezone(UTC),
                MilestoneId(step.id),
                step.weight,
            )
            for step in part.milestones
        ),
        tags=part.tags,
        measures=tuple(
            Measure(
                one.name,
                parse_number("A target", one.target),
                parse_number("A start", one.start),
                None if one.current is None else parse_number("A number", one.current),
                one.unit,
                one.weight,
                MeasureId(one.id),
            )
            for one in part.measures
        ),
        rhythm=part.rhythm,
    )


def _uid(text: str) -> str:
    if not 8 <= len(text) <= 64 or not text.isascii() or not text.replace("-", "").isalnum():
        raise InvalidValueError("Its uid is none.")
    return text


def _check_in(part: _CheckIn) -> CheckIn:
    if len(part.note) > NOTE_LIMIT:
        raise InvalidValueError("The note of a check-in is too long.")
    return CheckIn(
        id=CheckInId(0),
        goal_id=GoalId(0),
        author=part.hand,
        at=part.at.astimezone(UTC),
        status=part.status,
        note=part.note,
        readings=tuple(
            Reading(
                None if one.measure is None else MeasureId(one.measure),
                one.name,
                one.unit,
                parse_number("A number", one.value),
            )
            for one in part.readings
        ),
        progress=None if part.progress is None else _share(part.progress),
    )


def _share(text: str) -> Decimal:
    share = Decimal(text[:60])
    if not share.is_finite() or not 0 <= share <= 1:
        raise InvalidValueError("The progress of a check-in is not between 0 and 1.")
    return share


def _revisions(parts: tuple[_Revision, ...]) -> tuple[Revision, ...]:
    return tuple(
        Revision(
            id=RevisionId(number),
            goal_id=GoalId(0),
            author=part.hand,
            at=part.at.astimezone(UTC),
            changes=decoded_changes(part.changes),
            created=part.created,
            undoes=_earlier(part.undoes, number),
            cause=part.cause,
            restores=_earlier(part.restores, number),
        )
        for number, part in enumerate(parts, start=1)
    )


def _earlier(wanted: int | None, number: int) -> RevisionId | None:
    if wanted is None:
        return None
    if not 1 <= wanted < number:
        raise InvalidValueError("Its history is not in order.")
    return RevisionId(wanted)


def _check_history(record: GoalRecord) -> None:
    """A history must lead to the goal as it is, from nothing and without a gap; else nothing could be undone."""
    if not record.revisions:
        return
    fields = GoalFields(title="")
    for number, revision in enumerate(record.revisions):
        is_next = revision.created == (number == 0)
        if not is_next or any(getattr(fields, change.field) != change.before for change in revision.changes):
            raise InvalidValueError("Its history has a gap.")
        fields = with_values(fields, {change.field: change.after for change in revision.changes})
        checked_fields(fields)
    if fields != record.goal.fields:
        raise InvalidValueError("Its history does not lead to the goal as it is.")


def _encoded_goal(record: GoalRecord) -> dict[str, Any]:
    goal, fields = record.goal, record.goal.fields
    encoded: dict[str, Any] = {
        "uid": goal.uid,
        "title": fields.title,
        "content": fields.content,
        "template": fields.template.value,
        "phase": fields.phase.value,
        "deadline": None if fields.deadline is None else fields.deadline.isoformat(),
        "tags": list(fields.tags),
        "rhythm": fields.rhythm.value,
        "milestones": [
            {
                "id": step.id,
                "title": step.title,
                "description": step.description,
                "target_date": None if step.target_date is None else step.target_date.isoformat(),
                "done_at": None if step.done_at is None else _time(step.done_at),
                "weight": step.weight,
            }
            for step in fields.milestones
        ],
        "measures": [
            {
                "id": one.id,
                "name": one.name,
                "unit": one.unit,
                "start": number_text(one.start),
                "target": number_text(one.target),
                "current": None if one.current is None else number_text(one.current),
                "weight": one.weight,
            }
            for one in fields.measures
        ],
        "created_at": _time(goal.created_at),
        "updated_at": _time(goal.updated_at),
        "check_ins": [_encoded_check_in(check_in) for check_in in record.check_ins],
    }
    if record.revisions:
        encoded["revisions"] = [_encoded_revision(revision) for revision in record.revisions]
    return encoded


def _encoded_hand(author: Author, at: datetime) -> dict[str, Any]:
    hand = {"author": author.kind.value, "provider": author.provider, "model": author.model, "at": _time(at)}
    return {name: value for name, value in hand.items() if value is not None}


def _encoded_check_in(check_in: CheckIn) -> dict[str, Any]:
    return {
        **_encoded_hand(check_in.author, check_in.at),
        "status": check_in.status.value,
        "note": check_in.note,
        "readings": [
            {"measure": one.measure_id, "name": one.name, "unit": one.unit, "value": number_text(one.value)}
            for one in check_in.readings
        ],
        "progress": None if check_in.progress is None else number_text(check_in.progress),
    }


def _encoded_revision(revision: Revision) -> dict[str, Any]:
    more = {"created": revision.created or None, "undoes": revision.undoes, "restores": revision.restores}
    return {
        **_encoded_hand(revision.author, revision.at),
        "cause": revision.cause.value,
        **{name: value for name, value in more.items() if value is not None},
        "changes": encoded_changes(revision.changes),
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
