"""Open circuits beyond their process: kept in the profile while they last, so that others see and respect them."""

import asyncio
import json
import logging
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from desktop_app.errors import StorageError
from desktop_app.llm.resilience.breaker import Circuit, CircuitState
from desktop_app.llm.resilience.guards import Guards
from desktop_app.services.preferences import Preferences

_log = logging.getLogger(__name__)

_REASON_LENGTH: Final = 200


class KeptCircuit(NamedTuple):
    """An open circuit that was kept, with what is left of its cooldown; `cooldown_s` is all of it, in seconds."""

    circuit: Circuit
    cooldown_s: float


class CircuitKeeper:
    """Writes each circuit that opens, in a task of its own, and takes it away when it is no longer open.

    What is kept counts for its cooldown and no longer, whatever the clock does: `now` is wall-clock time, and a circuit
    that would have opened in the future counts for nothing.
    """

    def __init__(
        self, guards: Guards, labels: Mapping[str, str], preferences: Preferences, now: Callable[[], datetime]
    ) -> None:
        self._guards = guards
        self._labels = labels
        self._preferences = preferences
        self._now = now
        self._unsaved: dict[str, str | None] = {}
        self._saver: asyncio.Task[None] | None = None
        guards.subscribe(self._note)

    def kept(self, provider: str) -> KeptCircuit | None:
        """The open circuit of `provider` in the process that noted it; None if there is none, or its time is over."""
        return _read(self._preferences.value(_name(provider)), self._now(), self._longest_s)

    def take_over(self) -> None:
        """Leave alone what an earlier run left alone, for the rest of its cooldown; what is over is forgotten.

        Call it once, before any turn.
        """
        for provider, label in self._labels.items():
            if kept := self.kept(provider):
                self._guards.resume(provider, label, *kept)
                _log.info("circuit of %s: open for %.0f s more, as before", label, kept.circuit.next_try_s)
            elif self._preferences.value(_name(provider)) is not None:
                self._save_soon(provider, None)

    async def close(self) -> None:
        """Write what is not written yet."""
        if self._saver is not None:
            await self._saver

    @property
    def _longest_s(self) -> float:
        return self._guards.reliability.breaker.longest_cooldown_s

    def _note(self, provider: str, circuit: Circuit) -> None:
        is_open = circuit.state is CircuitState.OPEN
        self._save_soon(provider, _written(circuit, self._now()) if is_open else None)

    def _save_soon(self, provider: str, text: str | None) -> None:
        self._unsaved[provider] = text
        if self._saver is None:
            self._saver = asyncio.get_running_loop().create_task(self._save(), name="keep circuits")

    async def _save(self) -> None:
        try:
            while self._unsaved:
                provider, text = self._unsaved.popitem()
                if text is None:
                    await self._preferences.forget(_name(provider))
                else:
                    await self._preferences.keep(_name(provider), text)
        except StorageError as error:
            # It only spares others a few calls; this process knows all the same.
            _log.warning("a circuit is not kept: %s", type(error).__name__)
        finally:
            self._saver = None


def _name(provider: str) -> str:
    return f"circuit.{provider}"


def _written(circuit: Circuit, now: datetime) -> str:
    """A circuit that opens at this moment, so what is left of its cooldown is all of it."""
    return json.dumps(
        {
            "opened_at": now.timestamp(),
            "cooldown_s": circuit.next_try_s,
            "failures": circuit.failures,
            "reason": circuit.reason,
        }
    )


def _read(text: str | None, now: datetime, longest_s: float) -> KeptCircuit | None:
    try:
        kept = json.loads(text or "")
        passed_s = now.timestamp() - float(kept["opened_at"])
        cooldown_s = min(float(kept["cooldown_s"]), longest_s)
        failures, reason = int(kept["failures"]), str(kept["reason"])[:_REASON_LENGTH]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    left_s = cooldown_s - passed_s
    # A time in the future is of a clock that was set back since: nobody can say how much is left.
    if not math.isfinite(left_s) or passed_s < 0 or left_s <= 0:
        return None
    return KeptCircuit(Circuit(CircuitState.OPEN, failures, reason, left_s), cooldown_s)
