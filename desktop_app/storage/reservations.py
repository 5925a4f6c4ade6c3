"""What calls that are on may still cost, kept where every program on this profile sees it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, or_, select, update

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
        row = ReservationRow
        is_over = or_(row.expires_at <= claim.at, row.expires_at > claim.at + claim.lease)
        worst = func.coalesce(func.sum(row.worst_micro_usd).filter(row.owner != claim.owner, ~is_over), 0)
        async with self._database.writing() as session:
            spent = await spent_in(session, since)
            held, over = (await session.execute(select(worst, func.count().filter(is_over)).select_from(row))).one()
            if not may_begin(spent, held):
                return None
            if over:
                await session.execute(delete(row).where(is_over))
            values = {"owner": claim.owner, "worst_micro_usd": claim.worst, "expires_at": claim.at + claim.lease}
            return await session.scalar(insert(row).values(**values).returning(row.id))

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
