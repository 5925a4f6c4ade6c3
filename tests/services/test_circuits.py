"""Open circuits outlive their process by no more than their cooldown, and are seen from another one."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from desktop_app.llm.resilience.breaker import Circuit, CircuitState
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.llm.resilience.guards import Guards
from desktop_app.services.circuits import CircuitKeeper
from desktop_app.services.preferences import Preferences
from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository

LABELS = {"claude": "Claude", "ollama": "Ollama"}


@dataclass
class Time:
    """Seconds on the wall and on the monotonic clock; only the first can be set back."""

    wall: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)
    ticks: float = 0.0

    def pass_by(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.ticks += seconds


@dataclass
class Process:
    """What a window or a command knows of circuits."""

    database: Database
    time: Time
    guards: Guards = field(init=False)
    keeper: CircuitKeeper = field(init=False)
    preferences: Preferences = field(init=False)

    def __post_init__(self) -> None:
        self.preferences = Preferences(PreferenceRepository(self.database))
        self.guards = Guards(Reliability(clock=lambda: self.time.ticks))
        self.keeper = CircuitKeeper(self.guards, LABELS, self.preferences, lambda: self.time.wall)

    async def begun(self) -> "Process":
        await self.preferences.load()
        return self

    def fail(self, times: int = 5) -> None:
        breaker = self.guards.guard("claude", "Claude").breaker
        for _ in range(times):
            permit = breaker.enter()
            assert permit is not None
            permit.fail("Claude had an error.")

    def succeed(self) -> None:
        permit = self.guards.guard("claude", "Claude").breaker.enter()
        assert permit is not None
        permit.succeed()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "goalgetter.db")
    yield database
    await database.close()


async def stored(database: Database) -> dict[str, str]:
    return await PreferenceRepository(database).all()


async def test_another_process_sees_why_and_for_how_long(database: Database) -> None:
    time = Time()
    window = await Process(database, time).begun()
    window.fail()
    await window.keeper.close()
    time.pass_by(12)
    kept = (await Process(database, time).begun()).keeper.kept("claude")
    assert kept is not None
    assert kept.circuit == Circuit(CircuitState.OPEN, 5, "Claude had an error.", 18)


async def test_four_failures_are_nobody_elses_business(database: Database) -> None:
    window = await Process(database, Time()).begun()
    window.fail(4)
    await window.keeper.close()
    assert await stored(database) == {}


async def test_a_window_that_begins_anew_takes_it_over_for_the_rest_of_its_cooldown(database: Database) -> None:
    time = Time()
    window = await Process(database, time).begun()
    window.fail()
    time.pass_by(30)
    window.fail(1)  # the one try: twice as long from now on
    await window.keeper.close()
    time.pass_by(20)
    anew = await Process(database, time).begun()
    anew.keeper.take_over()
    assert anew.guards.circuit("claude") == Circuit(CircuitState.OPEN, 6, "Claude had an error.", 40)
    assert anew.guards.circuit("ollama") == Circuit()
    assert anew.guards.guard("claude", "Claude").breaker.enter() is None
    time.pass_by(40)
    anew.fail(1)
    assert anew.guards.circuit("claude").next_try_s == 120
    await anew.keeper.close()


async def test_it_goes_when_the_provider_answers_or_is_to_be_tried(database: Database) -> None:
    time = Time()
    window = await Process(database, time).begun()
    window.fail()
    await window.keeper.close()
    assert len(await stored(database)) == 1
    window.guards.try_now("claude")
    await window.keeper.close()
    assert await stored(database) == {}
    window.fail(1)
    await window.keeper.close()
    assert len(await stored(database)) == 1
    time.pass_by(60)
    window.succeed()
    await window.keeper.close()
    assert await stored(database) == {}


async def test_what_is_over_counts_for_nothing_and_is_forgotten_at_the_next_start(database: Database) -> None:
    time = Time()
    window = await Process(database, time).begun()
    window.fail()
    await window.keeper.close()
    time.pass_by(30)
    anew = await Process(database, time).begun()
    assert anew.keeper.kept("claude") is None
    anew.keeper.take_over()
    await anew.keeper.close()
    assert anew.guards.circuit("claude") == Circuit()
    assert await stored(database) == {}


async def test_a_clock_that_was_set_back_makes_it_last_no_longer(database: Database) -> None:
    time = Time()
    window = await Process(database, time).begun()
    window.fail()
    await window.keeper.close()
    time.wall -= timedelta(hours=1)
    anew = await Process(database, time).begun()
    anew.keeper.take_over()
    await anew.keeper.close()
    assert anew.guards.circuit("claude") == Circuit()


GOOD = {"opened_at": Time().wall.timestamp(), "cooldown_s": 30, "failures": 5, "reason": "x"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{",
        "null",
        "[]",
        '"open"',
        "[" * 100_000,
        json.dumps({**GOOD, "opened_at": None}),
        json.dumps({**GOOD, "opened_at": "soon"}),
        json.dumps({**GOOD, "opened_at": float("nan")}),
        json.dumps({**GOOD, "opened_at": float("-inf")}),
        json.dumps({**GOOD, "cooldown_s": float("nan")}),
        json.dumps({**GOOD, "cooldown_s": -1}),
        json.dumps({**GOOD, "failures": float("inf")}),
        json.dumps({"opened_at": GOOD["opened_at"]}),
    ],
)
async def test_a_value_that_nobody_understands_is_ignored(database: Database, value: str) -> None:
    await PreferenceRepository(database).set("circuit.claude", value)
    process = await Process(database, Time()).begun()
    process.keeper.take_over()
    assert process.guards.circuit("claude") == Circuit()
    await process.keeper.close()
    assert await stored(database) == {}


async def test_a_value_that_claims_an_hour_lasts_for_the_longest_cooldown(database: Database) -> None:
    await PreferenceRepository(database).set("circuit.claude", json.dumps({**GOOD, "cooldown_s": 3600}))
    process = await Process(database, Time()).begun()
    process.keeper.take_over()
    assert process.guards.circuit("claude").next_try_s == 120


async def test_a_profile_that_cannot_be_written_disturbs_no_call(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    window = await Process(database, Time()).begun()
    async with database.writing() as session:
        await session.execute(text("PRAGMA query_only = 1"))
    window.fail()
    await window.keeper.close()
    assert window.guards.circuit("claude").state is CircuitState.OPEN
    assert "a circuit is not kept" in caplog.text
