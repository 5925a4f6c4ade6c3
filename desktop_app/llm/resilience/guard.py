"""What stands around every model call of one provider: leave from its breaker, more tries before the first piece."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import RetryScheduled
from desktop_app.llm.resilience.backoff import BackoffPolicy, wait_before_retry_s
from desktop_app.llm.resilience.breaker import BreakerPolicy, Circuit, CircuitBreaker, Permit
from desktop_app.llm.resilience.wait import RetryWait
from desktop_app.llm.taxonomy import may_pass, rules_of
from desktop_app.tracing.spans import note

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


class CircuitOpenError(ProviderError):
    """No call was made: the provider failed several times in a row and is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How stubborn the program is; time, sleep and chance are handed in."""

    backoff: BackoffPolicy = field(default_factory=BackoffPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = random.random


NO_RETRIES = Reliability(BackoffPolicy(tries=1), BreakerPolicy(failures=1_000_000))


class CallGuard:
    """Guards the calls of the provider called `label`; turns of several conversations share it."""

    def __init__(
        self, label: str, reliability: Reliability, on_change: Callable[[Circuit], None] | None = None
    ) -> None:
        self._label = label
        self._reliability = reliability
        self._on_change = on_change
        self._kind = ErrorKind.SERVER  # of the last failure that counted
        self._refusal: ProviderError | None = None
        self.breaker = CircuitBreaker(reliability.breaker, reliability.clock, self._note_change)

    def use(self, reliability: Reliability) -> None:
        """Be as stubborn as this from now on."""
        self._reliability = reliability
        self.breaker.use(reliability.breaker)

    def refuse(self, reason: ProviderError | None) -> None:
        """Make no call from now on, not even the next of a turn that runs; None lets them be made again."""
        self._refusal = reason

    async def stream(
        self,
        begin: Callable[[], AsyncGenerator[_T, None]],
        is_piece: Callable[[_T], bool],
        wait: RetryWait | None,
    ) -> AsyncGenerator[_T | RetryScheduled, None]:
        """The events of the call that `begin` begins, once it goes well, with a `RetryScheduled` before each wait.

        What comes before the first piece is held back until there is one: a try that failed leaves no trace, and after
        it nothing is tried again. Raises ProviderError, CircuitOpenError where no call is made.
        """
        failures = 0
        while True:
            has_begun = False
            try:
                # One generator a try and none around it: each would cost every piece of every reply its share.
                with self._leave() as permit:
                    held: list[_T] = []
                    async with aclosing(begin()) as events:
                        async for event in events:
                            held.append(event)
                            if is_piece(event):
                                has_begun = True
                                break
                        for early in held if has_begun else ():
                            yield early
                        async for event in events:
                            yield event
                    permit.succeed()
                for early in () if has_begun else held:
                    yield early
            except ProviderError as error:
                failures += 1
                scheduled = self._scheduled(error, failures, has_begun=has_begun)
                if scheduled is None:
                    raise
                failed = error
            else:
                return
            yield scheduled
            if not await (wait or RetryWait()).pass_time(scheduled.delay_s, self._reliability.sleep):
                raise failed

    @contextmanager
    def _leave(self) -> Iterator[Permit]:
        """The breaker's leave for one try; it is told how that ended. Raises CircuitOpenError where there is none."""
        permit = self._permit()
        try:
            yield permit
        except ProviderError as error:
            self._note_failure(permit, error)
            raise
        finally:
            permit.release()  # stopped: it says nothing; ended otherwise: it has no effect

    def _permit(self) -> Permit:
        if self._refusal is not None:
            raise self._refusal
        permit = self.breaker.enter()
        if permit is None:
            raise self._open_error()
        return permit

    def _note_failure(self, permit: Permit, error: ProviderError) -> None:
        rules = rules_of(error.kind)
        if rules.is_illness:
            self._kind = error.kind
            permit.fail(rules.happened.format(label=self._label))
        else:
            permit.release()

    def _scheduled(self, error: ProviderError, failures: int, *, has_begun: bool) -> RetryScheduled | None:
        """The announcement of the next try; None if there is none."""
        if has_begun or not may_pass(error) or self.breaker.circuit.next_try_s > 0:
            return None
        reliability = self._reliability
        delay_s = wait_before_retry_s(reliability.backoff, failures, error.retry_after_s, reliability.random)
        if delay_s is None:
            return None
        _log.info("%s failed (%s), try %d of %d follows", self._label, error.kind, failures + 1, _tries(reliability))
        text = rules_of(error.kind).waiting.format(label=self._label)
        return RetryScheduled(failures + 1, _tries(reliability), delay_s, error.kind, text, error.details)

    def _open_error(self) -> CircuitOpenError:
        circuit = self.breaker.circuit
        when = f"in {max(1, round(circuit.next_try_s))} s" if circuit.next_try_s else "when its one try has ended"
        return CircuitOpenError(
            self._kind,
            f"{self._label} is left alone after {circuit.failures} failures in a row. Your message is kept. "
            f"It is asked again {when}; choose another model until then.",
            details=circuit.reason,
            is_lasting=True,
        )

    def _note_change(self, circuit: Circuit) -> None:
        _log.warning("circuit of %s: %s after %d failures in a row", self._label, circuit.state, circuit.failures)
        note("circuit", state=str(circuit.state), failures=circuit.failures, next_try_s=round(circuit.next_try_s, 1))
        if self._on_change is not None:
            self._on_change(circuit)


def _tries(reliability: Reliability) -> int:
    return reliability.backoff.tries
