"""Ids as they are on this computer, and ids that count from 1 within one goal."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from desktop_app.domain.check_ins import CheckIn
from desktop_app.domain.goal_files import GoalRecord
from desktop_app.domain.goals import Goal, GoalFields, Milestone
from desktop_app.domain.ids import CheckInId, GoalId, MeasureId, MilestoneId, RevisionId
from desktop_app.domain.measures import Measure
from desktop_app.domain.revisions import Author, FieldChange, FieldValue, Revision


def local_record(goal: Goal, check_ins: Iterable[CheckIn], revisions: Iterable[Revision]) -> GoalRecord:
    """The record of a goal; check-ins and revisions are given oldest first."""
    history = tuple(revisions)
    milestones, measures, numbers = _Counter(), _Counter(), _Counter()
    # Those that stand now come first, so that a goal without its history has the same ids.
    fields = renumbered(goal.fields, milestones, measures)
    for revision in history:
        numbers(revision.id)
    return GoalRecord(
        replace(goal, id=GoalId(0), fields=fields),
        tuple(_local_check_in(one, measures) for one in check_ins),
        tuple(_local_revision(one, milestones, measures, numbers) for one in history),
    )


def renumbered(fields: GoalFields, milestones: Callable[[int], int], measures: Callable[[int], int]) -> GoalFields:
    """`fields` with the ids of their rows as these functions say."""
    return replace(
        fields,
        milestones=_rows(fields.milestones, milestones, measures),
        measures=_rows(fields.measures, milestones, measures),
    )


def renumbered_changes(
    changes: Iterable[FieldChange], milestones: Callable[[int], int], measures: Callable[[int], int]
) -> tuple[FieldChange, ...]:
    """Changes with the ids of their rows as these functions say."""

    def value(one: FieldValue) -> FieldValue:
        return _rows(one, milestones, measures) if isinstance(one, tuple) else one

    return tuple(FieldChange(one.field, value(one.before), value(one.after)) for one in changes)


def without_row_ids(fields: GoalFields) -> GoalFields:
    """`fields` with rows that are new wherever they go."""
    return replace(
        fields,
        milestones=tuple(replace(step, id=None) for step in fields.milestones),
        measures=tuple(replace(measure, id=None) for measure in fields.measures),
    )


def ids_of(record: GoalRecord, kind: type[Milestone | Measure]) -> tuple[int, ...]:
    """The ids of all milestones or measures that a record ever had, in order."""
    return tuple(sorted({row.id for value in _values(record) for row in value if isinstance(row, kind) and row.id}))


def _values(record: GoalRecord) -> Iterator[tuple[Any, ...]]:
    yield record.goal.fields.milestones
    yield record.goal.fields.measures
    for revision in record.revisions:
        for change in revision.changes:
            yield from (value for value in (change.before, change.after) if isinstance(value, tuple))


class _Counter:
    """Gives each id a number, counted from 1 in the order in which it is asked for."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def __call__(self, key: int) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def known(self, key: int | None) -> int | None:
        """The number of an id that has one."""
        return None if key is None else self._numbers.get(key)


def _rows(rows: Iterable[Any], milestones: Callable[[int], int], measures: Callable[[int], int]) -> Any:  # noqa: ANN401
    return tuple(_row(row, milestones, measures) for row in rows)


def _row(row: Any, milestones: Callable[[int], int], measures: Callable[[int], int]) -> Any:  # noqa: ANN401
    if isinstance(row, Milestone) and row.id is not None:
        return replace(row, id=MilestoneId(milestones(row.id)))
    if isinstance(row, Measure) and row.id is not None:
        return replace(row, id=MeasureId(measures(row.id)))
    return row


def _local_author(author: Author) -> Author:
    """Without the conversation, which is not in the file."""
    return replace(author, conversation_id=None)


def _local_revision(revision: Revision, milestones: "_Counter", measures: "_Counter", numbers: "_Counter") -> Revision:
    undoes, restores = numbers.known(revision.undoes), numbers.known(revision.restores)
    return replace(
        revision,
        id=RevisionId(numbers(revision.id)),
        goal_id=GoalId(0),
        author=_local_author(revision.author),
        changes=renumbered_changes(revision.changes, milestones, measures),
        undoes=None if undoes is None else RevisionId(undoes),
        restores=None if restores is None else RevisionId(restores),
    )


def _local_check_in(check_in: CheckIn, measures: "_Counter") -> CheckIn:
    known = [measures.known(reading.measure_id) for reading in check_in.readings]
    readings = tuple(
        replace(reading, measure_id=None if number is None else MeasureId(number))
        for reading, number in zip(check_in.readings, known, strict=True)
    )
    return replace(
        check_in,
        id=CheckInId(0),
        goal_id=GoalId(0),
        author=_local_author(check_in.author),
        readings=readings,
        revision_id=None,
    )
