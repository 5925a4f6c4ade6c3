"""What is set of failures reaches those that act on it, also while the program runs."""

from datetime import date
from pathlib import Path

import pytest

from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.llm.reliability import deadlines_of, reliability_of
from desktop_app.llm.resilience.backoff import BackoffPolicy
from desktop_app.llm.resilience.breaker import BreakerPolicy, CircuitState
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.paths import Paths
from desktop_app.settings import ReliabilitySettings, Settings, read_sources


def settings(tmp_path: Path, **variables: str) -> Settings:
    return read_sources((), variables, tmp_path).settings()


def test_the_defaults_are_those_of_the_parts() -> None:
    means = Reliability()
    assert reliability_of(Settings(), means) == means
    assert deadlines_of(Settings()) == Deadlines()


def test_what_the_environment_sets_is_in_force(tmp_path: Path) -> None:
    chosen = settings(
        tmp_path,
        GOALGETTER_TRIES="5",
        GOALGETTER_FIRST_WAIT_SECONDS="2",
        GOALGETTER_LONGEST_WAIT_SECONDS="20",
        GOALGETTER_FAILURES_TO_PAUSE="3",
        GOALGETTER_PAUSE_SECONDS="10",
        GOALGETTER_FIRST_PIECE_SECONDS="7",
        GOALGETTER_FALLBACK_ORDER="builtin, compatible:workshop, anthropic",
    )
    assert chosen.problems == ()
    known = reliability_of(chosen, Reliability())
    assert known.backoff == BackoffPolicy(5, 2, 20)
    assert known.breaker == BreakerPolicy(3, 10, 120)
    assert deadlines_of(chosen).first_piece_s == 7
    assert chosen.reliability.fallback_order == ("builtin", "compatible:workshop", "claude")


def test_nobody_may_step_in_and_a_wrong_name_is_a_problem(tmp_path: Path) -> None:
    assert settings(tmp_path, GOALGETTER_FALLBACK_ORDER="none").reliability.fallback_order == ()
    wrong = settings(tmp_path, GOALGETTER_FALLBACK_ORDER="ollama, mars")
    assert wrong.reliability.fallback_order == ("ollama", "builtin")
    assert "GOALGETTER_FALLBACK_ORDER" in wrong.problems[0]


def test_a_model_that_loads_or_thinks_has_more_time() -> None:
    waits = Deadlines(first_piece_s=60, loading_s=300, between_pieces_s=120, reasoning_s=200)
    assert waits.while_loading().first_piece_s == 300
    thinking = waits.while_reasoning()
    assert (thinking.first_piece_s, thinking.between_pieces_s) == (200, 200)
    assert waits.longest_s == 300


@pytest.mark.parametrize("name", ["claude", "ollama"])
async def test_a_change_reaches_what_is_known_of_a_provider(tmp_path: Path, name: str) -> None:
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    factory = LLMServiceFactory(Settings(), paths, lambda: date(2026, 11, 21))
    guard = factory.guards.guard(name, "Claude")
    factory.use(Settings(reliability=ReliabilitySettings(failures_to_pause=1, pause_s=9)))
    permit = guard.breaker.enter()
    assert permit is not None
    permit.fail("had an error")
    assert guard.breaker.circuit.state is CircuitState.OPEN
    assert guard.breaker.circuit.next_try_s <= 9
    await factory.aclose()
