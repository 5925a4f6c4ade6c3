"""Getting models, in the background: one fetch a name, which goes on whoever looks, and ends with the program."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Final

from desktop_app.domain.model_fetches import FetchState, ModelFetch, full_name
from desktop_app.domain.providers import FetchProgress, ModelChoice
from desktop_app.errors import AppError
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.services.models import ModelDirectory
from desktop_app.settings import Settings

_log = logging.getLogger(__name__)

ONLY_HERE: Final = (
    "“Only this computer” is on, and models come from the internet. What came so far is kept; turn it off to go on."
)
_UNEXPECTED: Final = "Something went wrong that should not have. What came so far is kept; the log says more."
# An estimate from less than this would jump about.
_LEAST_SEEN_S: Final = 3.0
_LOOKED_BACK_S: Final = 20.0

_Key = tuple[str, str]


class ModelFetches:
    """Runs fetches and keeps those that failed until they are tried again or forgotten.

    A fetch holds the service it began with, so that changed settings do not break it off, except for the switch that
    keeps everything on this computer. What a provider got so far, it keeps; the next try goes on from there.
    """

    def __init__(
        self,
        factory: LLMServiceFactory,
        models: ModelDirectory,
        settings: Callable[[], Settings],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`clock` counts seconds."""
        self._factory = factory
        self._models = models
        self._settings = settings
        self._clock = clock
        self._fetches: dict[_Key, ModelFetch] = {}
        self._running: dict[_Key, _Running] = {}
        self._listeners: list[Callable[[], None]] = []
        self._end_listeners: list[Callable[[ModelFetch], None]] = []
        self._is_closed = False

    @property
    def all(self) -> tuple[ModelFetch, ...]:
        """Those that run and those that failed, in the order in which they were begun."""
        return tuple(self._fetches.values())

    def subscribe(self, listener: Callable[[], None], on_end: Callable[[ModelFetch], None] | None = None) -> None:
        """Call `listener` at each change, and `on_end` with each that is done or failed, but not with one stopped."""
        self._listeners.append(listener)
        if on_end is not None:
            self._end_listeners.append(on_end)

    def start(self, provider: str, name: str) -> None:
        """Begin to get a model, as the person asked; does nothing where that runs already. Needs a running loop."""
        key = (provider, full_name(name))
        if key in self._running or self._is_closed:
            return
        if self._settings().local_only:
            self._end(key, replace(ModelFetch(provider, name), state=FetchState.FAILED, error=ONLY_HERE))
            return
        self._fetches[key] = ModelFetch(provider, name)
        task = asyncio.get_running_loop().create_task(self._run(key), name=f"get the model {name}")
        self._running[key] = _Running(task, _Pace(self._clock))
        task.add_done_callback(partial(self._note_end, key))
        self._tell()

    def cancel(self, provider: str, name: str) -> None:
        """Stop getting a model; what came is kept by its provider."""
        self._stop((provider, full_name(name)))

    def forget_failed(self) -> None:
        """Drop those that failed: they were seen."""
        failed = [key for key, fetch in self._fetches.items() if fetch.state is FetchState.FAILED]
        for key in failed:
            del self._fetches[key]
        if failed:
            self._tell()

    def use(self, settings: Settings) -> None:
        """Break off what leaves this computer, once nothing may."""
        if settings.local_only:
            for key in tuple(self._running):
                self._stop(key, ONLY_HERE)

    async def aclose(self) -> None:
        """Start nothing more, stop what runs, and wait until it ended."""
        self._is_closed = True
        tasks = [running.task for running in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, key: _Key) -> None:
        provider, name = key[0], self._fetches[key].name
        service = await self._factory.get_service(provider)
        with service.in_use.one_more():
            async with aclosing(service.fetch_model(name)) as told:
                async for progress in told:
                    self._note_progress(key, progress)
        had_answer = self._models.choice is not None
        await self._models.refresh(provider)
        listed = self._listed(key)
        if listed is not None and not had_answer:
            await self._models.choose(listed)
        is_chosen = listed is not None and self._models.choice == listed
        self._fetches[key] = replace(self._fetches[key], state=FetchState.DONE, is_chosen=is_chosen)

    def _listed(self, key: _Key) -> ModelChoice | None:
        """The model as it is listed, now that it is there; None where its provider changed meanwhile."""
        models = next((entry.models for entry in self._models.entries if entry.name == key[0]), ())
        return next((ModelChoice(key[0], one.name) for one in models if full_name(one.name) == key[1]), None)

    def _note_progress(self, key: _Key, progress: FetchProgress) -> None:
        left_s = self._running[key].pace.left_s(progress)
        fetch = replace(self._fetches[key], progress=progress, left_s=left_s)
        if self._fetches[key].state is FetchState.RUNNING:
            self._fetches[key] = fetch
            self._tell()

    def _stop(self, key: _Key, why: str = "") -> None:
        running = self._running.get(key)
        if running is None or self._fetches[key].state is not FetchState.RUNNING:
            return
        self._fetches[key] = replace(self._fetches[key], state=FetchState.STOPPING, error=why)
        running.task.cancel()
        self._tell()

    def _note_end(self, key: _Key, task: "asyncio.Task[None]") -> None:
        del self._running[key]
        fetch = self._fetches.pop(key)
        if self._is_closed:
            return
        if task.cancelled():
            error = fetch.error
        elif (fault := task.exception()) is None:
            error = ""
        elif isinstance(fault, AppError):
            _log.info("getting a model failed: %s", type(fault).__name__)
            error = str(fault)
        else:
            _log.error("getting a model failed unexpectedly", exc_info=fault)
            error = _UNEXPECTED
        if error:
            self._end(key, replace(fetch, state=FetchState.FAILED, left_s=None, error=error))
        elif fetch.state is FetchState.DONE:
            self._end(key, fetch)
        else:
            self._tell()

    def _end(self, key: _Key, fetch: ModelFetch) -> None:
        if fetch.state is FetchState.FAILED:
            self._fetches[key] = fetch
        self._tell()
        for listener in tuple(self._end_listeners):
            listener(fetch)

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


class _Pace:
    """How fast bytes came lately. What was there from an earlier try came in no time, and counts for nothing."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def left_s(self, progress: FetchProgress) -> float | None:
        """The seconds that the rest takes at this pace; None as long as nobody can tell."""
        if progress.done_bytes is None or progress.total_bytes is None or progress.done_bytes >= progress.total_bytes:
            return None
        now = self._clock()
        self._seen.append((now, progress.done_bytes))
        while now - self._seen[0][0] > _LOOKED_BACK_S and len(self._seen) > 2:
            self._seen.popleft()
        passed, came = now - self._seen[0][0], progress.done_bytes - self._seen[0][1]
        if passed < _LEAST_SEEN_S or came <= 0:
            return None
        return (progress.total_bytes - progress.done_bytes) * passed / came


@dataclass(frozen=True, slots=True)
class _Running:
    """The task of a fetch, and how fast it is."""

    task: "asyncio.Task[None]"
    pace: _Pace
