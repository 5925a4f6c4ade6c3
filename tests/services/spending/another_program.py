"""A program beside the one of a test, on the same profile: it reserves for a call and then waits to be killed."""

import asyncio
import sys
from datetime import UTC
from pathlib import Path

from desktop_app.domain.budgets import Limits
from desktop_app.services.spending import Ledger, Wanted
from desktop_app.services.spending.leases import Lease, Leases
from desktop_app.storage.database import Database
from desktop_app.storage.reservations import ReservationRepository
from desktop_app.storage.usage import UsageRepository
from tests.services.conftest import NOW


async def main(path: Path, limit: int, expected: int, worst: int) -> None:
    """Reserve, say so, and wait."""
    database = await Database.open(path)
    leases = Leases(ReservationRepository(database), lambda: NOW, Lease())
    ledger = Ledger(UsageRepository(database), lambda: NOW, lambda: Limits(month=limit), zone=UTC, leases=leases)
    await ledger.reserve(Wanted(expected, worst))
    sys.stdout.write("reserved\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
