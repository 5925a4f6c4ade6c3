"""The breaker against a model of it: whatever is done in whatever order, both agree."""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, consumes, invariant, multiple, rule

from desktop_app.llm.resilience.breaker import BreakerPolicy, Circuit, CircuitBreaker, CircuitState, Permit


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Fixture:
    clock: Clock = field(default_factory=Clock)
    told: list[Circuit] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breaker = CircuitBreaker(BreakerPolicy(), self.clock, self.told.append)

    def fail(self, times: int = 1) -> None:
        for _ in range(times):
            permit = self.breaker.enter()
            assert permit is not None
            permit.fail("had an error")


def test_five_failures_in_a_row_open_it_and_the_reason_is_known() -> None:
    it = Fixture()
    it.fail(4)
    assert it.breaker.circuit.state is CircuitState.CLOSED
    it.fail()
    assert it.breaker.circuit == Circuit(CircuitState.OPEN, 5, "had an error", 30)
    assert it.breaker.enter() is None
    assert it.told == [Circuit(CircuitState.OPEN, 5, "had an error", 30)]


def test_a_success_between_them_begins_the_count_anew() -> None:
    it = Fixture()
    it.fail(4)
    permit = it.breaker.enter()
    assert permit is not None
    permit.succeed()
    it.fail(4)
    assert it.breaker.circuit.state is CircuitState.CLOSED


def test_after_the_cooldown_one_call_tries_and_closes_it() -> None:
    it = Fixture()
    it.fail(5)
    it.clock.now += 30
    assert it.breaker.circuit.state is CircuitState.HALF_OPEN
    probe = it.breaker.enter()
    assert probe is not None
    assert it.breaker.enter() is None, "one probe at a time"
    probe.succeed()
    assert it.breaker.circuit == Circuit()
    assert it.told[-1] == Circuit()


def test_the_cooldown_grows_to_two_minutes_and_is_short_again_after_a_success() -> None:
    it = Fixture()
    it.fail(5)
    for cooldown_s in (60, 120, 120):
        it.clock.now += 1000
        it.fail()
        assert it.breaker.circuit.next_try_s == cooldown_s
    it.clock.now += 120
    probe = it.breaker.enter()
    assert probe is not None
    probe.succeed()
    it.fail(5)
    assert it.breaker.circuit.next_try_s == 30


def test_a_probe_that_is_stopped_leaves_room_for_another() -> None:
    it = Fixture()
    it.fail(5)
    it.clock.now += 30
    probe = it.breaker.enter()
    assert probe is not None
    probe.release()
    probe.succeed()
    assert it.breaker.circuit.state is CircuitState.HALF_OPEN, "an ended permit says nothing more"
    assert it.breaker.enter() is not None


def test_try_now_ends_the_cooldown_but_allows_no_second_probe() -> None:
    it = Fixture()
    it.breaker.try_now()
    assert it.told == []
    it.fail(5)
    it.breaker.try_now()
    assert it.breaker.circuit.state is CircuitState.HALF_OPEN
    assert it.told[-1].state is CircuitState.HALF_OPEN
    assert it.breaker.enter() is not None
    it.breaker.try_now()
    assert it.breaker.enter() is None


def test_a_call_from_before_the_opening_says_nothing_after_it() -> None:
    it = Fixture()
    late_failure, late_success = it.breaker.enter(), it.breaker.enter()
    assert late_failure is not None
    assert late_success is not None
    it.fail(5)
    late_failure.fail("late")
    late_success.succeed()
    assert it.breaker.circuit == Circuit(CircuitState.OPEN, 5, "had an error", 30)


def test_what_is_taken_over_never_lasts_longer_than_the_longest_cooldown_and_yields_to_what_is_known() -> None:
    it = Fixture()
    it.breaker.resume(Circuit(CircuitState.OPEN, 7, "was ill", 5000), 9000)
    assert it.breaker.circuit == Circuit(CircuitState.OPEN, 7, "was ill", 120)
    it.breaker.resume(Circuit(CircuitState.OPEN, 5, "again", 10), 30)
    assert it.breaker.circuit.next_try_s == 120
    other = Fixture()
    other.fail()
    other.breaker.resume(Circuit(CircuitState.OPEN, 7, "was ill", 5000), 9000)
    assert other.breaker.circuit == Circuit(CircuitState.CLOSED, 1, "had an error")


@dataclass
class Model:
    """What the breaker must do, said in another way: as a list of what happened."""

    now: float = 0.0
    in_a_row: int = 0
    open_until: float | None = None
    probes_failed: int = 0
    probe_is_out: bool = False
    period: int = 0

    @property
    def state(self) -> CircuitState:
        if self.open_until is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self.now < self.open_until else CircuitState.HALF_OPEN

    def shut(self) -> None:
        self.open_until = self.now + min(30 * 2**self.probes_failed, 120)
        self.probe_is_out = False
        self.period += 1


class BreakerMachine(RuleBasedStateMachine):
    """Concurrent calls that begin and end in any order while time passes."""

    permits = Bundle[tuple[Permit, int, bool]]("permits")

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.breaker = CircuitBreaker(BreakerPolicy(), lambda: self.model.now)

    @rule(target=permits)
    def enter(self) -> tuple[Permit, int, bool] | MultipleResults[tuple[Permit, int, bool]]:
        may = self.model.state is CircuitState.CLOSED or (
            self.model.state is CircuitState.HALF_OPEN and not self.model.probe_is_out
        )
        permit = self.breaker.enter()
        assert (permit is not None) == may
        if permit is None:
            return multiple()
        is_probe = self.model.state is CircuitState.HALF_OPEN
        assert permit.is_probe == is_probe
        self.model.probe_is_out = self.model.probe_is_out or is_probe
        return permit, self.model.period, is_probe

    @rule(held=consumes(permits))
    def succeed(self, held: tuple[Permit, int, bool]) -> None:
        permit, period, is_probe = held
        permit.succeed()
        if period == self.model.period:
            self.model.in_a_row = 0
            if is_probe:
                self.model.open_until, self.model.probe_is_out, self.model.probes_failed = None, False, 0
                self.model.period += 1

    @rule(held=consumes(permits))
    def fail(self, held: tuple[Permit, int, bool]) -> None:
        permit, period, is_probe = held
        permit.fail("x")
        if period == self.model.period:
            self.model.in_a_row += 1
            self.model.probes_failed += is_probe
            if is_probe or self.model.in_a_row >= 5:
                self.model.shut()

    @rule(held=consumes(permits))
    def release(self, held: tuple[Permit, int, bool]) -> None:
        permit, period, is_probe = held
        permit.release()
        if is_probe and period == self.model.period:
            self.model.probe_is_out = False

    @rule(seconds=st.sampled_from([0.5, 10, 29.5, 30, 31, 60, 130]))
    def wait(self, seconds: float) -> None:
        self.model.now += seconds

    @rule()
    def begin_anew(self) -> None:
        """Another process goes on with what is known of an open circuit; permits of the old one mean nothing to it."""
        circuit = self.breaker.circuit
        self.breaker = CircuitBreaker(BreakerPolicy(), lambda: self.model.now)
        self.breaker.resume(circuit, min(30 * 2**self.model.probes_failed, 120))
        self.model.period += 1
        self.model.probe_is_out = False
        if circuit.state is not CircuitState.OPEN:
            self.model.in_a_row, self.model.open_until, self.model.probes_failed = 0, None, 0

    @rule()
    def try_now(self) -> None:
        self.breaker.try_now()
        if self.model.open_until is not None:
            self.model.open_until = min(self.model.open_until, self.model.now)

    @invariant()
    def agrees(self) -> None:
        circuit = self.breaker.circuit
        assert circuit.state is self.model.state
        assert circuit.failures == self.model.in_a_row
        left_s = 0.0 if self.model.open_until is None else max(0.0, self.model.open_until - self.model.now)
        assert circuit.next_try_s == left_s
        assert circuit.next_try_s <= 120


TestBreakerMachine = BreakerMachine.TestCase
