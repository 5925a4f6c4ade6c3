"""What calls that are on may still cost, kept where every program on this profile sees it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.database import Database
from desktop_app.storage.models import ReservationRow
from desktop_app.storage.usage import spent_in


@dataclass(frozen=True, slots=True)
class Claim:
    """Of whom, how much at most in micro-dollars, from when and for how long unless it is renewed."""

    owner: str
    worst: int
    at: datetime
    lease: timedelta


class ReservationRepository:
    """Keeps reservations until they are given back or expire. Any call may raise StorageError.

    One that lasts longer than a lease was made before the clock was set back, and counts no more either.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def reserve(
        self, claim: Claim, since: Sequence[datetime], may_begin: Callable[[tuple[int, ...], int], bool]
    ) -> int | None:
        """Reserve if `may_begin`, told what is spent since each moment and what others hold; None where it may not.

        Nobody else spends or reserves meanwhile. What `may_begin` raises goes through, and nothing is reserved.
        """
        until = claim.at + claim.lease
        async with self._database.writing() as session:
            connection = await session.connection()
            spent = await spent_in(connection, since)
            moments = {"now": claim.at, "until": until}
            held, over = (await connection.execute(_HELD, {**moments, "of": claim.owner})).one()
            if not may_begin(spent, held):
                return None
            if over:
                await connection.execute(delete(ReservationRow).where(_IS_OVER), moments)
            values = {"owner": claim.owner, "worst_micro_usd": claim.worst, "expires_at": until}
            return (await connection.execute(_RESERVE, values)).scalar_one()

    @never_left_in_the_middle
    async def renew(self, ids: Sequence[int], until: datetime) -> None:
        """Let reservations hold on: their calls are still on."""
        async with self._database.writing() as session:
            await session.execute(update(ReservationRow).where(ReservationRow.id.in_(ids)).values(expires_at=until))

    @never_left_in_the_middle
    async def free(self, ids: Sequence[int]) -> None:
        """Give reservations back whose calls were not made."""
        async with self._database.writing() as session:
            await session.execute(delete(ReservationRow).where(ReservationRow.id.in_(ids)))


_UNTIL: Final = ReservationRow.expires_at
_MOMENT: Final = _UNTIL.type
_IS_OVER: Final = or_(bindparam("now", type_=_MOMENT) >= _UNTIL, bindparam("until", type_=_MOMENT) < _UNTIL)
_OF_OTHERS: Final = func.sum(ReservationRow.worst_micro_usd).filter(ReservationRow.owner != bindparam("of"), ~_IS_OVER)
_HELD: Final = select(func.coalesce(_OF_OTHERS, 0), func.count().filter(_IS_OVER)).select_from(ReservationRow)
_RESERVE: Final = insert(ReservationRow).returning(ReservationRow.id)
