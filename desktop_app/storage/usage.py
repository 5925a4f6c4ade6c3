"""What model calls used, one row each, and their sums by quarter hours."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from functools import cache
from typing import Final

from sqlalchemy import ColumnElement, Executable, Integer, ScalarSelect, bindparam, cast, delete, func, select, text
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.usage import COMPLETE, STOPPED, PeriodSum, Usage, UsageRecord, UsageSum, quarter_of, sum_of
from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.database import Database
from desktop_app.storage.models import ConversationRow, MessageRow, ReservationRow, UsageQuarterRow, UsageRecordRow

_SUMS: Final = tuple(one.name for one in fields(UsageSum))
_WRITTEN: Final = "%Y-%m-%d %H:%M:%S.%f"
# Added up where the rows are: a month of a busy profile has thousands of quarter hours.
_BY_PERIOD: Final = text(
    f"SELECT period.key, provider, model, {', '.join(f'sum({name})' for name in _SUMS)} "  # noqa: S608 - names of ours
    "FROM json_each(:bounds) AS period JOIN usage_quarters "
    "ON starts_at >= period.value ->> 0 AND starts_at < period.value ->> 1 GROUP BY 1, 2, 3"
)
# So many newest calls of a model say how quick it is.
NEWEST: Final = 1_000


class UsageRepository:
    """Keeps usage records and adds them up. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def record(self, *records: UsageRecord, freed: Sequence[int] = ()) -> None:
        """Keep what these calls used and give back what was reserved for them, all or none."""
        async with self._database.writing() as session:
            connection = await session.connection()
            for record in records:
                await connection.execute(_RECORD, _values(record))
                quarter = quarter_of(record.at.astimezone(UTC))
                sums = asdict(sum_of(record))
                key = {"starts_at": quarter, "provider": record.provider, "model": record.model}
                await connection.execute(_ADD_UP, {**key, **sums})
            if freed:
                await connection.execute(delete(ReservationRow).where(ReservationRow.id.in_(freed)))

    async def spent_since(self, *moments: datetime) -> tuple[int, ...]:
        """The cost in micro-dollars of all calls since each of `moments`, however far they lie in the future.

        The moments are the beginnings of quarter hours. Calls without a price are not in it.
        """
        async with self._database.reading() as session:
            return await spent_in(await session.connection(), moments)

    async def unpriced_since(self, moment: datetime) -> int:
        """How many calls since then have no known price; `moment` is the beginning of a quarter hour."""
        row = UsageQuarterRow
        query = select(func.coalesce(func.sum(row.unpriced), 0)).where(row.starts_at >= moment)
        async with self._database.reading() as session:
            return await session.scalar(query) or 0

    async def reach(self) -> tuple[datetime, datetime] | None:
        """The quarter hours of the first and the last call; None where there is none."""
        row = UsageQuarterRow
        newest, oldest = (
            select(row.starts_at).order_by(order).limit(1) for order in (row.starts_at.desc(), row.starts_at)
        )
        async with self._database.reading() as session:
            first, last = await session.scalar(oldest), await session.scalar(newest)
        return None if first is None or last is None else (first, last)

    async def sums(self, periods: Sequence[tuple[datetime, datetime]]) -> list[PeriodSum]:
        """What was used in each of `periods`, which begin and end (that moment excluded) with quarter hours."""
        bounds = json.dumps([[one.astimezone(UTC).strftime(_WRITTEN) for one in period] for period in periods])
        async with self._database.reading() as session:
            return [
                PeriodSum(period, provider, model, UsageSum(*sums))
                for period, provider, model, *sums in await session.execute(_BY_PERIOD, {"bounds": bounds})
            ]

    async def of_conversation(self, conversation_id: ConversationId) -> UsageSum:
        """What the calls of one conversation used; its times are left out."""
        row = UsageRecordRow
        return (await self._sums(row.conversation_id == conversation_id)).get(conversation_id, UsageSum())

    async def by_goal(self, since: datetime | None, until: datetime | None) -> dict[int | None, UsageSum]:
        """What was used for each goal, and for none."""
        row = UsageRecordRow
        bounds = [row.at >= since] if since is not None else []
        bounds += [row.at < until] if until is not None else []
        return await self._sums(*bounds, by_goal=True)

    async def newest_outputs(self, provider: str, model: str, most: int) -> list[int]:
        """How many tokens the newest calls of a model wrote that ended well."""
        row = UsageRecordRow
        query = (
            select(row.output_tokens)
            .where(row.provider == provider, row.model == model, row.outcome == COMPLETE)
            .order_by(row.at.desc())
            .limit(most)
        )
        async with self._database.reading() as session:
            return list(await session.scalars(query))

    async def first_tokens_ms(
        self, models: Sequence[tuple[str, str]], since: datetime | None, until: datetime | None
    ) -> dict[tuple[str, str], list[int]]:
        """The times to the first token of the newest calls of each model, sorted; 1,000 at most."""
        row = UsageRecordRow
        times = {}
        async with self._database.reading() as session:
            for provider, model in models:
                query = select(row.time_to_first_token_ms).where(row.provider == provider, row.model == model)
                query = query if since is None else query.where(row.at >= since)
                query = query if until is None else query.where(row.at < until)
                newest = await session.scalars(query.order_by(row.at.desc()).limit(NEWEST))
                times[provider, model] = sorted(time for time in newest if time is not None)
        return times

    async def records(self, since: datetime | None, until: datetime | None) -> list[UsageRecord]:
        """Every call, oldest first."""
        row = UsageRecordRow
        query = select(row).order_by(row.at, row.id)
        query = query if since is None else query.where(row.at >= since)
        query = query if until is None else query.where(row.at < until)
        async with self._database.reading() as session:
            return [_record(one) for one in await session.scalars(query)]

    async def _sums(self, *conditions: ColumnElement[bool], by_goal: bool = False) -> dict[int | None, UsageSum]:
        row = UsageRecordRow
        key = row.goal_id if by_goal else row.conversation_id
        query = select(
            key,
            func.count(),
            _how_many(row.outcome.not_in((COMPLETE, STOPPED))),
            *(func.sum(getattr(row, name)) for name in _SUMS[2:7]),
            func.sum(func.coalesce(row.cost_micro_usd, 0)),
            _how_many(row.cost_micro_usd.is_(None)),
            _how_many(row.is_estimated.is_(True)),
        )
        query = query.where(*conditions).group_by(key)
        async with self._database.reading() as session:
            return {one: UsageSum(*sums) for one, *sums in await session.execute(query)}


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Of a sum of what is true, SQLAlchemy would make true or false again."""
    return func.sum(cast(condition, Integer))


async def spent_in(connection: AsyncConnection, moments: Sequence[datetime]) -> tuple[int, ...]:
    """As `UsageRepository.spent_since`, within a transaction."""
    since = {f"since_{number}": moment for number, moment in enumerate(moments)}
    return tuple((await connection.execute(_spent(len(moments)), {**since, "least": min(moments)})).one())


@cache
def _spent(moments: int) -> Executable:
    row = UsageQuarterRow
    since = (bindparam(f"since_{number}", type_=row.starts_at.type) for number in range(moments))
    sums = (func.coalesce(func.sum(row.cost_micro_usd).filter(row.starts_at >= one), 0) for one in since)
    return select(*sums).where(row.starts_at >= bindparam("least", type_=row.starts_at.type))


def _if_there(column: InstrumentedAttribute[int], name: str) -> ScalarSelect[int]:
    """The key called `name` where a row has it: a chat may be deleted for good while its record waits to be written."""
    return select(column).where(column == bindparam(name, type_=column.type)).scalar_subquery()


def _adding_up() -> Insert:
    added = insert(UsageQuarterRow)
    sums = {name: getattr(UsageQuarterRow, name) + getattr(added.excluded, name) for name in _SUMS}
    return added.on_conflict_do_update(index_elements=["starts_at", "provider", "model"], set_=sums)


# Made once: to put a statement together takes longer than to run it.
_RECORD: Final = insert(UsageRecordRow).values(
    conversation_id=_if_there(ConversationRow.id, "conversation"), message_id=_if_there(MessageRow.id, "message")
)
_ADD_UP: Final = _adding_up()


def _values(record: UsageRecord) -> dict[str, object]:
    return {
        "at": record.at,
        "provider": record.provider,
        "model": record.model,
        "outcome": record.outcome,
        "conversation": record.conversation_id,
        "message": record.message_id,
        "goal_id": record.goal_id,
        "trace_id": record.trace_id,
        "price_date": record.price_date,
        **asdict(record.usage),
    }


def _record(row: UsageRecordRow) -> UsageRecord:
    usage = Usage(**{one.name: getattr(row, one.name) for one in fields(Usage)})
    return UsageRecord(
        row.at,
        row.provider,
        row.model,
        row.outcome,
        usage,
        None if row.conversation_id is None else ConversationId(row.conversation_id),
        None if row.message_id is None else MessageId(row.message_id),
        None if row.goal_id is None else GoalId(row.goal_id),
        row.trace_id,
        row.price_date,
    )
