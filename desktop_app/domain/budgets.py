"""Limits of what may be spent, and whether the next call would pass one. Money is in micro-dollars, whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Span(StrEnum):
    """What a limit is for."""

    REPLY = "reply"
    SESSION = "session"
    DAY = "day"
    MONTH = "month"


class WhenReached(StrEnum):
    """What happens at a limit."""

    ASK = "ask"
    FREE = "free"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Limits:
    """The person's limits; None is no limit, 0 that nothing may be spent. `warn_percent` of one calls for a warning."""

    reply: int | None = None
    session: int | None = None
    day: int | None = None
    month: int | None = None
    warn_percent: int = 80
    when_reached: WhenReached = WhenReached.ASK

    def of(self, span: Span) -> int | None:
        """The limit of a span."""
        limits: dict[Span, int | None] = {
            Span.REPLY: self.reply,
            Span.SESSION: self.session,
            Span.DAY: self.day,
            Span.MONTH: self.month,
        }
        return limits[span]

    @property
    def are_set(self) -> bool:
        """Whether there is any."""
        return any(self.of(span) is not None for span in Span)


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent in each span so far."""

    reply: int = 0
    session: int = 0
    day: int = 0
    month: int = 0

    def of(self, span: Span) -> int:
        """What was spent in a span."""
        spent = {Span.REPLY: self.reply, Span.SESSION: self.session, Span.DAY: self.day, Span.MONTH: self.month}
        return spent[span]


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit that a call would pass: it costs about `expected`, None where its price is not known."""

    span: Span
    limit: int
    spent: int
    expected: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How limits stand now. `unpriced` counts calls of this month whose price is not known; they are in no sum."""

    limits: Limits = field(default_factory=Limits)
    spent: Spent = field(default_factory=Spent)
    unpriced: int = 0

    def warnings(self) -> Iterator[Span]:
        """The spans of which so much is used that the person is to be warned; not replies, which are over then."""
        for span in (Span.SESSION, Span.DAY, Span.MONTH):
            limit = self.limits.of(span)
            if limit and 100 * self.spent.of(span) >= self.limits.warn_percent * limit:
                yield span


def first_passed(limits: Limits, spent: Spent, expected: int, held: int = 0, held_elsewhere: int = 0) -> Reached | None:
    """The limit that a call of about `expected` would pass, the shortest span first; None where it passes none.

    `held` is what other calls that are on may still cost, which are of other replies; `held_elsewhere` is what those of
    other programs may, which are of other sessions too.
    """
    held_in = {Span.REPLY: 0, Span.SESSION: held}
    for span in Span:
        limit = limits.of(span)
        others = held_in.get(span, held + held_elsewhere)
        if limit is not None and expected > 0 and spent.of(span) + others + expected > limit:
            return Reached(span, limit, spent.of(span), expected)
    return None


def raised(limit: int) -> int:
    """What a limit is raised to by one click: twice as much, and a dollar where nothing might be spent."""
    return 2 * limit or 1_000_000
