"""Which providers and models there are, how they are doing, and which one the person chose."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from desktop_app.domain.model_names import with_provider
from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo, ModelOffer, ProviderEntry, ProviderHealth
from desktop_app.errors import AppError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.catalog.catalog import model_labels, unlisted
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.llm.providers import model_set_outside
from desktop_app.llm.resilience.breaker import Circuit, CircuitState
from desktop_app.services.preferences import Preferences
from desktop_app.settings import Settings
from desktop_app.settings.origins import Layer, Origin

_log = logging.getLogger(__name__)

_CHECKING = ProviderHealth(HealthState.STARTING, "Looking…")
_NO_DOWNLOAD = "Its model is not here, and GoalGetter is set to load nothing from elsewhere (“local_only”)."
_PROVIDER = "provider"
_PROVIDER_ID = "llm.default_provider"


class _Looked(NamedTuple):
    """What asking a service brought."""

    health: ProviderHealth
    models: tuple[ModelInfo, ...]
    offers: tuple[ModelOffer, ...] | None


class ModelDirectory:
    """Lists models live from each provider and keeps the person's choice, a model per provider.

    A model or provider that is set outside of GoalGetter comes before what was chosen in earlier runs; what is chosen
    now counts until the program ends.
    """

    def __init__(
        self,
        factory: LLMServiceFactory,
        preferences: Preferences,
        settings: Callable[[], Settings] = Settings,
        priced: Callable[[Iterable[ModelInfo]], Awaitable[tuple[ModelInfo, ...]]] | None = None,
    ) -> None:
        """`priced` gives models the prices that are counted with, where those are not the ones they came with."""
        self._factory = factory
        self._priced = priced
        self._preferences = preferences
        self._settings = settings
        self._provider_this_run: str | None = None
        self._models_this_run: dict[str, str] = {}
        self._entries = {name: ProviderEntry(name, label, _CHECKING) for name, label in factory.labels.items()}
        self._learned_names: dict[tuple[str, str], str] = {}
        self._looked_up: set[tuple[str, str]] = set()
        self._listed: dict[str, tuple[ModelInfo, ...]] = {}  # without what is counted in place of their prices
        self._listeners: list[Callable[[], None]] = []
        factory.guards.subscribe(self._note_circuit)

    @property
    def entries(self) -> tuple[ProviderEntry, ...]:
        """Every provider as it was last seen, and whether its calls are held back at the moment."""
        return tuple(self._with_circuit(entry) for entry in self._entries.values())

    @property
    def choice(self) -> ModelChoice | None:
        """The model that answers: the one chosen, else one on this computer; None if there is none."""
        if chosen := self.chosen_provider:
            return self.choice_of(chosen)
        for name, entry in self._entries.items():
            if entry.health.is_usable and entry.models and entry.models[0].is_local:
                return ModelChoice(name, entry.models[0].name)
        return None

    @property
    def chosen_provider(self) -> str | None:
        """The provider that answers by somebody's choice; None if nobody chose one that there is."""
        chosen = (self._provider_this_run, self._settings().default_provider, self._preferences.value(_PROVIDER))
        return next((name for name in chosen if name in self._entries), None)

    @property
    def hint(self) -> str:
        """What else than the person's own choice bears on which model answers, in a few words; empty if nothing."""
        settings, choice = self._settings(), self.choice
        if choice is None:
            return ""
        model = model_set_outside(settings, choice.provider)
        provider = settings.default_provider
        if self._provider_this_run is not None and provider not in {None, choice.provider}:
            return _for_now(settings.origin(_PROVIDER_ID))
        if model is not None:
            return model[1].hint if model[0] == choice.model else _for_now(model[1])
        return settings.origin(_PROVIDER_ID).hint if provider == choice.provider else ""

    def choice_of(self, provider: str) -> ModelChoice | None:
        """The model of `provider` that answers: the one chosen there, else its first; None if none is known."""
        model = self._wanted_model(provider) or self._first_model(provider)
        return ModelChoice(provider, model) if model else None

    async def find_choice(self, provider: str | None = None) -> ModelChoice | None:
        """The model that answers (of `provider`, if one is given), asking providers only until one is found."""
        missing = self._factory.get_available_providers()
        wanted = provider or self.chosen_provider
        for name in [wanted] if wanted in self._entries else self._entries:
            if choice := self.choice_of(name) if provider else self.choice:
                return choice
            await self._refresh(name, missing[name])
        return self.choice_of(provider) if provider else self.choice

    async def mend(self, provider: str) -> None:
        """Do what the provider's health names as a fix, then look how it is doing. Raises ProviderError."""
        self._set(provider, ProviderHealth(HealthState.STARTING, "Starting…"), ())
        try:
            await (await self._factory.get_service(provider)).mend()
        finally:
            await self.refresh(provider)

    def is_left_alone(self, provider: str) -> bool:
        """Whether a call to the provider would be refused just now, because it failed too often."""
        return self._factory.guards.circuit(provider).state is CircuitState.OPEN

    def try_now(self, provider: str) -> None:
        """Let the next call ask the provider, however long it was to be left alone."""
        self._factory.guards.try_now(provider)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever an entry or the choice changed."""
        self._listeners.append(listener)

    def model(self, choice: ModelChoice) -> ModelInfo | None:
        """What is known of a model; None if its provider does not list it."""
        entry = self._entries.get(choice.provider)
        return next((model for model in entry.models if model.name == choice.model), None) if entry else None

    def label_of(self, provider: str) -> str:
        """How a provider is called on screen, also one that is no longer there."""
        return self._factory.labels.get(provider, provider)

    def name_of(self, provider: str | None, model: str | None) -> str:
        """How a model is called on screen, also one that is no longer listed."""
        info = self.model(ModelChoice(provider or "", model or ""))
        learned = self._learned_names.get((provider or "", model or ""))
        name = info.label if info else learned or model or "unknown model"
        return with_provider(self.label_of(provider or ""), name)

    async def learn_names(self, models: Iterable[tuple[str | None, str | None]]) -> None:
        """Know how these are called where no provider lists them, as far as the program's own data tells."""
        unknown = {
            (provider, model)
            for provider, model in models
            if provider and model and self.model(ModelChoice(provider, model)) is None
        } - self._looked_up
        if unknown:
            self._looked_up |= unknown
            self._learned_names |= await model_labels(unknown)

    async def choose(self, choice: ModelChoice) -> None:
        """Let this model answer from now on, also after a restart, unless another one is set outside."""
        self._provider_this_run = choice.provider
        self._models_this_run[choice.provider] = choice.model
        await self._preferences.keep(_model_key(choice.provider), choice.model)
        await self._preferences.keep(_PROVIDER, choice.provider)
        self._tell()

    async def download(self, name: str) -> None:
        """Let a provider download what it needs, as the person agreed, and get ready; its health tells the progress."""
        service = await self._factory.get_service(name)
        service.allow_download()
        with service.in_use.one_more():
            await service.prepare(partial(self._follow, service))
        await self._refresh(name, None)

    async def refresh(self, *names: str) -> None:
        """Ask the named providers, or every one, for health and models, all at once; those that are set up."""
        missing = self._factory.get_available_providers()
        await asyncio.gather(*(self._refresh(name, missing[name]) for name in names or missing))

    async def reprice(self) -> None:
        """Prices changed: show the new ones, without asking a provider."""
        if self._priced is None:
            return
        for name, listed in tuple(self._listed.items()):
            models = await self._priced(listed)
            entry = self._entries[name]
            if self._listed[name] is listed and entry.models:  # else it was asked meanwhile, and has them
                self._set(name, entry.health, models, entry.offers)

    async def prepare(self, *names: str) -> None:
        """Let the named providers get ready and list their models, all at once; each change is told.

        Without a name, every provider that is set up.
        """
        missing = self._factory.get_available_providers()
        await asyncio.gather(*(self._prepare(name, missing[name]) for name in names or missing))

    async def _prepare(self, name: str, why_not: ProviderHealth | None) -> None:
        """List a provider's models, then let it get ready, following what it says of itself meanwhile."""
        await self._refresh(name, why_not)
        if why_not is not None or not self._entries[name].health.is_usable:
            return
        service = await self._factory.get_service(name)
        with service.in_use.one_more():
            await service.prepare(partial(self._follow, service))

    def _follow(self, service: BaseLLMService, health: ProviderHealth) -> None:
        name = service.provider_name
        if self._factory.is_current(service):
            known = self._entries[name]
            self._set(name, health, known.models, known.offers)

    async def _refresh(self, name: str, why_not: ProviderHealth | None) -> None:
        if why_not is not None:
            self._set(name, why_not, ())
            return
        try:
            looked = await self._look(await self._factory.get_service(name))
        except AppError as error:
            self._set(name, ProviderHealth(HealthState.FAILED, str(error)), ())
        except ImportError:
            _log.exception("the %s provider cannot be loaded", name)
            advice = "Install GoalGetter again."
            self._set(name, ProviderHealth(HealthState.FAILED, "A part of GoalGetter is missing.", advice), ())
        else:
            if looked is not None:
                health, models, offers = looked
                self._listed[name] = listed = await self._with_choice(name, models)
                self._set(name, health, listed if self._priced is None else await self._priced(listed), offers)

    async def _look(self, service: BaseLLMService) -> _Looked | None:
        """How a service is and what it has; None if its settings changed meanwhile, for then another one is asked."""
        models: tuple[ModelInfo, ...] = ()
        try:
            with service.in_use.one_more():
                health = await service.check_health()
                if health.is_usable and self._factory.is_current(service):
                    models = self._allowed(await service.list_models())
        except AppError:
            if self._factory.is_current(service):
                raise
            return None
        return _Looked(health, models, service.offered_models()) if self._factory.is_current(service) else None

    def _allowed(self, models: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
        """Without those that Ollama only passes on to its cloud, where nothing is to leave this computer."""
        if not self._settings().local_only:
            return models
        return tuple(model for model in models if model.is_local or model.provider != "ollama")

    async def _with_choice(self, name: str, models: tuple[ModelInfo, ...]) -> tuple[ModelInfo, ...]:
        """`models` with the one that was chosen, which answers as typed even where its provider does not list it."""
        chosen = self._wanted_model(name)
        if chosen is None or not models or any(model.name == chosen for model in models):
            return models
        return (*models, await unlisted(name, chosen, self._factory.today()))

    def _set(
        self,
        name: str,
        health: ProviderHealth,
        models: tuple[ModelInfo, ...],
        offers: tuple[ModelOffer, ...] | None = None,
    ) -> None:
        if self._settings().local_only and health.download_bytes is not None:
            health = replace(health, download_bytes=None, advice=_NO_DOWNLOAD)
        entry = ProviderEntry(name, self._factory.labels[name], health, models, offers)
        if entry != self._entries[name]:
            self._entries[name] = entry
            self._tell()

    def _note_circuit(self, _provider: str, _circuit: Circuit) -> None:
        self._tell()

    def _with_circuit(self, entry: ProviderEntry) -> ProviderEntry:
        circuit = self._factory.guards.circuit(entry.name)
        if circuit.state is CircuitState.CLOSED or not entry.health.is_usable:
            return entry
        return replace(entry, health=_paused(circuit))

    def _wanted_model(self, name: str) -> str | None:
        """The model of a provider that somebody chose, the strongest choice first."""
        outside = model_set_outside(self._settings(), name)
        set_outside = outside[0] if outside else None
        return self._models_this_run.get(name) or set_outside or self._preferences.value(_model_key(name))

    def _first_model(self, name: str) -> str | None:
        models = self._entries[name].models
        return models[0].name if models else None

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _paused(circuit: Circuit) -> ProviderHealth:
    """An open circuit in words."""
    if circuit.state is CircuitState.HALF_OPEN:
        text = f"Failed {circuit.failures} times in a row; the next message tries it again"
    else:
        text = f"Failed {circuit.failures} times in a row; left alone for {max(1, round(circuit.next_try_s))} s"
    return ProviderHealth(HealthState.PAUSED, text, circuit.reason)


def _for_now(origin: Origin) -> str:
    """What is said of a choice that is not what is set at `origin`."""
    name = origin.file.name if origin.layer is Layer.CONFIG_FILE and origin.file else origin.name
    return f"for now; {name} sets another"


def _model_key(provider: str) -> str:
    return f"model.{provider}"
