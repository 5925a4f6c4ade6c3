"""The one place that knows what is spent and what is about to be: leave before a call, a record after it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from desktop_app.domain.budgets import Limits, Reached, Span, Spent, Standing, first_passed
from desktop_app.domain.periods import local_day, start_of_day, start_of_month
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import UsageRecord, UsageSum, sum_of
from desktop_app.endings import to_the_end
from desktop_app.errors import StorageError
from desktop_app.services.spending.leases import Leases
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
    """What a call that is on may still cost; it is given back when the call is recorded.

    `id` names it among those that other programs see, None where they need not or cannot.
    """

    worst: int = 0
    id: int | None = None
    waits_for_others: bool = False


@dataclass(slots=True)
class _Session:
    total: UsageSum = field(default_factory=UsageSum)
    reservations: set[Reservation] = field(default_factory=set)
    unwritten: list[UsageRecord] = field(default_factory=list)
    freed: list[int] = field(default_factory=list)


class Ledger:
    """Reserves, settles and adds up. Turns of several conversations share one, and cannot overspend together.

    A call is let begin while what is spent, what the calls that are on may cost at most, and what it will cost about,
    stay within every limit. So a limit is passed by what one call wrote beyond the expected, and by no more. Where
    only the calls that are on stand in the way, it waits for them.

    Months and days count from their first moment on without an end: a clock that is set back spends nothing anew.
    A record that cannot be written is kept and counted, and written with the next.

    With `leases` the programs on one profile (the window, a command beside it) do not overspend together either: each
    sees what the others reserved.
    """

    def __init__(
        self,
        usage: UsageRepository,
        now: Callable[[], datetime],
        limits: Callable[[], Limits] = Limits,
        stand_in: Callable[[Sequence[str]], ModelChoice | None] = lambda _asked: None,
        zone: tzinfo | None = None,
        leases: Leases | None = None,
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
        self._leases = leases

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
                if await self._begins(wanted, reservation):
                    self._session.reservations.add(reservation)
                    return reservation
            # Nobody tells what another program gives back.
            look_again_s = self._leases.lease.looked_after_s if self._leases and reservation.waits_for_others else None
            with suppress(TimeoutError):
                async with asyncio.timeout(look_again_s):
                    await self._news.wait()

    async def release(self, reservation: Reservation) -> None:
        """The call was not made, and costs nothing. Does not raise: what cannot be given back expires."""
        self._let_go(reservation)
        if reservation.id is not None and self._leases is not None:
            await self._leases.release(reservation.id)

    async def record(self, record: UsageRecord, reservation: Reservation | None = None) -> None:
        """Write a call down and give back what was reserved for it. Does not raise: what is unwritten is kept."""
        await to_the_end(self._record(record, reservation))

    async def close(self) -> None:
        """Write what could not be written before, at the end. Raises StorageError."""
        if self._leases is not None:
            await self._leases.close()
        async with self._lock:
            if self._session.unwritten:
                await self._write()

    async def standing(self) -> Standing:
        """What is spent, and the limits. Raises StorageError."""
        starts = self._starts()
        spent = self._spent(*await self._usage.spent_since(*starts))
        unpriced = await self._usage.unpriced_since(starts[1])
        unpriced += sum(one.usage.cost_micro_usd is None and one.at >= starts[1] for one in self._session.unwritten)
        return Standing(self._limits(), spent, unpriced)

    def period(self, span: Span) -> str:
        """The day, month or session that is now, by a name that no other has."""
        today = local_day(self._now(), self._zone)
        names = {Span.DAY: today.isoformat(), Span.MONTH: f"{today:%Y-%m}"}
        return names.get(span, self._session_name)

    def recheck(self) -> None:
        """The limits changed: calls that wait look again."""
        self._news.set()

    async def _begins(self, wanted: Wanted, reservation: Reservation) -> bool:
        """Whether the call may begin now; False where it has to wait for others. Raises BudgetReachedError."""
        limits = self._limits()
        if not limits.are_set:
            return True

        def may_begin(spent_since: tuple[int, ...], held_elsewhere: int) -> bool:
            spent = replace(self._spent(*spent_since), reply=wanted.of_reply)
            if wanted.may_pass:
                return True
            self._refuse_what_passes(wanted, limits, spent)
            expected, held = wanted.expected or 0, sum(one.worst for one in self._session.reservations)
            has_room_here = first_passed(limits, spent, expected, held) is None
            has_room = first_passed(limits, spent, expected, held, held_elsewhere) is None
            reservation.waits_for_others = has_room_here and not has_room
            return has_room

        if self._leases is not None:
            try:
                reservation.id = await self._leases.reserve(reservation.worst, self._starts(), may_begin)
            except StorageError as error:
                # A disk that is full keeps nobody from what is theirs; the limits hold within this program.
                _log.warning("a reservation could not be written: %s", type(error).__name__)
            else:
                return reservation.id is not None
        return may_begin(await self._usage.spent_since(*self._starts()), 0)

    async def _record(self, record: UsageRecord, reservation: Reservation | None) -> None:
        async with self._lock:
            self._session.unwritten.append(record)
            self._session.total = self._session.total.plus(sum_of(record))
            if reservation is not None and reservation.id is not None:
                self._session.freed.append(reservation.id)
            try:
                await self._write()
            except StorageError as error:
                _log.warning("%d model calls could not be written down yet: %s", self.unwritten, type(error).__name__)
            if reservation is not None:
                self._let_go(reservation)
        for listener in tuple(self._listeners):
            listener(record)

    async def _write(self) -> None:
        await self._usage.record(*self._session.unwritten, freed=self._session.freed)
        self._session.unwritten.clear()
        self._session.freed.clear()

    def _let_go(self, reservation: Reservation) -> None:
        self._session.reservations.discard(reservation)
        if reservation.id is not None and self._leases is not None:
            self._leases.drop(reservation.id)
        self._news.set()

    def _refuse_what_passes(self, wanted: Wanted, limits: Limits, spent: Spent) -> None:
        today = local_day(self._now(), self._zone)
        if wanted.expected is None:
            span = next(span for span in Span if limits.of(span) is not None)
            unknown = Reached(span, limits.of(span) or 0, spent.of(span), None)
            raise BudgetReachedError(unknown, today, has_begun=wanted.has_begun)
        reached = first_passed(limits, spent, wanted.expected)
        if reached is not None:
            raise BudgetReachedError(reached, today, has_begun=wanted.has_begun)

    def _starts(self) -> tuple[datetime, datetime]:
        """The beginnings of today and of this month."""
        today = local_day(self._now(), self._zone)
        return start_of_day(today, self._zone), start_of_month(today, self._zone)

    def _spent(self, day: int, month: int) -> Spent:
        """What is spent, with what could not be written yet."""
        starts = self._starts()
        for record in self._session.unwritten:
            cost = record.usage.cost_micro_usd or 0
            day += cost if record.at >= starts[0] else 0
            month += cost if record.at >= starts[1] else 0
        return Spent(session=self._session.total.cost_micro_usd, day=day, month=month)
