"""One model call under guard: tried again where it may help, never after a piece, never past an open circuit."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import pytest

from desktop_app.domain.usage import Usage
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, Notice, ReasoningDelta, RetryScheduled, TextDelta, is_piece
from desktop_app.llm.failures import failure
from desktop_app.llm.resilience.breaker import CircuitState
from desktop_app.llm.resilience.guard import CallGuard, CircuitOpenError, Reliability
from desktop_app.llm.resilience.wait import RetryWait
from desktop_app.llm.taxonomy import rules_of

END = Done(Usage())


class Script:
    """Model calls as they go, one after the other; `slept` keeps the waits, which take no time."""

    def __init__(self, *calls: Sequence[Event | ProviderError | asyncio.Event]) -> None:
        self.calls = list(calls)
        self.begun = 0
        self.closed = 0
        self.slept: list[float] = []
        self.now = 0.0
        self.guard = CallGuard(
            "Claude", Reliability(clock=lambda: self.now, sleep=self.sleep, random=lambda: 0.5), lambda _circuit: None
        )

    async def sleep(self, delay_s: float) -> None:
        self.slept.append(delay_s)
        self.now += delay_s

    async def begin(self) -> AsyncGenerator[Event, None]:
        steps = self.calls[self.begun]
        self.begun += 1
        try:
            for step in steps:
                await asyncio.sleep(0)
                if isinstance(step, ProviderError):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step
        finally:
            self.closed += 1

    async def run(self, wait: RetryWait | None = None, seen: list[Event] | None = None) -> list[Event]:
        collected: list[Event] = [] if seen is None else seen
        async with aclosing(self.guard.stream(self.begin, is_piece, wait)) as events:
            async for event in events:
                collected.append(event)  # noqa: PERF401 - what came before a failure counts
        return collected


def failed(kind: ErrorKind = ErrorKind.SERVER, **facts: float) -> ProviderError:
    return failure(kind, "Claude", **facts)  # type: ignore[arg-type]  # only retry_after_s is given


async def test_what_may_pass_is_tried_again_and_told_before_the_wait() -> None:
    script = Script([failed()], [failed(ErrorKind.RATE_LIMITED, retry_after_s=8.0)], [TextDelta("Hello"), END])
    events = await script.run()
    first, second, *rest = events
    assert first == RetryScheduled(2, 3, 0.5, ErrorKind.SERVER, "Claude had an error")
    assert second == RetryScheduled(3, 3, 8.0, ErrorKind.RATE_LIMITED, "Claude is busy")
    assert rest == [TextDelta("Hello"), END]
    assert script.slept == [0.5, 8.0]
    assert script.closed == 3


async def test_after_three_tries_the_last_failure_is_told() -> None:
    script = Script([failed()], [failed()], [failed(ErrorKind.TIMEOUT)])
    with pytest.raises(ProviderError) as raised:
        await script.run()
    assert raised.value.kind is ErrorKind.TIMEOUT
    assert script.begun == 3


@pytest.mark.parametrize("kind", [kind for kind in ErrorKind if not rules_of(kind).may_pass])
async def test_what_cannot_get_better_is_not_tried_again(kind: ErrorKind) -> None:
    script = Script([failed(kind)])
    with pytest.raises(ProviderError):
        await script.run()
    assert (script.begun, script.slept) == (1, [])


def test_the_kinds_that_are_tried_again_are_those_that_time_mends() -> None:
    assert {kind for kind in ErrorKind if rules_of(kind).may_pass} == {
        ErrorKind.RATE_LIMITED,
        ErrorKind.OVERLOADED,
        ErrorKind.SERVER,
        ErrorKind.TIMEOUT,
        ErrorKind.NETWORK,
        ErrorKind.PROTOCOL,
    }


async def test_a_failure_that_lasts_is_not_tried_again() -> None:
    script = Script([ProviderError(ErrorKind.NETWORK, "Ollama is not running.", is_lasting=True)])
    with pytest.raises(ProviderError):
        await script.run()
    assert script.begun == 1


@pytest.mark.parametrize("piece", [TextDelta("He"), ReasoningDelta("hm")])
async def test_after_the_first_piece_nothing_is_tried_again(piece: Event) -> None:
    script = Script([piece, failed(ErrorKind.NETWORK)])
    seen: list[Event] = []
    with pytest.raises(ProviderError):
        await script.run(seen=seen)
    assert seen == [piece]
    assert script.begun == 1


async def test_a_try_that_failed_leaves_no_trace() -> None:
    script = Script([Notice("no tools"), failed()], [Notice("no tools"), TextDelta("Hi"), END])
    events = await script.run()
    assert [event for event in events if not isinstance(event, RetryScheduled)] == [
        Notice("no tools"),
        TextDelta("Hi"),
        END,
    ]


async def test_a_reply_without_a_piece_is_passed_on_whole() -> None:
    assert await Script([Notice("n"), TextDelta(""), END]).run() == [Notice("n"), TextDelta(""), END]


async def _waiting(script: Script, wait: RetryWait, then: Callable[[], object]) -> list[Event]:
    """The events of a run whose first wait never ends by itself; `then` is done once it is on."""
    forever = asyncio.Event()

    async def sleep(_delay_s: float) -> None:
        waiting.set()
        await forever.wait()

    waiting = asyncio.Event()
    script.guard = CallGuard("Claude", Reliability(sleep=sleep, random=lambda: 0.5))
    running = asyncio.create_task(script.run(wait))
    async with asyncio.timeout(10):
        await waiting.wait()
        then()
        return await running


async def test_retry_now_ends_the_wait() -> None:
    wait = RetryWait()
    script = Script([failed()], [TextDelta("Hello"), END])
    events = await _waiting(script, wait, wait.retry_now)
    assert TextDelta("Hello") in events


async def test_giving_up_ends_the_call_with_its_failure() -> None:
    wait = RetryWait()
    script = Script([failed()])
    with pytest.raises(ProviderError, match="error of its own"):
        await _waiting(script, wait, wait.give_up)
    assert TextDelta("Hi") in await Script([failed()], [TextDelta("Hi")]).run(wait), "it was that wait's end only"


async def test_stopping_ends_the_wait_and_leaves_nothing_behind() -> None:
    wait = RetryWait()
    script = Script([failed()])
    started = asyncio.Event()

    async def sleep(_delay_s: float) -> None:
        started.set()
        await asyncio.Event().wait()

    script.guard = CallGuard("Claude", Reliability(sleep=sleep))
    running = asyncio.create_task(script.run(wait))
    async with asyncio.timeout(10):
        await started.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_open_circuit_refuses_calls_and_says_why_and_when() -> None:
    script = Script(*[[failed()]] * 5, [TextDelta("Back"), END])
    for _ in range(2):
        with pytest.raises(ProviderError):
            await script.run()
    assert script.begun == 5, "the fifth failure ends the tries of its call"
    script.now += 1
    with pytest.raises(CircuitOpenError) as raised:
        await script.run()
    assert raised.value.kind is ErrorKind.SERVER
    assert "Claude is left alone after 5 failures in a row" in str(raised.value)
    assert "in 29 s" in str(raised.value)
    assert raised.value.details == "Claude had an error of its own."
    script.now += 29
    assert TextDelta("Back") in await script.run()
    assert script.guard.breaker.circuit.state is CircuitState.CLOSED


async def test_of_turns_at_the_same_time_one_probes_and_the_others_are_refused() -> None:
    go_on = asyncio.Event()
    script = Script(*[[failed()]] * 5, [go_on, TextDelta("Back"), END])
    for _ in range(2):
        with pytest.raises(ProviderError):
            await script.run()
    script.now += 60
    probing = asyncio.create_task(script.run())
    await asyncio.sleep(0)
    with pytest.raises(CircuitOpenError, match="when its one try has ended"):
        await script.run()
    go_on.set()
    assert TextDelta("Back") in await probing


async def test_a_stopped_probe_makes_room_for_the_next() -> None:
    script = Script(*[[failed()]] * 5, [TextDelta("Ba"), asyncio.Event()], [TextDelta("Back"), END])
    for _ in range(2):
        with pytest.raises(ProviderError):
            await script.run()
    script.now += 60
    async with aclosing(script.guard.stream(script.begin, is_piece, None)) as events:
        assert await anext(events) == TextDelta("Ba")
    assert script.guard.breaker.circuit.state is CircuitState.HALF_OPEN
    assert TextDelta("Back") in await script.run()


async def test_failures_that_say_nothing_of_the_provider_do_not_open_it() -> None:
    script = Script(*[[failed(ErrorKind.INVALID_KEY)]] * 8)
    for _ in range(8):
        with pytest.raises(ProviderError):
            await script.run()
    assert script.guard.breaker.circuit.state is CircuitState.CLOSED
