"""What the money costs: leave and record of one call, and opening the month among a million calls."""

import asyncio
import importlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from build_scripts.benchmarks.measure import Measure
from desktop_app.domain.budgets import Limits
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.services.goals import GoalService
from desktop_app.services.spending import Ledger, Wanted
from desktop_app.services.spending.leases import Lease, Leases
from desktop_app.services.spending.reports import Range, UsageReports
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.reservations import ReservationRepository
from desktop_app.storage.usage import UsageRepository

NOW: Final = datetime(2026, 11, 21, 9, tzinfo=UTC)
_FEW: Final = 10_000
_MANY: Final = 1_000_000
_AIM_MS: Final = 10.0
_MOST_TIMES: Final = 4.0
_TRIES: Final = 7
_CALLS: Final = 50
_LIMITS: Final = Limits(reply=10**9, session=10**9, day=10**9, month=10**12)
# Spread over a year and five models, each call some time of its own.
_ROWS: Final = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)
INSERT INTO usage_records (at, provider, model, outcome, input_tokens, output_tokens, cache_read_tokens,
    cache_write_tokens, reasoning_tokens, cost_micro_usd, time_to_first_token_ms, duration_ms, is_estimated)
SELECT strftime('%Y-%m-%d %H:%M:%S.000000', '2026-11-21 09:00:00', '-' || (i * 31536000 / ?) || ' seconds'),
    CASE i % 5 WHEN 4 THEN 'ollama' WHEN 3 THEN 'openai' ELSE 'claude' END, 'model-' || (i % 5), 'complete',
    1000 + i % 977, 100 + i % 331, 200, 0, 0, 3000 + i % 7919, 300 + i % 1500, 4000, 0 FROM n
"""


def run() -> list[Measure]:
    """All measures; filling the larger profile takes about half a minute before."""
    return asyncio.run(_run())


async def _run() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        few = await _measured(Path(folder) / "few.db", _FEW)
        many = await _measured(Path(folder) / "many.db", _MANY)
    return [
        Measure("CPU of leave and record of a call among 10,000, to 10 ms", few[0] / _AIM_MS, "ms", 1.0, _AIM_MS),
        Measure("CPU of leave and record of a call among 1,000,000, to 10 ms", many[0] / _AIM_MS, "ms", 1.0, _AIM_MS),
        Measure("clock of leave and record among 1,000,000, to 10 ms", many[2] / _AIM_MS, "ms", 1.0, _AIM_MS),
        Measure("CPU of the month among 1,000,000 calls, to 10,000", many[1] / few[1], "ms", _MOST_TIMES, few[1]),
    ]


async def _measured(path: Path, calls: int) -> tuple[float, float, float]:
    """Milliseconds of leave and record (CPU of all threads, median), the month (CPU), leave and record by the clock.

    By the clock the quickest counts: it says what a call takes where nobody else uses the processor meanwhile.
    """
    database = await Database.open(path)
    try:
        await asyncio.to_thread(fill, path, calls)
        usage = UsageRepository(database)
        leases = Leases(ReservationRepository(database), lambda: NOW, Lease())
        ledger = Ledger(usage, lambda: NOW, lambda: _LIMITS, zone=UTC, leases=leases)
        reports = UsageReports(usage, ledger, GoalService(GoalRepository(database), lambda: NOW), lambda: NOW, UTC)

        async def one_call() -> None:
            reservation = await ledger.reserve(Wanted(5_000, 50_000))
            at = NOW + timedelta(seconds=1)
            record = UsageRecord(at, "claude", "model-0", "complete", Usage(1_000, 100, cost_micro_usd=4_500))
            await ledger.record(record, reservation)

        async def month() -> None:
            await reports.look(Range.MONTH)

        await month()
        opened = min(await _times(month, _TRIES, time.process_time))
        calls_by = [await _times(one_call, _CALLS, clock) for clock in (time.process_time, time.perf_counter)]
        return statistics.median(calls_by[0]), opened, min(calls_by[1])
    finally:
        await database.close()


async def _times(work: Callable[[], Awaitable[None]], tries: int, clock: Callable[[], float]) -> list[float]:
    times = []
    for _ in range(tries):
        began = clock()
        await work()
        times.append((clock() - began) * 1000)
    return times


def fill(path: Path, calls: int) -> None:
    """Write so many calls into a database that is there."""
    roll_up = importlib.import_module("desktop_app.storage.migrations.versions.0011_usage_roll_up")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_ROWS, (calls, calls))
        connection.execute(roll_up.FILL)
