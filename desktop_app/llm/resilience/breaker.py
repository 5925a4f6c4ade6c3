"""A circuit breaker: a provider that failed several times in a row is left alone for a while, then probed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class CircuitState(StrEnum):
    """Whether calls go through."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"  # one call may try it


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """Failures in a row that open the circuit, and how long it stays open: at first, and at most, in seconds."""

    failures: int = 5
    cooldown_s: float = 30.0
    longest_cooldown_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Circuit:
    """The circuit at one moment. `reason` is the last failure in words, `next_try_s` the seconds until the next try."""

    state: CircuitState = CircuitState.CLOSED
    failures: int = 0
    reason: str = ""
    next_try_s: float = 0.0


class Permit:
    """Leave to make one call; it ends with exactly one of its methods, a second one does nothing."""

    def __init__(self, breaker: "CircuitBreaker", period: int, *, is_probe: bool) -> None:
        self._breaker: CircuitBreaker | None = breaker
        self.period = period
        self.is_probe = is_probe

    def succeed(self) -> None:
        """The call was answered."""
        self._end(lambda breaker: breaker.note_success(self))

    def fail(self, reason: str) -> None:
        """The call failed in a way that tells of the provider's health."""
        self._end(lambda breaker: breaker.note_failure(self, reason))

    def release(self) -> None:
        """The call ended without telling anything: stopped, or failed for another reason."""
        self._end(lambda breaker: breaker.note_nothing(self))

    def _end(self, note: "Callable[[CircuitBreaker], None]") -> None:
        breaker, self._breaker = self._breaker, None
        if breaker is not None:
            note(breaker)


class CircuitBreaker:
    """Counts failures in a row; `clock` gives seconds. Calls that began before a change of state do not count after it.

    `on_change` is told each new state, apart from a cooldown's end: that is seen when somebody looks.
    """

    def __init__(
        self, policy: BreakerPolicy, clock: Callable[[], float], on_change: Callable[[Circuit], None] | None = None
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._on_change = on_change
        self._failures = 0
        self._reason = ""
        self._opened_until: float | None = None
        self._cooldown_s = policy.cooldown_s
        self._period = 0
        self._is_probing = False

    @property
    def circuit(self) -> Circuit:
        """How it stands now."""
        if self._opened_until is None:
            return Circuit(CircuitState.CLOSED, self._failures, self._reason)
        left_s = max(0.0, self._opened_until - self._clock())
        state = CircuitState.OPEN if left_s else CircuitState.HALF_OPEN
        return Circuit(state, self._failures, self._reason, left_s)

    def enter(self) -> Permit | None:
        """Leave for one call, None while calls are refused. Half-open, only one at a time gets it."""
        match self.circuit.state:
            case CircuitState.CLOSED:
                return Permit(self, self._period, is_probe=False)
            case CircuitState.HALF_OPEN if not self._is_probing:
                self._is_probing = True
                return Permit(self, self._period, is_probe=True)
            case _:
                return None

    def use(self, policy: BreakerPolicy) -> None:
        """Judge by `policy` from now on; a pause that is on ends as it was to."""
        self._policy = policy
        self._cooldown_s = policy.cooldown_s

    def resume(self, circuit: Circuit, cooldown_s: float) -> None:
        """Stay open as an earlier run left it, for what is left of that cooldown; nothing if a call already told more.

        It is not told as a change: nobody saw it otherwise.
        """
        if self._period or self._failures or circuit.state is not CircuitState.OPEN:
            return
        longest_s = self._policy.longest_cooldown_s
        self._failures, self._reason = circuit.failures, circuit.reason
        self._cooldown_s = min(cooldown_s, longest_s)
        self._opened_until = self._clock() + min(circuit.next_try_s, longest_s)
        self._period += 1

    def try_now(self) -> None:
        """End the cooldown: the next call tries it."""
        if self._opened_until is not None:
            self._opened_until = min(self._opened_until, self._clock())
            self._tell()

    def note_success(self, permit: Permit) -> None:
        """A call of this period was answered."""
        if permit.period != self._period:
            return
        self._failures, self._reason = 0, ""
        if permit.is_probe:
            self._cooldown_s = self._policy.cooldown_s
            self._begin_period(None)

    def note_failure(self, permit: Permit, reason: str) -> None:
        """A call of this period failed."""
        if permit.period != self._period:
            return
        self._failures += 1
        self._reason = reason
        if permit.is_probe:
            self._cooldown_s = min(self._cooldown_s * 2, self._policy.longest_cooldown_s)
        if permit.is_probe or self._failures >= self._policy.failures:
            self._begin_period(self._clock() + self._cooldown_s)

    def note_nothing(self, permit: Permit) -> None:
        """A call of this period told nothing; another one may try."""
        if permit.is_probe and permit.period == self._period:
            self._is_probing = False

    def _begin_period(self, opened_until: float | None) -> None:
        self._opened_until = opened_until
        self._is_probing = False
        self._period += 1
        self._tell()

    def _tell(self) -> None:
        if self._on_change is not None:
            self._on_change(self.circuit)
