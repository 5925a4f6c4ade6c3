"""Usage looked at: by day, by model, by provider, in tiles. Sums over sums; no figure is counted twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from desktop_app.domain.periods import next_month
from desktop_app.domain.usage import PeriodSum, UsageSum

_Key = TypeVar("_Key")
# A forecast from one morning says nothing.
_LEAST_DAYS = 2


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """A model's row: its sums, and times to the first token in milliseconds (of half and of 95 in 100 calls).

    In the row of a whole provider `model` is empty.
    """

    provider: str
    model: str
    total: UsageSum
    first_token_p50_ms: int | None = None
    first_token_p95_ms: int | None = None


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What was used from `first` to `last`, days included; both None where there was nothing at all."""

    first: date | None
    last: date | None
    by_day: Mapping[date, Mapping[str, UsageSum]] = field(default_factory=dict)
    models: Sequence[ModelUsage] = ()
    total: UsageSum = field(default_factory=UsageSum)
    compared: Sequence[ModelUsage] = ()  # the providers, each as one row

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that were used, the one with the most tokens first."""
        sums = grouped((one.provider, one.total) for one in self.models)
        return tuple(sorted(sums, key=lambda name: (-sums[name].tokens, name)))


def report_of(
    days: Sequence[date], sums: Sequence[PeriodSum], first_tokens: Mapping[tuple[str, str], Sequence[int]]
) -> UsageReport:
    """The report over `sums`, whose periods are the `days`; those without a call are in it, with nothing."""
    by_day: dict[date, dict[str, UsageSum]] = {day: {} for day in days}
    for one in sums:
        of_day = by_day[days[one.period]]
        of_day[one.provider] = of_day.get(one.provider, UsageSum()).plus(one.total)
    of_models = grouped(((one.provider, one.model), one.total) for one in sums)
    models = [_row(key, total, first_tokens.get(key, ())) for key, total in of_models.items()]
    compared = [
        _row(
            (provider, ""),
            total,
            sorted(ms for key, times in first_tokens.items() if key[0] == provider for ms in times),
        )
        for provider, total in grouped((row.provider, row.total) for row in models).items()
    ]
    for rows in (models, compared):
        rows.sort(key=lambda row: (-row.total.cost_micro_usd, -row.total.tokens, row.provider, row.model))
    first, last = (days[0], days[-1]) if days else (None, None)
    return UsageReport(first, last, by_day, tuple(models), summed(row.total for row in models), tuple(compared))


def grouped(pairs: Iterable[tuple[_Key, UsageSum]]) -> dict[_Key, UsageSum]:
    """The sums by key."""
    sums: dict[_Key, UsageSum] = {}
    for key, total in pairs:
        sums[key] = sums.get(key, UsageSum()).plus(total)
    return sums


def summed(sums: Iterable[UsageSum]) -> UsageSum:
    """All of them together."""
    total = UsageSum()
    for one in sums:
        total = total.plus(one)
    return total


def percentile(ordered: Sequence[int], share: int) -> int | None:
    """The value that `share` in a hundred do not exceed (nearest rank); None of none."""
    return ordered[max(-(-len(ordered) * share // 100) - 1, 0)] if ordered else None


def forecast(spent_micro_usd: int, today: date) -> int | None:
    """What the month of `today` will cost if it goes on as on its days so far; None while those are too few."""
    if today.day < _LEAST_DAYS:
        return None
    days = (next_month(today) - today.replace(day=1)).days
    return spent_micro_usd * days // today.day


def _row(key: tuple[str, str], total: UsageSum, times: Sequence[int]) -> ModelUsage:
    return ModelUsage(*key, total, percentile(times, 50), percentile(times, 95))
