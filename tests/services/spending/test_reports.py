"""What is shown of usage adds up to the calls: in any grouping, range and zone, over midnight and clock changes."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.budgets import Limits
from desktop_app.domain.goals import GoalFields
from desktop_app.domain.ids import GoalId
from desktop_app.domain.periods import local_day, start_of_day
from desktop_app.domain.revisions import YOU
from desktop_app.domain.usage import Usage, UsageRecord, UsageSum, sum_of
from desktop_app.domain.usage_report import UsageReport, forecast, percentile, summed
from desktop_app.services.goals import GoalService
from desktop_app.services.spending import Ledger
from desktop_app.services.spending.reports import Range, UsageReports, usd
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.usage import UsageRepository

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
# Zones with clock changes by an hour and by half of one, at midnight too, and with an offset of quarters.
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]
# Noon, midnights, month and year ends, and the days on which the zones change their clocks.
MOMENTS = [
    datetime(2026, 11, 21, 12, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 59, tzinfo=UTC),
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 0, tzinfo=UTC),
    datetime(2026, 9, 6, 4, 0, tzinfo=UTC),
    datetime(2026, 4, 4, 15, 0, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 0, tzinfo=UTC),
]


class Desk:
    """Reports over a database, with the clock and the zone that are wanted."""

    def __init__(self, database: Database, now: Callable[[], datetime], zone: tzinfo) -> None:
        self.usage = UsageRepository(database)
        self.goals = GoalService(GoalRepository(database), now)
        self.ledger = Ledger(self.usage, now, Limits, zone=zone)
        self.reports = UsageReports(self.usage, self.ledger, self.goals, now, zone)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "goalgetter.db")
    yield Desk(database, lambda: NOW, UTC)
    await database.close()


def call(at: datetime = NOW, cost: int | None = 3, model: str = "sonnet", ms: int | None = None) -> UsageRecord:
    return UsageRecord(at, "claude", model, "complete", Usage(10, 5, cost_micro_usd=cost, time_to_first_token_ms=ms))


def added(records: Iterable[UsageRecord]) -> UsageSum:
    return summed(map(sum_of, records))


def in_range(records: list[UsageRecord], within: Range, today: date, zone: tzinfo) -> list[UsageRecord]:
    """What belongs to a range, said as plainly as can be."""

    def belongs(day: date) -> bool:
        match within:
            case Range.TODAY:
                return day == today
            case Range.WEEK:
                return today - timedelta(days=6) <= day <= today
            case Range.MONTH:
                return (day.year, day.month) == (today.year, today.month) and day <= today
            case _:
                return True

    return [one for one in records if belongs(local_day(one.at, zone))]


def assert_all_the_same(report: UsageReport, expected: UsageSum, zone: tzinfo, records: list[UsageRecord]) -> None:
    assert report.total == expected
    assert summed(row.total for row in report.models) == expected
    assert summed(row.total for row in report.compared) == expected
    assert summed(total for sums in report.by_day.values() for total in sums.values()) == expected
    for day, sums in report.by_day.items():
        assert summed(sums.values()) == added(one for one in records if local_day(one.at, zone) == day)


calls = st.tuples(
    st.timedeltas(timedelta(days=-45), timedelta(days=3)) | st.sampled_from([timedelta(0), timedelta(microseconds=-1)]),
    st.sampled_from([("claude", "sonnet"), ("claude", "haiku"), ("openai", "gpt"), ("ollama", "llama")]),
    st.one_of(st.none(), st.integers(0, 10**12)),
    st.sampled_from(["complete", "stopped", "timeout"]),
    st.sampled_from([None, 1, 2]),
    st.integers(0, 10**6),
)


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(
    around=st.sampled_from(MOMENTS),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    drawn=st.lists(calls, max_size=15),
)
def test_every_total_is_the_sum_of_the_calls_in_any_grouping_range_and_time_zone(
    around: datetime, zone: tzinfo, drawn: list[tuple[timedelta, tuple[str, str], int | None, str, int | None, int]]
) -> None:
    records = [
        UsageRecord(
            around + away,
            *model,
            outcome,
            Usage(tokens, tokens // 3, tokens // 5, cost_micro_usd=cost, duration_ms=tokens),
            goal_id=None if goal is None else GoalId(goal),
        )
        for away, model, cost, outcome, goal, tokens in drawn
    ]

    async def look(path: Path) -> None:
        database = await Database.open(path)
        desk = Desk(database, lambda: around, zone)
        for record in records:
            await desk.ledger.record(record)
        today = local_day(around, zone)
        for within in Range:
            mine = in_range(records, within, today, zone)
            expected = added(mine)
            report, overview = await desk.reports.look(within)
            assert_all_the_same(report, expected, zone, records)
            assert report == await desk.reports.report(within)
            assert overview == await desk.reports.overview()
            by_goal = summed((await desk.reports.by_goal(within)).values())
            assert (by_goal.requests, by_goal.cost_micro_usd, by_goal.unpriced, by_goal.errors, by_goal.tokens) == (
                expected.requests, expected.cost_micro_usd, expected.unpriced, expected.errors, expected.tokens
            )  # fmt: skip
            rows = list(csv.DictReader(io.StringIO(await desk.reports.as_csv(within))))
            known = [Decimal(row["cost_usd"]) for row in rows if row["cost_usd"] != "unknown"]
            assert len(rows) == expected.requests
            assert len(rows) - len(known) == expected.unpriced
            assert sum(known) * 1_000_000 == expected.cost_micro_usd
        overview = await desk.reports.overview()
        assert overview.session == added(records)
        assert overview.day == added(in_range(records, Range.TODAY, today, zone))
        assert overview.month == added(in_range(records, Range.MONTH, today, zone))
        # Limits count what is dated later too: a clock that was set back spends nothing anew.
        since = start_of_day(today, zone)
        assert overview.standing.spent.day == added(one for one in records if one.at >= since).cost_micro_usd
        await database.close()

    with TemporaryDirectory() as folder:
        asyncio.run(look(Path(folder) / "goalgetter.db"))


async def test_without_a_call_the_whole_is_empty_and_the_month_has_its_days(desk: Desk) -> None:
    everything = await desk.reports.report(Range.ALL)
    assert (everything.first, everything.last, everything.total) == (None, None, UsageSum())
    month = await desk.reports.report(Range.MONTH)
    assert (month.first, month.last, len(month.by_day)) == (date(2026, 11, 1), date(2026, 11, 21), 21)
    assert month.providers == ()


async def test_models_have_their_times_to_the_first_token_and_providers_those_of_all_their_models(desk: Desk) -> None:
    for ms in range(1, 101):
        await desk.ledger.record(call(model="sonnet", ms=ms * 10))
    await desk.ledger.record(call(model="haiku", ms=5))
    await desk.ledger.record(call(model="haiku"))
    report = await desk.reports.report(Range.TODAY)
    times = {row.model: (row.first_token_p50_ms, row.first_token_p95_ms) for row in report.models}
    assert times == {"sonnet": (500, 950), "haiku": (5, 5)}
    (claude,) = report.compared
    assert (claude.provider, claude.model, claude.first_token_p50_ms) == ("claude", "", 500)
    assert percentile([], 50) is None


async def test_goals_have_their_titles_and_what_belongs_to_none_says_so(desk: Desk) -> None:
    goal = (await desk.goals.create(GoalFields(title="Run"), YOU)).goal
    for goal_id in (goal.id, GoalId(99), None):
        record = UsageRecord(NOW, "claude", "sonnet", "complete", Usage(1, 1, cost_micro_usd=1), goal_id=goal_id)
        await desk.ledger.record(record)
    assert set(await desk.reports.by_goal(Range.ALL)) == {f"Run (goal {goal.id})", "goal 99", "(no goal)"}


async def test_names_in_the_csv_are_no_formulas_and_every_figure_of_a_call_is_there(desk: Desk) -> None:
    usage = Usage(10, 5, 3, 2, 1, 13_020, 310, 4_000, is_estimated=True)
    at = datetime(2026, 11, 21, 8, 30, 15, 123_456, tzinfo=UTC)
    record = UsageRecord(at, "claude", "@sum", "stopped", usage, None, None, GoalId(4), "trace-1", date(2026, 11, 9))
    await desk.ledger.record(record)
    (row,) = csv.DictReader(io.StringIO(await desk.reports.as_csv(Range.ALL)))
    assert row == {
        "time_utc": "2026-11-21T08:30:15.123+00:00", "provider": "claude", "model": "'@sum", "outcome": "stopped",
        "input_tokens": "10", "cache_read_tokens": "3", "cache_write_tokens": "2", "output_tokens": "5",
        "reasoning_tokens": "1", "cost_usd": "0.013020", "price_date": "2026-11-09", "is_estimated": "1",
        "time_to_first_token_ms": "310", "duration_ms": "4000", "tokens_per_second": "",
        "conversation": "", "goal": "4", "trace": "trace-1",
    }  # fmt: skip


def test_amounts_are_told_to_the_micro_dollar() -> None:
    assert [usd(one) for one in (0, 1, 13_020, 1_000_000, -5)] == [
        "0.000000", "0.000001", "0.013020", "1.000000", "-0.000005",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spent", "today", "expected"),
    [
        (100, date(2026, 11, 1), None),
        (100, date(2026, 11, 2), 1_500),
        (420_000, date(2026, 3, 12), 1_085_000),
        (29, date(2024, 2, 29), 29),
        (31, date(2026, 12, 31), 31),
    ],
)
def test_the_month_goes_on_as_on_its_days_so_far(spent: int, today: date, expected: int | None) -> None:
    assert forecast(spent, today) == expected


async def test_the_speed_of_a_call_that_ended_well_is_in_the_csv(desk: Desk) -> None:
    usage = Usage(10, 120, time_to_first_token_ms=1_000, duration_ms=3_000)
    await desk.ledger.record(UsageRecord(NOW, "claude", "sonnet", "complete", usage))
    (row,) = csv.DictReader(io.StringIO(await desk.reports.as_csv(Range.ALL)))
    assert row["tokens_per_second"] == "60"
