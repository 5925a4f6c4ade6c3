"""Joins the model selector to the directory of models."""

from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.providers import Fix, HealthState, ModelChoice
from desktop_app.services.keys import KeyService
from desktop_app.services.models import ModelDirectory
from desktop_app.services.settings import SettingsService
from desktop_app.settings import Settings
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.tasks import TaskRunner

ADD_KEY: Final = "Add key…"
REPLACE_KEY: Final = "Replace key…"
TRY_NOW: Final = "Try now"
FIXES: Final = {Fix.START: "Start {label}"}
_LOCAL_ONLY: Final = "llm.local_only"


class ModelPresenter(QObject):
    """Shows what is there and keeps what is chosen."""

    key_requested = Signal(str)  # provider

    def __init__(
        self,
        button: ModelButton,
        models: ModelDirectory,
        keys: KeyService,
        runner: TaskRunner,
        settings: SettingsService,
    ) -> None:
        super().__init__(button)
        self._button = button
        self._models = models
        self._keys = keys
        self._runner = runner
        self._settings = settings
        button.model_chosen.connect(self._choose)
        button.action_requested.connect(self._act)
        button.local_only_changed.connect(self._use_only_this_computer)
        button.refresh_requested.connect(self.refresh)
        settings.subscribe(self._show_settings)
        models.subscribe(self._show)
        keys.subscribe(self._show)
        self._show()
        self._show_settings(settings.current)

    def refresh(self) -> None:
        """Look again at what is there."""
        self._runner.start(self._models.refresh(), name="list models")

    def _choose(self, provider: str, model: str) -> None:
        self._runner.start(self._models.choose(ModelChoice(provider, model)), name="choose a model")

    def _act(self, provider: str) -> None:
        """What the button of a provider's heading offers."""
        if self._is_paused(provider):
            self._models.try_now(provider)
        elif provider in self._fixes():
            self._runner.start(self._models.mend(provider), name="mend a provider")
        else:
            self.key_requested.emit(provider)

    def _use_only_this_computer(self, wanted: bool) -> None:
        self._runner.start(self._keep_local_only(wanted=wanted), name="use only this computer")

    async def _keep_local_only(self, *, wanted: bool) -> None:
        await self._settings.keep(_LOCAL_ONLY, "true" if wanted else "false")
        await self._models.refresh()

    def _show_settings(self, settings: Settings) -> None:
        origin = settings.origins.get(_LOCAL_ONLY)
        is_set_outside = origin is not None and origin.layer.is_outside
        self._button.set_local_only(settings.local_only, origin.hint if origin and is_set_outside else "")

    def _is_paused(self, provider: str) -> bool:
        return any(one.name == provider and one.health.state is HealthState.PAUSED for one in self._models.entries)

    def _show(self) -> None:
        self._button.set_providers(self._models.entries)
        self._button.set_actions(self.actions())
        self._button.set_choice(self._models.choice, self._models.hint)

    def actions(self) -> dict[str, str]:
        """What is offered at each provider's heading."""
        paused = {entry.name: TRY_NOW for entry in self._models.entries if self._is_paused(entry.name)}
        return self._key_actions() | paused | self._fixes()

    def _fixes(self) -> dict[str, str]:
        return {
            entry.name: FIXES[entry.health.fix].format(label=entry.label)
            for entry in self._models.entries
            if entry.health.fix is not None
        }

    def _key_actions(self) -> dict[str, str]:
        """What is offered for the keys of providers; nothing for a server on this computer that works without."""
        actions = {}
        for entry in self._models.entries:
            if entry.name in self._keys.providers:
                has_key = bool(self._keys.state(entry.name).masked)
                if has_key or entry.health.state is HealthState.FAILED or not self._keys.is_optional(entry.name):
                    actions[entry.name] = REPLACE_KEY if has_key else ADD_KEY
        return actions
