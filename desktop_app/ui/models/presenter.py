"""Joins the model selector to the directory of models."""

from typing import Final

from PySide6.QtCore import QObject

from desktop_app.domain.providers import HealthState, ModelChoice
from desktop_app.services.keys import KeyService
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.tasks import TaskRunner

ADD_KEY: Final = "Add key…"
REPLACE_KEY: Final = "Replace key…"


class ModelPresenter(QObject):
    """Shows what is there and keeps what is chosen."""

    def __init__(self, button: ModelButton, models: ModelDirectory, keys: KeyService, runner: TaskRunner) -> None:
        super().__init__(button)
        self._button = button
        self._models = models
        self._keys = keys
        self._runner = runner
        button.model_chosen.connect(self._choose)
        button.refresh_requested.connect(self.refresh)
        models.subscribe(self._show)
        keys.subscribe(self._show)
        self._show()

    def refresh(self) -> None:
        """Look again at what is there."""
        self._runner.start(self._models.refresh(), name="list models")

    def _choose(self, provider: str, model: str) -> None:
        self._runner.start(self._models.choose(ModelChoice(provider, model)), name="choose a model")

    def _show(self) -> None:
        self._button.set_providers(self._models.entries)
        self._button.set_key_actions(self._key_actions())
        self._button.set_choice(self._models.choice, self._models.hint)

    def _key_actions(self) -> dict[str, str]:
        """What is offered for the keys of providers; nothing for a server on this computer that works without."""
        actions = {}
        for entry in self._models.entries:
            if entry.name in self._keys.providers:
                has_key = bool(self._keys.state(entry.name).masked)
                if has_key or entry.health.state is HealthState.FAILED or not self._keys.is_optional(entry.name):
                    actions[entry.name] = REPLACE_KEY if has_key else ADD_KEY
        return actions
