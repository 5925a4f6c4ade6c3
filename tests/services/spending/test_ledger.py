"""Limits hold, also where several replies run at once; what is spent adds up however it is looked at."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.budgets import Limits, Span, Spent, first_passed, raised
from desktop_app.domain.periods import days_between, local_day, next_month, start_of_day, start_of_month
from desktop_app.domain.usage import Usage, UsageRecord, UsageSum, quarter_of, sum_of
from desktop_app.services.spending import BudgetReachedError, Ledger, Wanted
from desktop_app.services.spending.refusals import reached_in
from desktop_app.storage.database import Database
from desktop_app.storage.usage import UsageRepository

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Sao_Paulo"]


@pytest.fixture
async def usage(tmp_path: Path) -> AsyncIterator[UsageRepository]:
    database = await Database.open(tmp_path / "goalgetter.db")
    yield UsageRepository(database)
    await database.close()


def call(cost: int | None, at: datetime = NOW) -> UsageRecord:
    return UsageRecord(at, "claude", "sonnet", "complete", Usage(10, 5, cost_micro_usd=cost))


async def test_a_call_that_would_pass_the_limit_is_not_made_and_the_words_say_why(usage: UsageRepository) -> None:
    ledger = Ledger(usage, lambda: NOW, lambda: Limits(month=5_000_000), zone=UTC)
    await ledger.record(call(4_997_000))
    await ledger.reserve(Wanted(3_000, 3_000))
    with pytest.raises(BudgetReachedError) as raised_:
        await ledger.reserve(Wanted(6_000, 6_000))
    assert str(raised_.value) == (
        "This would go over this month’s $5.00. Nothing was sent. This message would have cost about $0.006. "
        "Your limit starts again on 1 December."
    )
    assert reached_in(raised_.value.details) == raised_.value.reached
    await ledger.record(call(3_000))
    with pytest.raises(BudgetReachedError, match=r"^You have used this month’s \$5\.00\. Nothing was sent\."):
        await ledger.reserve(Wanted(1, 1))


@pytest.mark.parametrize("span", list(Span))
async def test_each_span_has_its_limit_and_zero_lets_nothing_through_but_what_is_free(
    usage: UsageRepository, span: Span
) -> None:
    reply, session, day, month = (0 if one is span else None for one in Span)
    ledger = Ledger(usage, lambda: NOW, lambda: Limits(reply, session, day, month), zone=UTC)
    await ledger.reserve(Wanted(0))
    with pytest.raises(BudgetReachedError) as raised_:
        await ledger.reserve(Wanted(1, 1))
    assert raised_.value.reached.span is span
    await ledger.reserve(Wanted(1, 1, may_pass=True))


async def test_an_unknown_price_is_no_free_ride_where_there_is_a_limit(usage: UsageRepository) -> None:
    ledger = Ledger(usage, lambda: NOW, lambda: Limits(day=1_000_000))
    with pytest.raises(BudgetReachedError, match="price of this model is not known"):
        await ledger.reserve(Wanted(None))
    await Ledger(usage, lambda: NOW).reserve(Wanted(None))


async def test_what_a_reply_cost_so_far_counts_for_its_limit(usage: UsageRepository) -> None:
    ledger = Ledger(usage, lambda: NOW, lambda: Limits(reply=10_000))
    await ledger.reserve(Wanted(4_000, 4_000, of_reply=6_000))
    with pytest.raises(BudgetReachedError, match="What came so far is kept"):
        await ledger.reserve(Wanted(4_001, 4_001, of_reply=6_000, has_begun=True))


async def test_a_second_reply_waits_while_the_first_may_still_take_all_and_goes_on_when_it_has_not(
    usage: UsageRepository,
) -> None:
    ledger = Ledger(usage, lambda: NOW, lambda: Limits(session=100))
    first = await ledger.reserve(Wanted(10, 95))
    second = asyncio.create_task(ledger.reserve(Wanted(10, 95)))
    await asyncio.sleep(0)
    await ledger.record(call(50), first)
    async with asyncio.timeout(30):
        reservation = await second
    await ledger.record(call(12), reservation)
    assert (await ledger.standing()).spent.session == 62


async def test_a_raised_limit_lets_what_waits_go_on(usage: UsageRepository) -> None:
    limits = Limits(session=100)
    ledger = Ledger(usage, lambda: NOW, lambda: limits)
    await ledger.reserve(Wanted(10, 95))
    second = asyncio.create_task(ledger.reserve(Wanted(10, 95)))
    await asyncio.sleep(0)
    limits = Limits(session=raised(100))
    ledger.recheck()
    async with asyncio.timeout(30):
        await second


async def test_a_clock_set_back_gives_no_new_month(usage: UsageRepository) -> None:
    now = datetime(2026, 12, 3, tzinfo=UTC)
    ledger = Ledger(usage, lambda: now, lambda: Limits(month=1_000), zone=UTC)
    await ledger.record(call(1_000, now))
    now = datetime(2026, 11, 3, tzinfo=UTC)
    with pytest.raises(BudgetReachedError):
        await ledger.reserve(Wanted(1, 1))


async def test_a_record_that_cannot_be_written_counts_and_is_written_with_the_next(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "goalgetter.db")
    usage = UsageRepository(database)
    ledger = Ledger(usage, lambda: NOW, lambda: Limits(month=1_000), zone=UTC)
    async with database.reading() as session:
        size = (await session.connection()).exec_driver_sql
        await size("PRAGMA max_page_count = 1")  # no page more than there are: the disk is full
        pages = (await size("PRAGMA max_page_count")).scalar_one()
    assert pages > 1
    many = [call(1, NOW + timedelta(minutes=15 * number)) for number in range(2_000)]
    with suppress(Exception):
        await usage.record(*many)
    await ledger.record(replace(call(700), trace_id="x" * 400_000))
    assert ledger.unwritten == 1
    with pytest.raises(BudgetReachedError):
        await ledger.reserve(Wanted(301, 301))
    async with database.reading() as session:
        await (await session.connection()).exec_driver_sql("PRAGMA max_page_count = 1000000")
    await ledger.record(call(100))
    assert ledger.unwritten == 0
    assert (await ledger.standing()).spent.month == 800
    await database.close()


@settings(deadline=None, max_examples=60)
@given(
    limit=st.integers(0, 3_000),
    calls=st.lists(st.tuples(st.integers(1, 400), st.integers(0, 600), st.integers(0, 600)), max_size=12),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_course_of_parallel_replies_passes_a_limit_by_more_than_what_one_wrote_unforeseen(
    limit: int, calls: list[tuple[int, int, int]], seed: int
) -> None:
    """Each call is expected to cost some, may cost that and some more, and does cost something up to that."""
    chance = random.Random(seed)  # noqa: S311 - of a test
    ledger = Ledger(_InMemory(), lambda: NOW, lambda: Limits(month=limit), zone=UTC)
    spent: list[int] = []
    unforeseen = [0]

    async def one(expected: int, more: int, really: int) -> None:
        try:
            reservation = await ledger.reserve(Wanted(expected, expected + more))
        except BudgetReachedError:
            return
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        cost = min(really, expected + more)
        unforeseen.append(cost - expected)
        spent.append(cost)
        await ledger.record(call(cost), reservation)

    async def all_of_them() -> None:
        async with asyncio.timeout(60):
            await asyncio.gather(*(one(*each) for each in calls))

    asyncio.run(all_of_them())
    assert sum(spent) <= limit + max(unforeseen)


class _InMemory(UsageRepository):
    """Adds up without a disk."""

    def __init__(self) -> None:
        self.kept: list[UsageRecord] = []

    async def record(self, *records: UsageRecord, freed: Sequence[int] = ()) -> None:  # noqa: ARG002 - as the real one
        self.kept += records

    async def spent_since(self, *moments: datetime) -> tuple[int, ...]:
        return tuple(sum(one.usage.cost_micro_usd or 0 for one in self.kept if one.at >= since) for since in moments)


moments = st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - with a zone


@settings(deadline=None, max_examples=200)
@given(at=moments, zone=st.sampled_from(ZONES).map(ZoneInfo))
def test_every_moment_is_in_the_day_that_is_told_for_it_and_days_are_made_of_whole_quarters(
    at: datetime, zone: tzinfo
) -> None:
    day = local_day(at, zone)
    start, end = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    assert start <= at < end
    assert start == quarter_of(start)
    assert start_of_month(day, zone) <= start < start_of_day(next_month(day), zone)


@settings(deadline=None, max_examples=60)
@given(
    calls=st.lists(
        st.tuples(
            moments | st.datetimes(datetime(2026, 3, 28), datetime(2026, 4, 2), timezones=st.just(UTC)),  # noqa: DTZ001
            st.sampled_from(["claude", "openai"]),
            st.one_of(st.none(), st.integers(0, 10**9)),
            st.sampled_from(["complete", "stopped", "timeout"]),
        ),
        max_size=40,
    ),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_the_sums_of_quarters_days_and_months_are_those_of_the_calls(
    calls: list[tuple[datetime, str, int | None, str]], zone: tzinfo
) -> None:
    records = [
        UsageRecord(at, provider, "m", outcome, Usage(7, 3, cost_micro_usd=cost))
        for at, provider, cost, outcome in calls
    ]
    quarters: dict[tuple[datetime, str], UsageSum] = {}
    for record in records:
        key = quarter_of(record.at), record.provider
        quarters[key] = quarters.get(key, UsageSum()).plus(sum_of(record))
    total = _total(list(map(sum_of, records)))
    assert _total(list(quarters.values())) == total
    if not records:
        return
    first, last = (local_day(bound(record.at for record in records), zone) for bound in (min, max))
    by_day = {day: _in_day(quarters, day, zone) for day in days_between(first, last)} if first.year == last.year else {}
    if by_day:
        assert _total(list(by_day.values())) == total
    for record in records:
        day = local_day(record.at, zone)
        mine = [sum_of(one) for one in records if local_day(one.at, zone) == day]
        assert _in_day(quarters, day, zone) == _total(mine)


def _in_day(quarters: dict[tuple[datetime, str], UsageSum], day: date, zone: tzinfo) -> UsageSum:
    return _total([total for (start, _), total in quarters.items() if local_day(start, zone) == day])


def _total(sums: list[UsageSum]) -> UsageSum:
    total = UsageSum()
    for one in sums:
        total = total.plus(one)
    return total


async def test_the_roll_up_in_the_database_is_that_of_the_calls(usage: UsageRepository) -> None:
    calls = [
        UsageRecord(
            NOW + timedelta(minutes=7 * number),
            "claude" if number % 3 else "ollama",
            "m",
            ("complete", "stopped", "server")[number % 3],
            Usage(number, 2 * number, 1, 1, 1, None if number % 5 == 0 else number, 100, 100 + number),
        )
        for number in range(60)
    ]
    for one in calls:
        await usage.record(one)
    reach = await usage.reach()
    assert reach is not None
    first, last = reach
    assert (first, last) == (quarter_of(calls[0].at), quarter_of(calls[-1].at))
    end = last + timedelta(minutes=15)
    (*whole,) = await usage.sums([(first, end)])
    assert {one.provider for one in whole} == {"claude", "ollama"}
    assert _total([one.total for one in whole]) == _total(list(map(sum_of, calls)))
    assert await usage.records(None, None) == calls
    half = quarter_of(NOW + timedelta(hours=3))
    parts = await usage.sums([(first, half), (half, end)])
    assert {one.period for one in parts} == {0, 1}
    assert _total([one.total for one in parts]) == _total([one.total for one in whole])
    assert await usage.sums([]) == []


def test_the_shortest_span_is_named_first() -> None:
    reached = first_passed(Limits(reply=1, month=1), Spent(), 5)
    assert reached is not None
    assert reached.span is Span.REPLY


async def test_whoever_listens_hears_of_each_call_and_each_period_has_a_name_of_its_own(usage: UsageRepository) -> None:
    now = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    ledger = Ledger(usage, lambda: now, lambda: Limits(day=5), zone=UTC)
    heard: list[UsageRecord] = []
    ledger.subscribe(heard.append)
    await ledger.record(call(3, now))
    assert heard == [call(3, now)]
    names = [ledger.period(span) for span in (Span.DAY, Span.MONTH, Span.SESSION)]
    assert names[:2] == ["2026-11-30", "2026-11"]
    now += timedelta(hours=1)
    assert [ledger.period(span) for span in (Span.DAY, Span.MONTH)] == ["2026-12-01", "2026-12"]
    assert ledger.period(Span.SESSION) == names[2]


async def test_calls_without_a_price_are_counted_in_the_standing_also_those_not_written_yet(
    usage: UsageRepository,
) -> None:
    ledger = Ledger(usage, lambda: NOW, zone=UTC)
    await ledger.record(call(None))
    await ledger.record(call(None, NOW - timedelta(days=40)))
    await ledger.record(call(3))
    assert (await ledger.standing()).unpriced == 1
    async with usage._database.reading() as session:
        await (await session.connection()).exec_driver_sql("PRAGMA query_only = 1")
    await ledger.record(call(None))
    assert ((await ledger.standing()).unpriced, ledger.unwritten) == (2, 1)


def test_other_details_tell_of_no_limit() -> None:
    assert reached_in("status 529") is None
    assert reached_in("limit=week of=1 used=2 expected=3") is None
