"""The guards of all providers, one each: what they know outlives a service that is made anew."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from desktop_app.llm.errors import ProviderError
from desktop_app.llm.resilience.breaker import Circuit
from desktop_app.llm.resilience.guard import CallGuard, Reliability

CircuitListener: TypeAlias = Callable[[str, Circuit], None]


class Guards:
    """Makes each provider's guard when it is first asked for, and tells changes of circuits."""

    def __init__(self, reliability: Reliability) -> None:
        self.reliability = reliability
        self._guards: dict[str, CallGuard] = {}
        self._listeners: list[CircuitListener] = []

    def use(self, reliability: Reliability) -> None:
        """Be as stubborn as this from now on; what is known of each provider stays."""
        self.reliability = reliability
        for guard in self._guards.values():
            guard.use(reliability)

    def guard(self, provider: str, label: str) -> CallGuard:
        """The guard of the provider that is called `label` on screen."""
        if provider not in self._guards:
            self._guards[provider] = CallGuard(label, self.reliability, partial(self._tell, provider))
        return self._guards[provider]

    def refuse(self, provider: str, reason: ProviderError | None) -> None:
        """Make no call to the provider from now on, where there is a reason."""
        if guard := self._guards.get(provider):
            guard.refuse(reason)

    def circuit(self, provider: str) -> Circuit:
        """How the provider's circuit stands now."""
        guard = self._guards.get(provider)
        return guard.breaker.circuit if guard else Circuit()

    def resume(self, provider: str, label: str, circuit: Circuit, cooldown_s: float) -> None:
        """Leave the provider alone for what is left of the cooldown that an earlier run began."""
        self.guard(provider, label).breaker.resume(circuit, cooldown_s)

    def try_now(self, provider: str) -> None:
        """Let the next call try the provider, however long it was to be left alone."""
        if guard := self._guards.get(provider):
            guard.breaker.try_now()

    def subscribe(self, listener: CircuitListener) -> None:
        """Tell `listener` each provider whose circuit changed, with how it stands."""
        self._listeners.append(listener)

    def _tell(self, provider: str, circuit: Circuit) -> None:
        for listener in tuple(self._listeners):
            listener(provider, circuit)
