"""Who answers when the chosen provider cannot: the person's own order, and nobody who is not in it."""

from collections.abc import Callable, Sequence
from typing import Final

from desktop_app.domain.providers import HealthState, ModelChoice
from desktop_app.services.models import ModelDirectory

DEFAULT_ORDER: Final = ("ollama", "builtin")


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

    def _is_ready(self, provider: str) -> bool:
        entry = next((entry for entry in self._models.entries if entry.name == provider), None)
        if entry is None or not entry.models:
            return False
        # What is still being downloaded answers nobody for a long time; what is warming up does.
        is_warming_up = entry.health.state is HealthState.STARTING and entry.health.progress is None
        return entry.health.state is HealthState.WORKING or is_warming_up
