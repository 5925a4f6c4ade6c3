"""Joins the model selector to the directory of models."""

from PySide6.QtCore import QObject

from desktop_app.domain.providers import ModelChoice
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.tasks import TaskRunner


class ModelPresenter(QObject):
    """Shows what is there and keeps what is chosen."""

    def __init__(self, button: ModelButton, models: ModelDirectory, runner: TaskRunner) -> None:
        super().__init__(button)
        self._button = button
        self._models = models
        self._runner = runner
        button.model_chosen.connect(self._choose)
        button.refresh_requested.connect(self.refresh)
        models.subscribe(self._show)
        self._show()

    def refresh(self) -> None:
        """Look again at what is there."""
        self._runner.start(self._models.refresh(), name="list models")

    def _choose(self, provider: str, model: str) -> None:
        self._runner.start(self._models.choose(ModelChoice(provider, model)), name="choose a model")

    def _show(self) -> None:
        self._button.set_providers(self._models.entries)
        self._button.set_choice(self._models.choice)
