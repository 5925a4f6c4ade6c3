"""How goals and revisions lie in their tables: rows to values and back."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from desktop_app.domain.goal_list import title_key
from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase, ReviewRhythm, Template
from desktop_app.domain.ids import ConversationId, GoalId, MeasureId, MilestoneId, RevisionId
from desktop_app.domain.measures import Measure
from desktop_app.domain.progress import progress_of
from desktop_app.domain.revisions import Author, AuthorKind, Cause, FieldChange, Revision
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.models import (
    CheckInRow,
    GoalRow,
    GoalTagRow,
    MeasureRow,
    MilestoneRow,
    ProposalRow,
    RevisionRow,
    TagRow,
)
from desktop_app.storage.revision_codec import decoded_changes, encoded_changes

WHOLE_GOAL = (
    selectinload(GoalRow.milestones),
    selectinload(GoalRow.measures),
    selectinload(GoalRow.tag_links).joinedload(GoalTagRow.tag),
)
_Item = TypeVar("_Item", Milestone, Measure)


def goal_from(row: GoalRow) -> Goal:
    """The goal in a row loaded with `WHOLE_GOAL`."""
    fields = GoalFields(
        title=row.title,
        content=row.content,
        template=Template(row.template),
        phase=Phase(row.phase),
        deadline=row.deadline,
        milestones=tuple(_milestone_from(milestone) for milestone in row.milestones),
        tags=tuple(link.tag.name for link in row.tag_links),
        measures=tuple(_measure_from(measure) for measure in row.measures),
        rhythm=ReviewRhythm(row.rhythm),
    )
    return Goal(GoalId(row.id), fields, row.created_at, row.updated_at, row.uid)


async def with_known_rows(
    session: AsyncSession, fields: GoalFields, known: GoalFields, *, brings_back: bool = False
) -> GoalFields:
    """`fields` with each milestone and measure under the id it has in `known`, or None if it is new.

    One is found by its id, else by saying the same; no id is used twice. What a goal had once, and `brings_back`,
    keeps the id it had.
    """
    gone: tuple[set[int], set[int]] = (set(), set())
    if brings_back:
        gone = (
            await _free_ids(session, MilestoneRow, fields.milestones),
            await _free_ids(session, MeasureRow, fields.measures),
        )
    return replace(
        fields,
        milestones=_with_known_ids(fields.milestones, known.milestones, gone[0]),
        measures=_with_known_ids(fields.measures, known.measures, gone[1]),
    )


async def _free_ids(
    session: AsyncSession, table: type[MilestoneRow | MeasureRow], items: Sequence[Milestone | Measure]
) -> set[int]:
    wanted: set[int] = {item.id for item in items if item.id is not None and is_possible_id(item.id)}
    used = set(await session.scalars(select(table.id).where(table.id.in_(wanted)))) if wanted else set()
    return wanted - used


def _with_known_ids(items: Sequence[_Item], known: Sequence[_Item], free: set[int]) -> tuple[_Item, ...]:
    left = {item.id: item for item in known}
    by_id = []
    for wanted in items:
        is_its = left.pop(wanted.id, None) is not None or wanted.id in free
        free.discard(wanted.id or 0)
        by_id.append(wanted if is_its else replace(wanted, id=None))
    by_saying: dict[_Item, list[_Item]] = {}
    for item in reversed(left.values()):
        by_saying.setdefault(replace(item, id=None), []).append(item)
    return tuple(by_saying[wanted].pop() if wanted.id is None and by_saying.get(wanted) else wanted for wanted in by_id)


async def write_fields(session: AsyncSession, row: GoalRow, fields: GoalFields, at: datetime) -> None:
    """Put `fields` into a row that is new or loaded with `WHOLE_GOAL`; milestones are kept, added, removed by id."""
    row.title = fields.title
    row.content = fields.content
    row.template = fields.template.value
    row.phase = fields.phase.value
    row.deadline = fields.deadline
    row.updated_at = at
    row.rhythm = fields.rhythm.value
    _write_what_follows(row, fields)
    kept = {MilestoneId(milestone.id): milestone for milestone in row.milestones}
    row.milestones = [
        _written(kept[milestone.id] if milestone.id in kept else MilestoneRow(id=milestone.id), milestone, position)
        for position, milestone in enumerate(fields.milestones)
    ]
    measures = {MeasureId(measure.id): measure for measure in row.measures}
    row.measures = [
        _written_measure(
            measures[measure.id] if measure.id in measures else MeasureRow(id=measure.id), measure, position
        )
        for position, measure in enumerate(fields.measures)
    ]
    await _write_tags(session, row, fields.tags)


def revision_row(
    goal_id: GoalId,
    changes: Iterable[FieldChange],
    author: Author,
    at: datetime,
    *,
    created: bool = False,
    undoes: RevisionId | None = None,
    cause: Cause = Cause.EDIT,
    restores: RevisionId | None = None,
) -> RevisionRow:
    """A new row for one change."""
    return RevisionRow(
        goal_id=goal_id,
        author=author.kind.value,
        provider=author.provider,
        model=author.model,
        conversation_id=author.conversation_id,
        at=at,
        created=created,
        undoes_id=undoes,
        changes=encoded_changes(changes),
        cause=cause.value,
        restores_id=restores,
    )


def revision_from(row: RevisionRow) -> Revision:
    """The revision in a row."""
    return Revision(
        id=RevisionId(row.id),
        goal_id=GoalId(row.goal_id),
        author=author_from(row),
        at=row.at,
        changes=decoded_changes(row.changes),
        created=row.created,
        undoes=None if row.undoes_id is None else RevisionId(row.undoes_id),
        cause=Cause(row.cause),
        restores=None if row.restores_id is None else RevisionId(row.restores_id),
    )


def author_from(row: RevisionRow | CheckInRow | ProposalRow) -> Author:
    """Whose hand a row came from."""
    conversation_id = None if row.conversation_id is None else ConversationId(row.conversation_id)
    return Author(AuthorKind(row.author), row.provider, row.model, conversation_id)


def new_uid() -> str:
    """By what a goal that begins here is known everywhere."""
    return uuid.uuid4().hex


def _milestone_from(row: MilestoneRow) -> Milestone:
    return Milestone(row.title, row.description, row.target_date, row.done_at, MilestoneId(row.id), row.weight)


def _measure_from(row: MeasureRow) -> Measure:
    return Measure(row.name, row.target, row.start, row.current, row.unit, row.weight, MeasureId(row.id))


def _write_what_follows(row: GoalRow, fields: GoalFields) -> None:
    row.title_key = title_key(fields.title)
    row.milestone_count = len(fields.milestones)
    row.done_count = sum(milestone.is_done for milestone in fields.milestones)
    row.percent = progress_of(fields).percent


def _written(row: MilestoneRow, milestone: Milestone, position: int) -> MilestoneRow:
    row.position = position
    row.title = milestone.title
    row.description = milestone.description
    row.target_date = milestone.target_date
    row.done_at = milestone.done_at
    row.weight = milestone.weight
    return row


def _written_measure(row: MeasureRow, measure: Measure, position: int) -> MeasureRow:
    row.position = position
    row.name = measure.name
    row.unit = measure.unit
    row.start = measure.start
    row.target = measure.target
    row.current = measure.current
    row.weight = measure.weight
    return row


async def _write_tags(session: AsyncSession, row: GoalRow, tags: tuple[str, ...]) -> None:
    if tuple(link.tag.name for link in row.tag_links) == tags:
        return
    known = {tag.name: tag for tag in await session.scalars(select(TagRow).where(TagRow.name.in_(tags)))}
    row.tag_links = [
        GoalTagRow(tag=known.get(name) or TagRow(name=name), position=position) for position, name in enumerate(tags)
    ]
