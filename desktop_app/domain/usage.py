"""What model calls used: tokens, time and money."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from desktop_app.domain.ids import ConversationId, GoalId, MessageId

MICRO_USD_PER_USD = 1_000_000
COMPLETE: Final = "complete"
STOPPED: Final = "stopped"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call, or of a turn as the sum of its calls.

    `input_tokens` includes the cached ones, `output_tokens` the reasoning. `cost_micro_usd` is in millionths of a US
    dollar, None where the price is not known. Times are in milliseconds, None where nothing was measured.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    cost_micro_usd: int | None = None
    time_to_first_token_ms: int | None = None
    duration_ms: int | None = None
    is_estimated: bool = False

    def plus(self, other: "Usage") -> "Usage":
        """The sum of two calls that follow each other; the first piece is that of the earlier one.

        An unknown price makes the sum unknown, never cheaper than it was.
        """
        known = self.cost_micro_usd is not None and other.cost_micro_usd is not None
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            cost_micro_usd=(self.cost_micro_usd or 0) + (other.cost_micro_usd or 0) if known else None,
            time_to_first_token_ms=_first(self.time_to_first_token_ms, other.time_to_first_token_ms),
            duration_ms=_added(self.duration_ms, other.duration_ms),
            is_estimated=self.is_estimated or other.is_estimated,
        )


@dataclass(frozen=True, slots=True)
class UsageRecord:
    """One model call as it is kept. `outcome` is "complete", "stopped" or the kind of error; `at` is aware, in UTC.

    `price_date` is the day of the prices that its cost was counted with, None where there were none.
    """

    at: datetime
    provider: str
    model: str
    outcome: str
    usage: Usage
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None
    goal_id: GoalId | None = None
    trace_id: str | None = None
    price_date: date | None = None


@dataclass(frozen=True, slots=True)
class UsageSum:
    """What several calls used. `cost_micro_usd` is that of the calls with a price, `unpriced` counts those without.

    `timed_output_tokens` came in `timed_ms` after their first, in calls that ended well.
    """

    requests: int = 0
    errors: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    reasoning_tokens: int = 0
    cost_micro_usd: int = 0
    unpriced: int = 0
    estimated: int = 0
    timed_output_tokens: int = 0
    timed_ms: int = 0

    def plus(self, other: "UsageSum") -> "UsageSum":
        """Both together."""
        return UsageSum(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def tokens(self) -> int:
        """Input and output."""
        return self.input_tokens + self.output_tokens

    @property
    def is_whole(self) -> bool:
        """Whether the cost is that of all calls."""
        return self.unpriced == 0

    @property
    def failed_per_thousand(self) -> int:
        """How many of a thousand calls failed, rounded."""
        return round(1000 * self.errors / self.requests) if self.requests else 0

    @property
    def tokens_per_second(self) -> int | None:
        """How quickly replies came after their first token, rounded; None where nothing was measured."""
        return round(1000 * self.timed_output_tokens / self.timed_ms) if self.timed_ms else None


@dataclass(frozen=True, slots=True)
class PeriodSum:
    """What one model was used for in a period, which is named by its place among those that were asked for."""

    period: int
    provider: str
    model: str
    total: UsageSum


def sum_of(record: UsageRecord) -> UsageSum:
    """One call as a sum."""
    usage = record.usage
    timed_ms = (usage.duration_ms or 0) - (usage.time_to_first_token_ms or 0)
    is_timed = record.outcome == COMPLETE and timed_ms > 0
    return UsageSum(
        requests=1,
        errors=int(record.outcome not in {COMPLETE, STOPPED}),
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        cost_micro_usd=usage.cost_micro_usd or 0,
        unpriced=int(usage.cost_micro_usd is None),
        estimated=int(usage.is_estimated),
        timed_output_tokens=usage.output_tokens if is_timed else 0,
        timed_ms=timed_ms if is_timed else 0,
    )


def quarter_of(at: datetime) -> datetime:
    """The beginning of the quarter of an hour that `at` (UTC) is in; days of all time zones are made of them."""
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def _first(one: int | None, two: int | None) -> int | None:
    return two if one is None else one


def _added(one: int | None, two: int | None) -> int | None:
    return _first(one, two) if one is None or two is None else one + two
