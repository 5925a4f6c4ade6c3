"""Makes the provider services from the settings, each when first needed, and says which are available and why not."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from importlib import import_module
from typing import Final

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.endings import to_the_end
from desktop_app.imports import quiet_imports
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.providers import provider_labels, section_of, why_not_set_up
from desktop_app.llm.reliability import deadlines_of, reliability_of
from desktop_app.llm.resilience.guard import Reliability
from desktop_app.llm.resilience.guards import Guards
from desktop_app.llm.tokens import TokenEstimates
from desktop_app.llm.turn_trace import NO_TRACES
from desktop_app.paths import Paths
from desktop_app.settings import Settings
from desktop_app.tracing.tracer import Tracer

# Whoever was just handed a service is given this long to begin with it before it is closed.
GRACE_S: Final = 5.0
LOOKING_FOR_KEY: Final = ProviderHealth(HealthState.STARTING, "Looking for your key…")


class LLMServiceFactory:
    """Makes and keeps one service per provider; `aclose` ends them all.

    The adapters' modules, and with them the SDKs, take seconds to import: they are imported in a thread, when first
    asked for. Services that are given ready-made are the only ones then.
    """

    def __init__(
        self,
        settings: Settings,
        paths: Paths,
        today: Callable[[], date],
        services: Sequence[BaseLLMService] = (),
        *,
        grace_s: float = GRACE_S,
        reliability: Reliability = Reliability(),  # noqa: B008 - a frozen value
        tracer: Tracer = NO_TRACES,
    ) -> None:
        self._settings = settings
        self._paths = paths
        self.today = today
        self._given = frozenset(service.provider_name for service in services)
        self._services = {service.provider_name: service for service in services}
        self.labels = {service.provider_name: service.label for service in services} or provider_labels(settings)
        self._making = asyncio.Lock()
        self._expecting: frozenset[str] = frozenset()
        self._keys_came = asyncio.Event()
        self._grace_s = grace_s
        self._retiring: set[BaseLLMService] = set()
        self._retiring_tasks: set[asyncio.Task[None]] = set()
        self._tracer = tracer
        self.guards = Guards(reliability_of(settings, reliability))
        # One for all services; whoever owns us keeps what was learned of models' tokens.
        self.estimates = TokenEstimates()
        for service in services:
            self._equip(service)

    def get_available_providers(self) -> dict[str, ProviderHealth | None]:
        """Every provider by name, with None if it is set up, else why it is not."""
        return {name: self._missing(name) for name in self.labels}

    async def get_service(self, name: str) -> BaseLLMService:
        """The service of provider `name`. Raises ProviderError if it is unknown or not set up."""
        if name in self._expecting:
            await self._keys_came.wait()
        async with self._making:
            while True:
                self._require_available(name)
                if name in self._services:
                    return self._services[name]
                settings = self._settings
                service = await asyncio.to_thread(self._made, name, settings)
                # They may have changed meanwhile: then this one would speak to the wrong address, or with an old key.
                if section_of(settings, name) == section_of(self._settings, name):
                    self._services[name] = self._equip(service)
                else:
                    await service.aclose()

    def is_current(self, service: BaseLLMService) -> bool:
        """Whether `service` is the one that the settings in force give."""
        return self._services.get(service.provider_name) is service

    def expect_keys(self, *names: str) -> None:
        """The keys of these providers are being looked for: who asks for one of them waits until `keys_came`."""
        self._expecting = frozenset(names)
        self._keys_came.clear()

    def keys_came(self) -> None:
        """There will be no more keys than there are now."""
        self._expecting = frozenset()
        self._keys_came.set()

    def use(self, settings: Settings) -> None:
        """Make services from `settings` from now on. One whose own settings changed ends when nobody uses it."""
        old, self._settings = self._settings, settings
        self.guards.use(reliability_of(settings, self.guards.reliability))
        for name in self.labels:
            self.guards.refuse(name, self._refusal(name))
        for name, service in tuple(self._services.items()):
            is_other = section_of(old, name) != section_of(settings, name) or self._missing(name) is not None
            is_other = is_other or deadlines_of(old) != deadlines_of(settings) or old.local_only != settings.local_only
            if is_other and name not in self._given:
                del self._services[name]
                # What was wrong with the old settings says nothing of the new ones.
                self.guards.try_now(name)
                self._retiring.add(service)
                task = asyncio.create_task(self._retire(service), name=f"close the old {name}")
                self._retiring_tasks.add(task)
                task.add_done_callback(self._retiring_tasks.discard)

    async def trial(self, name: str, settings: Settings) -> BaseLLMService:
        """A service for trying `settings`, to be closed by whoever asked. Raises ProviderError if there may be none."""
        if missing := why_not_set_up(settings, name):
            raise ProviderError(ErrorKind.NOT_SET_UP, f"{self.labels[name]}: {missing.text}. {missing.advice}")
        # Neither a trace nor a log line may hold a key that is only tried.
        self._tracer.keep_secret(*settings.keys)
        return await asyncio.to_thread(self._made, name, settings)

    async def aclose(self) -> None:
        """Close every service that was made."""
        retiring = tuple(self._retiring_tasks)
        for task in retiring:
            task.cancel()
        await asyncio.gather(*retiring, return_exceptions=True)
        services, self._services = (*self._services.values(), *self._retiring), {}
        self._retiring.clear()
        for service in services:
            await service.aclose()

    async def _retire(self, service: BaseLLMService) -> None:
        await asyncio.sleep(self._grace_s)
        await service.in_use.ended()
        self._retiring.discard(service)
        await to_the_end(service.aclose())

    def _made(self, name: str, settings: Settings) -> BaseLLMService:
        """A new service. Call it in a thread: imports take seconds, and a client reads certificates from the disk."""
        with quiet_imports():
            build = _builder(name)
            # What HTTP clients import with their first request, on the window's thread then.
            with suppress(ImportError):
                import_module("anyio._backends._asyncio")
        return build(settings, self._paths, self.today)

    def _require_available(self, name: str) -> None:
        if name not in self.labels:
            raise ProviderError(ErrorKind.NOT_SET_UP, f"There is no provider “{name}”. Choose another model.")
        if refusal := self._refusal(name):
            raise refusal

    def _equip(self, service: BaseLLMService) -> BaseLLMService:
        service.estimates = self.estimates
        service.tracer = self._tracer
        service.be_guarded(self.guards.guard(service.provider_name, service.label))
        return service

    def _refusal(self, name: str) -> ProviderError | None:
        missing = self._missing(name)
        if missing is None:
            return None
        return ProviderError(ErrorKind.NOT_SET_UP, f"{self.labels[name]}: {missing.text}. {missing.advice}")

    def _missing(self, name: str) -> ProviderHealth | None:
        if name in self._given:
            return None
        missing = why_not_set_up(self._settings, name)
        return LOOKING_FOR_KEY if missing and name in self._expecting else missing


def _builder(name: str) -> "Callable[[Settings, Paths, Callable[[], date]], BaseLLMService]":
    """What makes the service; imports its module."""
    match name:
        case "builtin":
            from desktop_app.llm.builtin.service import BuiltinService

            return lambda settings, paths, today: BuiltinService(
                today,
                settings.builtin,
                paths,
                may_download=settings.builtin.weights_url is not None and not settings.local_only,
            )
        case "ollama":
            from desktop_app.llm.ollama.service import OllamaService

            return lambda settings, _paths, today: OllamaService(
                today, settings.ollama, deadlines_of(settings), stays_here=settings.local_only
            )
        case "claude":
            from desktop_app.llm.claude.service import ClaudeService

            return lambda settings, _paths, today: ClaudeService(today, settings.claude, deadlines_of(settings))
        case "openai":
            from desktop_app.llm.openai_agents.rehearsal import rehearse
            from desktop_app.llm.openai_agents.service import OpenAIService

            rehearse()
            return lambda settings, _paths, today: OpenAIService(today, settings.openai, deadlines_of(settings))
        case _:
            from desktop_app.llm.openai_agents.compatible import CompatibleService
            from desktop_app.llm.openai_agents.rehearsal import rehearse

            rehearse()
            return lambda settings, _paths, today: CompatibleService(
                today, settings.compatible_called(name), deadlines_of(settings)
            )
