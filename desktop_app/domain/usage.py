"""What model calls used: tokens, time and money."""

from dataclasses import dataclass
from datetime import datetime

from desktop_app.domain.ids import ConversationId, MessageId

MICRO_USD_PER_USD = 1_000_000


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
    """One model call as it is kept. `outcome` is "complete", "stopped" or the kind of error; `at` is aware, in UTC."""

    at: datetime
    provider: str
    model: str
    outcome: str
    usage: Usage
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None


def _first(one: int | None, two: int | None) -> int | None:
    return two if one is None else one


def _added(one: int | None, two: int | None) -> int | None:
    return _first(one, two) if one is None or two is None else one + two
