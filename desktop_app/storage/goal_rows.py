"""How goals and revisions lie in their tables: rows to values and back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from desktop_app.domain.goals import Goal, GoalFields, Milestone, Phase, Template
from desktop_app.domain.ids import ConversationId, GoalId, MilestoneId, RevisionId
from desktop_app.domain.revisions import Author, AuthorKind, FieldChange, Revision
from desktop_app.storage.models import GoalRow, GoalTagRow, MilestoneRow, RevisionRow, TagRow
from desktop_app.storage.revision_codec import decoded_changes, encoded_changes

WHOLE_GOAL = (selectinload(GoalRow.milestones), selectinload(GoalRow.tag_links).joinedload(GoalTagRow.tag))


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
    )
    return Goal(GoalId(row.id), fields, row.created_at, row.updated_at)


def with_known_milestones(fields: GoalFields, known: Iterable[Milestone]) -> GoalFields:
    """`fields` with each milestone under the id it has in `known`, or None if it is new.

    A milestone is found by its id, else by saying the same; no id is used twice.
    """
    left = {milestone.id: milestone for milestone in known}
    by_id = [replace(wanted, id=wanted.id if left.pop(wanted.id, None) else None) for wanted in fields.milestones]
    by_saying: dict[Milestone, list[MilestoneId | None]] = {}
    for milestone in reversed(left.values()):
        by_saying.setdefault(replace(milestone, id=None), [None]).append(milestone.id)
    return replace(
        fields,
        milestones=tuple(
            replace(wanted, id=by_saying[wanted].pop()) if by_saying.get(wanted) else wanted for wanted in by_id
        ),
    )


async def write_fields(session: AsyncSession, row: GoalRow, fields: GoalFields, at: datetime) -> None:
    """Put `fields` into a row that is new or loaded with `WHOLE_GOAL`; milestones are kept, added, removed by id."""
    row.title = fields.title
    row.content = fields.content
    row.template = fields.template.value
    row.phase = fields.phase.value
    row.deadline = fields.deadline
    row.updated_at = at
    kept = {MilestoneId(milestone.id): milestone for milestone in row.milestones}
    row.milestones = [
        _written(kept[milestone.id] if milestone.id in kept else MilestoneRow(), milestone, position)
        for position, milestone in enumerate(fields.milestones)
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
    )


def revision_from(row: RevisionRow) -> Revision:
    """The revision in a row."""
    conversation_id = None if row.conversation_id is None else ConversationId(row.conversation_id)
    return Revision(
        id=RevisionId(row.id),
        goal_id=GoalId(row.goal_id),
        author=Author(AuthorKind(row.author), row.provider, row.model, conversation_id),
        at=row.at,
        changes=decoded_changes(row.changes),
        created=row.created,
        undoes=None if row.undoes_id is None else RevisionId(row.undoes_id),
    )


def _milestone_from(row: MilestoneRow) -> Milestone:
    return Milestone(row.title, row.description, row.target_date, row.done_at, MilestoneId(row.id))


def _written(row: MilestoneRow, milestone: Milestone, position: int) -> MilestoneRow:
    row.position = position
    row.title = milestone.title
    row.description = milestone.description
    row.target_date = milestone.target_date
    row.done_at = milestone.done_at
    return row


async def _write_tags(session: AsyncSession, row: GoalRow, tags: tuple[str, ...]) -> None:
    if tuple(link.tag.name for link in row.tag_links) == tags:
        return
    known = {tag.name: tag for tag in await session.scalars(select(TagRow).where(TagRow.name.in_(tags)))}
    row.tag_links = [
        GoalTagRow(tag=known.get(name) or TagRow(name=name), position=position) for position, name in enumerate(tags)
    ]
