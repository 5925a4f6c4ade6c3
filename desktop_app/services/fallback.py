"""Who answers when the chosen provider cannot: the person's own order, and nobody who is not in it."""

from collections.abc import Callable, Sequence

from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo
from desktop_app.llm.errors import ErrorKind
from desktop_app.services.models import ModelDirectory


class FallbackOrder:
    """Picks from `order`, the names of providers; a paid one is asked only because the person put it there."""

    def __init__(self, models: ModelDirectory, order: Callable[[], Sequence[str]]) -> None:
        self._models = models
        self._order = order

    def next_after(self, asked: Sequence[str]) -> ModelChoice | None:
        """The first in order that is ready and was not asked in this turn; None if there is none."""
        for provider in self._order():
            if provider not in asked and self._is_ready(provider):
                return self._models.choice_of(provider)
        return None

    def free_after(self, asked: Sequence[str]) -> ModelChoice | None:
        """The first that is ready, free and was not asked, of the order or else of all; None if there is none."""
        everyone = (entry.name for entry in self._models.entries)
        for provider in dict.fromkeys((*self._order(), *everyone)):
            choice = self._models.choice_of(provider) if provider not in asked and self._is_ready(provider) else None
            model = self._models.model(choice) if choice else None
            if model is not None and model.is_local:
                return choice
        return None

    def offer(self, failed: ModelChoice, kind: ErrorKind) -> ModelChoice | None:
        """Who a person may let answer instead: another model where only this one is at its limit, else the order."""
        if kind is ErrorKind.BUDGET:
            return self.free_after([])
        if kind is ErrorKind.RATE_LIMITED and (other := self._other_model(failed)):
            return other
        return self.next_after([failed.provider])

    def _other_model(self, failed: ModelChoice) -> ModelChoice | None:
        """The provider's smallest other model, which has limits of its own; by its price, where prices are known."""
        entry = next((entry for entry in self._models.entries if entry.name == failed.provider), None)
        priced = [model for model in entry.models if model.prices and model.is_listed] if entry else []
        others = [model for model in priced if model.name != failed.model and not model.is_retired]
        cheapest = min(others, key=_price, default=None)
        return ModelChoice(cheapest.provider, cheapest.name) if cheapest else None

    def _is_ready(self, provider: str) -> bool:
        entry = next((entry for entry in self._models.entries if entry.name == provider), None)
        if entry is None or not entry.models:
            return False
        # What is still being downloaded answers nobody for a long time; what is warming up does.
        is_warming_up = entry.health.state is HealthState.STARTING and entry.health.progress is None
        # One that may be tried again must be, also where it is only ever asked to step in.
        may_be_tried = entry.health.state is HealthState.PAUSED and not self._models.is_left_alone(provider)
        return entry.health.state is HealthState.WORKING or is_warming_up or may_be_tried


def _price(model: ModelInfo) -> float:
    return float(model.prices.bands[0].output_usd or 0) if model.prices else 0.0
