"""The one place that knows what is spent and what is about to be: leave before a call, a record after it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from desktop_app.domain.budgets import Limits, Reached, Span, Spent, Standing, first_passed
from desktop_app.domain.periods import local_day, start_of_day, start_of_month
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import UsageRecord, UsageSum, sum_of
from desktop_app.endings import to_the_end
from desktop_app.errors import StorageError
from desktop_app.services.spending.refusals import BudgetReachedError
from desktop_app.storage.usage import UsageRepository

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that is to be made. It costs about `expected`, at most `worst`; None where the price is not known.

    `of_reply` is what its reply cost so far. `may_pass` lets it pass limits, as the person wanted this once.
    """

    expected: int | None
    worst: int = 0
    of_reply: int = 0
    has_begun: bool = False
    may_pass: bool = False


@dataclass(eq=False, slots=True)
class Reservation:
    """What a call that is on may still cost; it is given back when the call is recorded."""

    worst: int = 0


@dataclass(slots=True)
class _Session:
    total: UsageSum = field(default_factory=UsageSum)
    reservations: set[Reservation] = field(default_factory=set)
    unwritten: list[UsageRecord] = field(default_factory=list)


class Ledger:
    """Reserves, settles and adds up. Turns of several conversations share one, and cannot overspend together.

    A call is let begin while what is spent, what the calls that are on may cost at most, and what it will cost about,
    stay within every limit. So a limit is passed by what one call wrote beyond the expected, and by no more. Where
    only the calls that are on stand in the way, it waits for them.

    Months and days count from their first moment on without an end: a clock that is set back spends nothing anew.
    A record that cannot be written is kept and counted, and written with the next.
    """

    def __init__(
        self,
        usage: UsageRepository,
        now: Callable[[], datetime],
        limits: Callable[[], Limits] = Limits,
        stand_in: Callable[[Sequence[str]], ModelChoice | None] = lambda _asked: None,
        zone: tzinfo | None = None,
    ) -> None:
        """`stand_in` gives the free model that answers at a limit; `zone` None is that of this computer."""
        self._usage = usage
        self._now = now
        self._limits = limits
        self._zone = zone
        self.stand_in = stand_in
        self._session = _Session()
        self._session_name = now().isoformat()
        self._lock = asyncio.Lock()
        self._news = asyncio.Event()
        self._listeners: list[Callable[[UsageRecord], None]] = []

    @property
    def limits(self) -> Limits:
        """The limits in force."""
        return self._limits()

    @property
    def session(self) -> UsageSum:
        """What was used since the program started."""
        return self._session.total

    @property
    def unwritten(self) -> int:
        """How many records could not be written yet."""
        return len(self._session.unwritten)

    def subscribe(self, listener: Callable[[UsageRecord], None]) -> None:
        """Tell `listener` of every call that was recorded."""
        self._listeners.append(listener)

    async def reserve(self, wanted: Wanted) -> Reservation:
        """Give leave for a call, maybe after a wait. Raises BudgetReachedError, and StorageError."""
        if wanted.expected == 0:
            return Reservation()
        reservation = Reservation(wanted.worst)
        while True:
            async with self._lock:
                self._news.clear()
                if await self._has_room(wanted):
                    self._session.reservations.add(reservation)
                    return reservation
            await self._news.wait()

    def release(self, reservation: Reservation) -> None:
        """The call is over, and what it cost is recorded."""
        self._session.reservations.discard(reservation)
        self._news.set()

    async def record(self, record: UsageRecord, reservation: Reservation | None = None) -> None:
        """Write a call down and give back what was reserved for it. Does not raise: what is unwritten is kept."""
        await to_the_end(self._record(record, reservation))

    async def write_rest(self) -> None:
        """Write what could not be written before, at the end. Raises StorageError."""
        async with self._lock:
            if self._session.unwritten:
                await self._usage.record(*self._session.unwritten)
                self._session.unwritten.clear()

    async def standing(self) -> Standing:
        """What is spent, and the limits. Raises StorageError."""
        return Standing(self._limits(), await self._spent())

    def period(self, span: Span) -> str:
        """The day, month or session that is now, by a name that no other has."""
        today = local_day(self._now(), self._zone)
        names = {Span.DAY: today.isoformat(), Span.MONTH: f"{today:%Y-%m}"}
        return names.get(span, self._session_name)

    def recheck(self) -> None:
        """The limits changed: calls that wait look again."""
        self._news.set()

    async def _has_room(self, wanted: Wanted) -> bool:
        """Whether the call may begin now; False where it has to wait for others. Raises BudgetReachedError."""
        limits = self._limits()
        if not limits.are_set or wanted.may_pass:
            return True
        spent = replace(await self._spent(), reply=wanted.of_reply)
        self._refuse_what_passes(wanted, limits, spent)
        held = sum(one.worst for one in self._session.reservations)
        return first_passed(limits, spent, wanted.expected or 0, held) is None

    async def _record(self, record: UsageRecord, reservation: Reservation | None) -> None:
        async with self._lock:
            self._session.unwritten.append(record)
            self._session.total = self._session.total.plus(sum_of(record))
            try:
                await self._usage.record(*self._session.unwritten)
                self._session.unwritten.clear()
            except StorageError as error:
                _log.warning("%d model calls could not be written down yet: %s", self.unwritten, type(error).__name__)
            if reservation is not None:
                self.release(reservation)
        for listener in tuple(self._listeners):
            listener(record)

    def _refuse_what_passes(self, wanted: Wanted, limits: Limits, spent: Spent) -> None:
        today = local_day(self._now(), self._zone)
        if wanted.expected is None:
            span = next(span for span in Span if limits.of(span) is not None)
            unknown = Reached(span, limits.of(span) or 0, spent.of(span), None)
            raise BudgetReachedError(unknown, today, has_begun=wanted.has_begun)
        reached = first_passed(limits, spent, wanted.expected)
        if reached is not None:
            raise BudgetReachedError(reached, today, has_begun=wanted.has_begun)

    async def _spent(self) -> Spent:
        today = local_day(self._now(), self._zone)
        starts = start_of_day(today, self._zone), start_of_month(today, self._zone)
        day, month = await self._usage.spent_since(*starts)
        for record in self._session.unwritten:
            cost = record.usage.cost_micro_usd or 0
            day += cost if record.at >= starts[0] else 0
            month += cost if record.at >= starts[1] else 0
        return Spent(session=self._session.total.cost_micro_usd, day=day, month=month)
