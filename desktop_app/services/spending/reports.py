"""What was used, for the usage view and the command."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final, TypeAlias

from desktop_app.domain.budgets import Standing
from desktop_app.domain.ids import GoalId
from desktop_app.domain.periods import days_between, local_day, start_of_day
from desktop_app.domain.usage import MICRO_USD_PER_USD, PeriodSum, UsageRecord, UsageSum, sum_of
from desktop_app.domain.usage_report import UsageReport, forecast, report_of, summed
from desktop_app.services.goals import GoalService
from desktop_app.services.spending.ledger import Ledger
from desktop_app.storage.usage import UsageRepository


class Range(StrEnum):
    """How far back is looked."""

    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Overview:
    """The tiles: what was used in this session, today and this month, and what the month will cost, if that is known.

    Sums of the month and of today hold no calls of a later date, those of `standing` do.
    """

    today: date
    standing: Standing
    session: UsageSum
    day: UsageSum
    month: UsageSum
    forecast: int | None


_HEADER: Final = (
    *("time_utc", "provider", "model", "outcome"),
    *("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens"),
    *("cost_usd", "price_date", "is_estimated", "time_to_first_token_ms", "duration_ms", "tokens_per_second"),
    *("conversation", "goal", "trace"),
)


# Days, and what was used on them, each sum with the place of its day.
_OfDays: TypeAlias = tuple[list[date], list[PeriodSum]]


class UsageReports:
    """Adds up for days where the person is; `zone` None is that of this computer."""

    def __init__(
        self,
        usage: UsageRepository,
        ledger: Ledger,
        goals: GoalService,
        now: Callable[[], datetime],
        zone: tzinfo | None = None,
    ) -> None:
        self._usage = usage
        self._ledger = ledger
        self._goals = goals
        self._now = now
        self._zone = zone

    @property
    def today(self) -> date:
        """The date where the person is."""
        return local_day(self._now(), self._zone)

    async def report(self, within: Range) -> UsageReport:
        """What was used. Raises StorageError."""
        return await self._report(within, await self._sums(within))

    async def overview(self) -> Overview:
        """The tiles. Raises StorageError."""
        return await self._overview(await self._sums(Range.MONTH))

    async def look(self, within: Range) -> tuple[UsageReport, Overview]:
        """Both, which for the month are made of the same sums. Raises StorageError."""
        sums = await self._sums(within)
        of_month = sums if within is Range.MONTH else await self._sums(Range.MONTH)
        return await self._report(within, sums), await self._overview(of_month)

    async def _report(self, within: Range, of_days: _OfDays) -> UsageReport:
        days, sums = of_days
        models = sorted({(one.provider, one.model) for one in sums})
        times = await self._usage.first_tokens_ms(models, *self._bounds(within))
        return await asyncio.to_thread(report_of, days, sums, times)

    async def _overview(self, of_month: _OfDays) -> Overview:
        standing = await self._ledger.standing()
        days, sums = of_month
        day = summed(one.total for one in sums if days[one.period] == self.today)
        month = summed(one.total for one in sums)
        pace = forecast(month.cost_micro_usd, self.today)
        return Overview(self.today, standing, self._ledger.session, day, month, pace)

    async def _sums(self, within: Range) -> _OfDays:
        """The days of a range, and what was used on each."""
        first, last = self._first_day(within), self.today
        if first is None:
            reach = await self._usage.reach()
            if reach is None:
                return [], []
            first, newest = (local_day(moment, self._zone) for moment in reach)
            last = max(last, newest)
        days = list(days_between(first, last))
        starts = [start_of_day(day, self._zone) for day in (*days, last + timedelta(days=1))]
        return days, await self._usage.sums(list(pairwise(starts)))

    async def by_goal(self, within: Range) -> dict[str, UsageSum]:
        """What was used for each goal, by its title, and for none. Raises StorageError."""
        since, until = self._bounds(within)
        used = await self._usage.by_goal(since, until)
        titles = await self._goals.titles([GoalId(goal_id) for goal_id in used if goal_id is not None])
        named: dict[str, UsageSum] = {}
        for goal_id, total in used.items():
            known = None if goal_id is None else titles.get(GoalId(goal_id))
            name = "(no goal)" if goal_id is None else f"{known} (goal {goal_id})" if known else f"goal {goal_id}"
            named[name] = total
        return named

    async def as_csv(self, within: Range) -> str:
        """Every call as a line of CSV. Raises StorageError."""
        since, until = self._bounds(within)
        return await asyncio.to_thread(_csv, await self._usage.records(since, until))

    def _first_day(self, within: Range) -> date | None:
        today = self.today
        firsts = {Range.TODAY: today, Range.WEEK: today - timedelta(days=6), Range.MONTH: today.replace(day=1)}
        return firsts.get(within)

    def _bounds(self, within: Range) -> tuple[datetime | None, datetime | None]:
        """The moments between which calls are looked at; what is dated later than today is in the whole only."""
        first = self._first_day(within)
        if first is None:
            return None, None
        return start_of_day(first, self._zone), start_of_day(self.today + timedelta(days=1), self._zone)


def usd(micro_usd: int) -> str:
    """An amount for a table or a program: “0.013020”, exact."""
    whole, rest = divmod(abs(micro_usd), MICRO_USD_PER_USD)
    return f"{'-' if micro_usd < 0 else ''}{whole}.{rest:06d}"


def _csv(records: Iterable[UsageRecord]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for one in records:
        used = one.usage
        writer.writerow(
            (
                one.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                _harmless(one.provider),
                _harmless(one.model),
                one.outcome,
                used.input_tokens,
                used.cache_read_tokens,
                used.cache_write_tokens,
                used.output_tokens,
                used.reasoning_tokens,
                "unknown" if used.cost_micro_usd is None else usd(used.cost_micro_usd),
                one.price_date or "",
                int(used.is_estimated),
                used.time_to_first_token_ms if used.time_to_first_token_ms is not None else "",
                used.duration_ms if used.duration_ms is not None else "",
                speed if (speed := sum_of(one).tokens_per_second) is not None else "",
                one.conversation_id or "",
                one.goal_id or "",
                one.trace_id or "",
            )
        )
    return text.getvalue()


def _harmless(name: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in set("=+-@\t\r") else name
