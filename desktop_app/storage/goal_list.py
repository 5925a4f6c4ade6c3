"""The list of goals, read from the indexes a page at a time; and goals that are deleted, until they are purged."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, false, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.goal_list import GoalOrder, GoalPage, GoalQuery, GoalShelf, GoalSummary, TagUse
from desktop_app.domain.goals import Goal, Phase
from desktop_app.domain.ids import GoalId
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.database import Database
from desktop_app.storage.goal_rows import goal_from
from desktop_app.storage.goals import goal_row
from desktop_app.storage.models import GoalRow, GoalTagRow, TagRow
from desktop_app.storage.search_text import match_of

_SHOWN: Final = (
    GoalRow.id,
    GoalRow.title,
    GoalRow.phase,
    GoalRow.deadline,
    GoalRow.done_count,
    GoalRow.milestone_count,
    GoalRow.percent,
    GoalRow.updated_at,
    GoalRow.deleted_at,
)
_ORDERS: Final[dict[GoalOrder, tuple[ColumnElement[Any], ...]]] = {
    GoalOrder.TITLE: (GoalRow.title_key.asc(),),
    GoalOrder.CHANGED: (GoalRow.updated_at.desc(),),
    GoalOrder.PROGRESS: (GoalRow.percent.desc().nulls_last(),),
}
_FOUND: Final = text("goals.id IN (SELECT rowid FROM goal_search WHERE goal_search MATCH :match)")


class GoalListRepository:
    """Lists, deletes and restores goals. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, query: GoalQuery) -> GoalPage:
        """The goals asked for; those that are deleted are left out."""
        async with self._database.reading() as session:
            wanted = await _wanted(session, query)
            counts = wanted.with_only_columns(func.count(), func.count(GoalRow.deadline), maintain_column_froms=True)
            total, dated = (await session.execute(counts)).one()
            ids = await _ids(session, wanted, query, dated)
            found = await _found(session, ids)
            return GoalPage(tuple(found[goal_id] for goal_id in ids), total)

    async def shelves(self, query: GoalQuery, limits: Mapping[Phase, int]) -> tuple[GoalShelf, ...]:
        """The phases that have such goals, in the order of `limits`, with as many of them as it says."""
        async with self._database.reading() as session:
            if query.text.strip() or query.tag is not None:
                ids, totals = await _shelved_of_few(session, query, limits)
            else:
                ids, totals = await _shelved(session, query, limits)
            found = await _found(session, [one for some in ids.values() for one in some])
            return tuple(
                GoalShelf(phase, tuple(found[one] for one in some), totals[phase]) for phase, some in ids.items()
            )

    async def tags(self) -> tuple[TagUse, ...]:
        """All tags that goals carry, the most used first; upper and lower case are one tag, as it was first written."""
        query = (
            select(TagRow.name, func.count(GoalTagRow.goal_id))
            .join(GoalTagRow, GoalTagRow.tag_id == TagRow.id)
            .join(GoalRow, GoalRow.id == GoalTagRow.goal_id)
            .where(GoalRow.deleted_at.is_(None))
            .group_by(TagRow.id)
            .order_by(TagRow.id)
        )
        uses: dict[str, TagUse] = {}
        async with self._database.reading() as session:
            for name, count in await session.execute(query):
                known = uses.get(name.casefold(), TagUse(name, 0))
                uses[name.casefold()] = TagUse(known.name, known.count + count)
        return tuple(sorted(uses.values(), key=lambda use: (-use.count, use.name.casefold())))

    async def deleted(self) -> tuple[GoalSummary, ...]:
        """What can be restored, the one deleted last first."""
        async with self._database.reading() as session:
            found = await _summaries(session, GoalRow.deleted_at.is_not(None))
        return tuple(sorted(found, key=lambda one: (one.deleted_at, one.id), reverse=True))

    @never_left_in_the_middle
    async def delete(self, goal_id: GoalId, at: datetime) -> Goal:
        """Take a goal out of sight; it and its history stay until it is purged. Raises NotFoundError."""
        async with self._database.writing() as session:
            row = await goal_row(session, goal_id)
            row.deleted_at = at
            return goal_from(row)

    @never_left_in_the_middle
    async def restore(self, goal_id: GoalId) -> Goal:
        """Bring a deleted goal back as it was. Raises NotFoundError."""
        async with self._database.writing() as session:
            row = await session.get(GoalRow, goal_id) if is_possible_id(goal_id) else None
            if row is None or row.deleted_at is None:
                raise NotFoundError("This goal cannot be restored: it is there already, or gone for good.")
            row.deleted_at = None
            await session.flush()
            return goal_from(await goal_row(session, goal_id))

    @never_left_in_the_middle
    async def purge(self, before: datetime) -> int:
        """Remove for good, with its history, what was deleted before a moment; returns how many goals went."""
        async with self._database.writing() as session:
            removed = delete(GoalRow).where(GoalRow.deleted_at < before).returning(GoalRow.id)
            return len((await session.scalars(removed)).all())


async def _shelved(
    session: AsyncSession, query: GoalQuery, limits: Mapping[Phase, int]
) -> tuple[dict[Phase, list[GoalId]], dict[Phase, int]]:
    """The first of each phase from the indexes, and how many there are of each."""
    counted = (await _wanted(session, query)).with_only_columns(
        GoalRow.phase, func.count(), func.count(GoalRow.deadline), maintain_column_froms=True
    )
    counts = {
        Phase(phase): (total, dated) for phase, total, dated in await session.execute(counted.group_by(GoalRow.phase))
    }
    ids: dict[Phase, list[GoalId]] = {}
    for phase, limit in limits.items():
        if phase in counts:
            part = replace(query, phases=frozenset({phase}), limit=limit)
            ids[phase] = await _ids(session, await _wanted(session, part), part, counts[phase][1])
    return ids, {phase: total for phase, (total, _) in counts.items()}


async def _shelved_of_few(
    session: AsyncSession, query: GoalQuery, limits: Mapping[Phase, int]
) -> tuple[dict[Phase, list[GoalId]], dict[Phase, int]]:
    """The same of what was looked for, in one go: it is looked up once."""
    order = _ORDERS.get(query.order, (GoalRow.deadline.asc().nulls_last(),))
    within = (
        (await _wanted(session, query))
        .add_columns(
            GoalRow.phase,
            func.row_number().over(partition_by=GoalRow.phase, order_by=(*order, GoalRow.id)).label("place"),
            func.count().over(partition_by=GoalRow.phase).label("total"),
        )
        .subquery()
    )
    rows = await session.execute(
        select(within).where(within.c.place <= max(limits.values())).order_by(within.c.phase, within.c.place)
    )
    ids: dict[Phase, list[GoalId]] = {phase: [] for phase in limits}
    totals: dict[Phase, int] = {}
    for goal_id, phase, place, total in rows:
        totals[Phase(phase)] = total
        if place <= limits.get(Phase(phase), 0):
            ids[Phase(phase)].append(GoalId(goal_id))
    return {phase: some for phase, some in ids.items() if phase in totals}, totals


async def _ids(session: AsyncSession, wanted: Select[int], query: GoalQuery, dated: int) -> list[GoalId]:
    """The goals asked for, in order; `dated` of all that are wanted have a deadline."""
    if query.order is GoalOrder.DEADLINE:
        ids = await _ids_by_deadline(session, wanted, query, dated)
    else:
        ordered = wanted.order_by(*_ORDERS[query.order], GoalRow.id)
        ids = list(await session.scalars(ordered.limit(query.limit).offset(query.offset)))
    return [GoalId(goal_id) for goal_id in ids]


async def _found(session: AsyncSession, ids: list[GoalId]) -> dict[GoalId, GoalSummary]:
    return {one.id: one for one in await _summaries(session, GoalRow.id.in_(ids))} if ids else {}


async def _ids_by_deadline(session: AsyncSession, wanted: Select[int], query: GoalQuery, dated: int) -> list[int]:
    """Those with a deadline, `dated` of them, then those without: each part comes from the index in its order."""
    ids: list[int] = []
    if query.offset < dated:
        first = wanted.where(GoalRow.deadline.is_not(None)).order_by(GoalRow.deadline, GoalRow.id)
        ids = list(await session.scalars(first.limit(query.limit).offset(query.offset)))
    if query.limit is None or len(ids) < query.limit:
        left = None if query.limit is None else query.limit - len(ids)
        rest = wanted.where(GoalRow.deadline.is_(None)).order_by(GoalRow.id)
        ids += await session.scalars(rest.limit(left).offset(max(0, query.offset - dated)))
    return ids


async def _wanted(session: AsyncSession, query: GoalQuery) -> Select[int]:
    if query.text.strip() or query.tag is not None:
        # Few are left, and are looked up by id: the expression keeps the database from reading a whole index instead.
        wanted = select(GoalRow.id).where(func.coalesce(GoalRow.deleted_at.is_(None), false()))
        if query.phases:
            wanted = wanted.where(func.coalesce(GoalRow.phase.in_(query.phases), false()))
    else:
        # The indexes begin with the phase: named, it lets them be read in place of the table.
        phases = query.phases or frozenset(Phase)
        wanted = select(GoalRow.id).where(GoalRow.deleted_at.is_(None), GoalRow.phase.in_(phases))
    if query.tag is not None:
        called = query.tag.casefold()
        tags = await session.execute(select(TagRow.id, TagRow.name))
        ids = [tag_id for tag_id, name in tags if name.casefold() == called]
        wanted = wanted.where(GoalRow.id.in_(select(GoalTagRow.goal_id).where(GoalTagRow.tag_id.in_(ids))))
    if match := match_of(query.text):
        wanted = wanted.where(_FOUND.bindparams(match=match))
    elif query.text.strip():
        wanted = wanted.where(text("0"))
    return wanted


async def _summaries(session: AsyncSession, which: ColumnElement[bool]) -> list[GoalSummary]:
    rows = await session.execute(select(*_SHOWN).where(which))
    return [GoalSummary(**{**row, "id": GoalId(row["id"]), "phase": Phase(row["phase"])}) for row in rows.mappings()]
