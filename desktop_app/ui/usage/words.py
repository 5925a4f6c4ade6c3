"""What the usage view says; no Qt in it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from desktop_app.domain.money import dollars, sum_words
from desktop_app.domain.usage import UsageSum
from desktop_app.services.spending.estimates import token_words

_THOUSANDTHS = 3


class Measure(StrEnum):
    """What the bars show."""

    COST = "Cost"
    TOKENS = "Tokens"
    REQUESTS = "Requests"

    def of(self, total: UsageSum) -> int:
        """The value of a sum; money in micro-dollars."""
        return {
            Measure.COST: total.cost_micro_usd,
            Measure.TOKENS: total.tokens,
            Measure.REQUESTS: total.requests,
        }[self]

    def words(self, value: int) -> str:
        """A value on the axis."""
        if self is Measure.COST:
            return dollars(value) if value >= 10_000 or not value else dollars(value, _THOUSANDTHS)
        return token_words(value).replace(".0", "")


def day_words(day: date) -> str:
    """For example “Thu 5 March”."""
    return f"{day:%a} {day.day} {day:%B}"


def span_words(first: date | None, last: date | None) -> str:
    """For example “1–12 March 2026”."""
    if first is None or last is None:
        return "Nothing yet"
    if first == last:
        return f"{last.day} {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} – {last.day} {last:%B %Y}"


def counted(total: UsageSum) -> str:
    """For example “4 requests, 6.1k tokens”."""
    requests = "1 request" if total.requests == 1 else f"{total.requests:,} requests"
    return f"{requests}, {token_words(total.tokens)} tokens"


def cost_words(total: UsageSum) -> str:
    """What calls cost, in a table: “$0.334”, “Free”, “unknown”, “–” where there were none."""
    if not total.requests:
        return "–"
    if not total.cost_micro_usd and not total.unpriced:
        return "Free"
    return sum_words(total.cost_micro_usd, total.unpriced, _THOUSANDTHS)


def failed_words(total: UsageSum) -> str:
    """How many calls failed, and of a hundred how many: “3 (8 %)”, “0”."""
    if not total.errors:
        return "0"
    percent = "<1" if total.failed_per_thousand < 10 else round(total.failed_per_thousand / 10)
    return f"{total.errors:,} ({percent} %)"


def unpriced_words(calls: int, when: str = "") -> str:
    """That calls have no price: “2 calls have no known price and are in no sum”."""
    has, is_ = ("1 call has", "is") if calls == 1 else (f"{calls:,} calls have", "are")
    return f"{has} no known price{when and ' '}{when} and {is_} in no sum"


def unwritten_words(calls: int) -> str:
    """That calls are not on the disk: “2 calls are counted, but could not be written to the disk yet”."""
    counted_ = "1 call is counted" if calls == 1 else f"{calls:,} calls are counted"
    return f"{counted_}, but could not be written to the disk yet"


def spoken_days(by_day: Mapping[date, Mapping[str, UsageSum]], labels: Mapping[str, str]) -> str:
    """The chart as sentences, one a day, for whoever does not see it; days without a call are left out."""
    lines = []
    for day, sums in by_day.items():
        if not sums:
            continue
        parts = (f"{labels.get(name, name)} {counted(total)}, {cost_words(total)}" for name, total in sums.items())
        lines.append(f"{day_words(day)}: {'; '.join(parts)}.")
    return "\n".join(lines) or "Nothing was used in this time."
