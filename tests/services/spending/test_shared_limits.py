"""Several programs on one profile, the window and a command beside it, do not overspend together."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from desktop_app.domain.budgets import Limits, Span, Spent, first_passed
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.services.spending import BudgetReachedError, Ledger, Wanted
from desktop_app.services.spending.leases import Lease, Leases
from desktop_app.storage.database import Database
from desktop_app.storage.reservations import Claim, ReservationRepository
from desktop_app.storage.usage import UsageRepository
from tests.services.conftest import NOW

ROOT = Path(__file__).resolve().parent.parent.parent.parent
QUICK = Lease(looked_after_s=0.01)


@dataclass
class Programs:
    """Programs on one profile, each with a database and a ledger of its own; they have one clock."""

    path: Path
    limits: Limits = field(default_factory=lambda: Limits(month=100))
    now: datetime = NOW
    databases: list[Database] = field(default_factory=list)
    ledgers: list[Ledger] = field(default_factory=list)

    async def start(self, lease: Lease = QUICK) -> Ledger:
        database = await Database.open(self.path)
        leases = Leases(ReservationRepository(database), lambda: self.now, lease)
        ledger = Ledger(UsageRepository(database), lambda: self.now, lambda: self.limits, zone=UTC, leases=leases)
        self.databases.append(database)
        self.ledgers.append(ledger)
        return ledger

    async def held(self) -> list[tuple[int, str]]:
        """What is reserved, and until when."""
        async with self.databases[0].reading() as session:
            rows = await session.execute(
                text("SELECT worst_micro_usd, expires_at FROM budget_reservations ORDER BY id")
            )
            return [(worst, until) for worst, until in rows]

    async def fail_to_write(self, *, fails: bool) -> None:
        """Let nothing be written by the first program, as in a folder that is read-only; or let it again."""
        async with self.databases[0].reading() as session:
            await (await session.connection()).exec_driver_sql(f"PRAGMA query_only = {int(fails)}")

    async def close(self) -> None:
        for ledger in self.ledgers:
            await ledger.close()
        for database in self.databases:
            await database.close()


@pytest.fixture
async def programs(tmp_path: Path) -> AsyncIterator[Programs]:
    it = Programs(tmp_path / "goalgetter.db")
    yield it
    await it.close()


def call(cost: int, at: datetime = NOW) -> UsageRecord:
    return UsageRecord(at, "claude", "sonnet", "complete", Usage(10, 5, cost_micro_usd=cost))


async def begun(task: asyncio.Task[object]) -> bool:
    """Whether it is done after some looks at what others hold."""
    await asyncio.wait([task], timeout=0.2)
    return task.done()


async def test_a_command_waits_while_a_reply_in_the_window_may_still_take_all(programs: Programs) -> None:
    window, command = await programs.start(), await programs.start()
    first = await window.reserve(Wanted(10, 95))
    second = asyncio.create_task(command.reserve(Wanted(10, 95)))
    assert not await begun(second)
    await window.record(call(50), first)
    async with asyncio.timeout(30):
        reservation = await second
    await command.record(call(12), reservation)
    assert (await window.standing()).spent.month == 62
    assert (await window.standing()).spent.session == 50, "a session is one program's"
    assert await programs.held() == []


async def test_what_the_other_program_spent_refuses_at_once(programs: Programs) -> None:
    window, command = await programs.start(), await programs.start()
    await window.record(call(95), await window.reserve(Wanted(10, 95)))
    with pytest.raises(BudgetReachedError):
        await command.reserve(Wanted(10, 10))
    assert await programs.held() == [], "what is refused holds nothing"


async def test_a_call_that_was_not_made_gives_back_what_it_held(programs: Programs) -> None:
    window, command = await programs.start(), await programs.start()
    reservation = await window.reserve(Wanted(10, 95))
    assert [worst for worst, _ in await programs.held()] == [95]
    await window.release(reservation)
    assert await programs.held() == []
    await command.reserve(Wanted(10, 95))


async def test_limits_of_a_session_and_a_reply_are_a_programs_own(programs: Programs) -> None:
    programs.limits = Limits(reply=100, session=100)
    window, command = await programs.start(), await programs.start()
    await window.reserve(Wanted(10, 95))
    await command.reserve(Wanted(10, 95))
    assert first_passed(Limits(day=100), Spent(), 10, 0, 91) is not None
    assert first_passed(Limits(session=100, reply=100), Spent(), 10, 0, 91) is None
    reached = first_passed(Limits(session=100, reply=10), Spent(), 10, 91)
    assert reached is not None
    assert reached.span is Span.SESSION


async def test_what_a_killed_program_held_is_free_when_it_expires(programs: Programs) -> None:
    await programs.start()
    arguments = ("-m", "tests.services.spending.another_program", str(programs.path), "100", "10", "95")
    other = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    async with asyncio.timeout(60):
        assert await other.stdout.readline() == b"reserved\n"
    other.kill()
    await other.wait()
    waiting = asyncio.create_task(programs.ledgers[0].reserve(Wanted(10, 95)))
    assert not await begun(waiting)
    programs.now = NOW + timedelta(seconds=61)
    async with asyncio.timeout(30):
        await waiting
    assert len(await programs.held()) == 1, "what expired is tidied away"


async def test_a_long_reply_keeps_what_it_holds(programs: Programs) -> None:
    window = await programs.start(Lease(renewed_after_s=0.01))
    command = await programs.start()
    first = await window.reserve(Wanted(10, 95))
    ((_, before),) = await programs.held()
    for seconds in (40, 80, 120):
        programs.now = NOW + timedelta(seconds=seconds)
        async with asyncio.timeout(30):
            while not (await programs.held())[0][1] > before:  # noqa: ASYNC110 - a table tells nobody
                await asyncio.sleep(0.005)
        ((_, before),) = await programs.held()
    waiting = asyncio.create_task(command.reserve(Wanted(10, 95)))
    assert not await begun(waiting)
    await window.record(call(1), first)
    async with asyncio.timeout(30):
        await waiting


async def test_a_clock_that_is_set_back_does_not_make_a_reservation_last_for_ever(programs: Programs) -> None:
    window, command = await programs.start(), await programs.start()
    programs.now = NOW + timedelta(days=30)
    await window.reserve(Wanted(10, 95))
    programs.now = NOW
    await command.reserve(Wanted(10, 95))


async def test_where_a_reservation_cannot_be_written_the_limits_hold_within_the_program(programs: Programs) -> None:
    window = await programs.start()
    await programs.fail_to_write(fails=True)
    first = await window.reserve(Wanted(10, 95))
    assert first.id is None
    second = asyncio.create_task(window.reserve(Wanted(10, 95)))
    assert not await begun(second)
    await window.release(first)
    async with asyncio.timeout(30):
        await second
    with pytest.raises(BudgetReachedError):
        await window.reserve(Wanted(101, 101))


async def test_what_cannot_be_given_back_or_renewed_is_left_to_expire(programs: Programs) -> None:
    window = await programs.start(Lease(renewed_after_s=0.01))
    first = await window.reserve(Wanted(10, 95))
    await programs.fail_to_write(fails=True)
    await asyncio.sleep(0.05)
    await window.release(first)
    await programs.fail_to_write(fails=False)
    assert [worst for worst, _ in await programs.held()] == [95]
    programs.now = NOW + timedelta(seconds=61)
    await (await programs.start()).reserve(Wanted(10, 95))


async def test_a_reservation_is_given_back_with_a_record_that_is_written_late(programs: Programs) -> None:
    window = await programs.start()
    first = await window.reserve(Wanted(10, 95))
    await programs.fail_to_write(fails=True)
    await window.record(call(20), first)
    assert window.unwritten == 1
    assert [worst for worst, _ in await programs.held()] == [95], "for other programs it is still on"
    await programs.fail_to_write(fails=False)
    await window.close()
    assert (window.unwritten, await programs.held()) == (0, [])


async def test_what_may_pass_the_limits_is_seen_by_others_all_the_same(programs: Programs) -> None:
    window, command = await programs.start(), await programs.start()
    await window.reserve(Wanted(500, 500, may_pass=True))
    waiting = asyncio.create_task(command.reserve(Wanted(10, 10)))
    assert not await begun(waiting)
    waiting.cancel()
    await asyncio.wait([waiting])


async def test_a_claim_is_one_of_two_that_ask_at_once(programs: Programs) -> None:
    await programs.start()
    await programs.start()
    repositories = [ReservationRepository(database) for database in programs.databases]

    async def ask(number: int) -> int | None:
        claim = Claim(str(number), 100, NOW, QUICK.lasts)
        return await repositories[number % 2].reserve(claim, (NOW,), lambda _spent, elsewhere: elsewhere == 0)

    given = await asyncio.gather(*(ask(number) for number in range(10)))
    assert len([one for one in given if one is not None]) == 1


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    limit=st.integers(0, 2_000),
    calls=st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 400), st.integers(0, 600), st.integers(0, 600)), max_size=8
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_no_course_of_replies_in_several_programs_passes_a_limit_by_more_than_one_wrote_unforeseen(
    limit: int, calls: list[tuple[int, int, int, int]], seed: int
) -> None:
    """As for one program; each call is made by one of three."""
    chance = random.Random(seed)  # noqa: S311 - of a test
    spent: list[int] = []
    unforeseen = [0]

    async def one(ledger: Ledger, expected: int, more: int, really: int) -> None:
        try:
            reservation = await ledger.reserve(Wanted(expected, expected + more))
        except BudgetReachedError:
            return
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        cost = min(really, expected + more)
        if chance.random() < 0.2:  # it was not made after all
            await ledger.release(reservation)
            return
        unforeseen.append(cost - expected)
        spent.append(cost)
        await ledger.record(call(cost), reservation)

    async def all_of_them(path: Path) -> None:
        programs = Programs(path, Limits(month=limit))
        for _ in range(3):
            await programs.start(Lease(looked_after_s=0.002))
        async with asyncio.timeout(60):
            await asyncio.gather(*(one(programs.ledgers[who], *rest) for who, *rest in calls))
        assert await programs.held() == []
        assert (await programs.ledgers[0].standing()).spent.month == sum(spent)
        await programs.close()

    with TemporaryDirectory() as folder:
        asyncio.run(all_of_them(Path(folder) / "goalgetter.db"))
    assert sum(spent) <= limit + max(unforeseen)
