"""Makes the provider services from the settings, each when first needed, and says which are available and why not."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.imports import quiet_imports
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.paths import Paths
from desktop_app.settings import Settings

LABELS: Final = {"builtin": "Built-in", "ollama": "Ollama", "claude": "Claude", "openai": "OpenAI"}

NO_KEY: Final = ProviderHealth(
    HealthState.NOT_SET_UP, "No key", "Set {variable} in the environment and start GoalGetter again."
)


class LLMServiceFactory:
    """Makes and keeps one service per provider; `aclose` ends them all.

    The adapters' modules, and with them the SDKs, take seconds to import: they are imported in a thread, when first
    asked for. Services that are given ready-made are the only ones then.
    """

    def __init__(
        self, settings: Settings, paths: Paths, today: Callable[[], date], services: Sequence[BaseLLMService] = ()
    ) -> None:
        self._settings = settings
        self._paths = paths
        self.today = today
        self._services = {service.provider_name: service for service in services}
        self.labels = {service.provider_name: service.label for service in services} or _labels(settings)
        self._making = asyncio.Lock()

    def get_available_providers(self) -> dict[str, ProviderHealth | None]:
        """Every provider by name, with None if it is set up, else why it is not."""
        return {name: self._missing(name) for name in self.labels}

    async def get_service(self, name: str) -> BaseLLMService:
        """The service of provider `name`. Raises ProviderError if it is unknown or not set up."""
        if name not in self.labels:
            raise ProviderError(ErrorKind.NOT_SET_UP, f"There is no provider “{name}”. Choose another model.")
        if missing := self._missing(name):
            raise ProviderError(ErrorKind.NOT_SET_UP, f"{self.labels[name]}: {missing.text}. {missing.advice}")
        async with self._making:
            if name not in self._services:
                self._services[name] = await asyncio.to_thread(self._made, name)
        return self._services[name]

    async def aclose(self) -> None:
        """Close every service that was made."""
        services, self._services = tuple(self._services.values()), {}
        for service in services:
            await service.aclose()

    def _made(self, name: str) -> BaseLLMService:
        """A new service. Call it in a thread: imports take seconds, and a client reads certificates from the disk."""
        with quiet_imports():
            build = _builder(name)
        return build(self._settings, self._paths, self.today)

    def _missing(self, name: str) -> ProviderHealth | None:
        keys = {
            "claude": (self._settings.claude.api_key, "ANTHROPIC_API_KEY"),
            "openai": (self._settings.openai.api_key, "OPENAI_API_KEY"),
        }
        key, variable = keys.get(name, ("none needed", ""))
        if key:
            return None
        return ProviderHealth(NO_KEY.state, NO_KEY.text, NO_KEY.advice.format(variable=variable))


def _labels(settings: Settings) -> dict[str, str]:
    """What each provider is called on the screen."""
    return LABELS | {server.provider: server.name for server in settings.compatible}


def _builder(name: str) -> "Callable[[Settings, Paths, Callable[[], date]], BaseLLMService]":
    """What makes the service; imports its module."""
    match name:
        case "builtin":
            from desktop_app.llm.builtin.service import BuiltinService

            return lambda settings, paths, today: BuiltinService(
                today, settings.builtin, paths, may_download=settings.builtin.weights_url is not None
            )
        case "ollama":
            from desktop_app.llm.ollama.service import OllamaService

            return lambda settings, _paths, today: OllamaService(today, settings.ollama)
        case "claude":
            from desktop_app.llm.claude.service import ClaudeService

            return lambda settings, _paths, today: ClaudeService(today, settings.claude)
        case "openai":
            from desktop_app.llm.openai_agents.rehearsal import rehearse
            from desktop_app.llm.openai_agents.service import OpenAIService

            rehearse()
            return lambda settings, _paths, today: OpenAIService(today, settings.openai)
        case _:
            from desktop_app.llm.openai_agents.compatible import CompatibleService
            from desktop_app.llm.openai_agents.rehearsal import rehearse

            rehearse()
            return lambda settings, _paths, today: CompatibleService(today, settings.compatible_called(name))
