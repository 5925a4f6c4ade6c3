"""Reservations that other programs on this profile see: made, renewed while their calls are on, given back."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop_app.errors import StorageError
from desktop_app.storage.reservations import Claim, ReservationRepository

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """How long a reservation holds unless it is renewed, when that is done, and how soon others are looked at again."""

    lasts: timedelta = timedelta(seconds=60)
    renewed_after_s: float = 20
    looked_after_s: float = 0.5


class Leases:
    """Those of one program. One that is killed renews nothing, and what it held is free when it expires."""

    def __init__(self, repository: ReservationRepository, now: Callable[[], datetime], lease: Lease) -> None:
        self.lease = lease
        self._repository = repository
        self._now = now
        self._owner = uuid.uuid4().hex
        self._ids: set[int] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._renewing: asyncio.Task[None] | None = None

    async def reserve(
        self, worst: int, since: Sequence[datetime], may_begin: Callable[[tuple[int, ...], int], bool]
    ) -> int | None:
        """As `ReservationRepository.reserve`. Raises StorageError, and what `may_begin` raises."""
        claim = Claim(self._owner, worst, self._now(), self.lease.lasts)
        held = await self._repository.reserve(claim, since, may_begin)
        if held is not None:
            self._ids.add(held)
            self._renew_later()
        return held

    def drop(self, held: int) -> None:
        """The call is recorded, or will be: its reservation goes with that."""
        self._ids.discard(held)

    async def release(self, held: int) -> None:
        """The call was not made. Does not raise: what cannot be given back expires."""
        self.drop(held)
        try:
            await self._repository.free([held])
        except StorageError as error:
            _log.warning("a reservation is left to expire: %s", type(error).__name__)

    async def close(self) -> None:
        """Renew nothing any more."""
        self._ids.clear()
        if self._renewing is not None:
            await asyncio.wait([self._renewing])
        if self._timer is not None:
            self._timer.cancel()

    def _renew_later(self) -> None:
        if self._ids and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self.lease.renewed_after_s, self._begin_renewing)

    def _begin_renewing(self) -> None:
        self._renewing = asyncio.get_running_loop().create_task(self._renew(), name="renew reservations")

    async def _renew(self) -> None:
        try:
            if self._ids:
                await self._repository.renew(sorted(self._ids), self._now() + self.lease.lasts)
        except StorageError as error:
            _log.warning("reservations could not be renewed: %s", type(error).__name__)
        finally:
            self._timer = self._renewing = None
        self._renew_later()
