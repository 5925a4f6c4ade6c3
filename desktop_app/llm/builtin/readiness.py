"""Gets the built-in coach ready in the background: the weights, the engine, the prompt; then keeps watch."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final, TypeAlias

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.llm.builtin.catalog import Weights
from desktop_app.llm.builtin.engine import Engine, EngineSettings, is_installed
from desktop_app.llm.builtin.problems import INSTALL_ADVICE, DownloadNeededError, EngineError, WeightsError
from desktop_app.llm.builtin.verification import CancelledWork
from desktop_app.llm.builtin.weights import WeightsSource
from desktop_app.llm.errors import ErrorKind, ProviderError

if TYPE_CHECKING:
    from desktop_app.llm.builtin.engine_client import EngineClient

_log = logging.getLogger(__name__)

OnHealth: TypeAlias = Callable[[ProviderHealth], None]

RESTARTS: Final = 1
_KILLED: Final = frozenset({-9, 137})
_PROGRESS_STEP: Final = 0.01
_WORKING: Final = ProviderHealth(
    HealthState.WORKING,
    "Answers on this computer, offline.",
    "A basic coach: it listens, writes goals down and asks short questions.",
)
_NOT_BEGUN: Final = ProviderHealth(HealthState.STARTING, "The built-in model is not started yet.")


class Readiness:
    """The way to an engine that answers: gone once, shared by all who wait, and once more after a crash."""

    def __init__(self, weights: Weights, source: WeightsSource, engine: Engine, slots: Path, opening: str) -> None:
        """`opening` is the constant system message; it is processed beforehand and saved in the folder `slots`."""
        self._weights = weights
        self._source = source
        self._engine = engine
        self._slots = slots
        self._opening = opening
        self._listeners: list[OnHealth] = []
        self._task: asyncio.Task[EngineClient] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._client: EngineClient | None = None
        self._cancelled = Event()
        self._crashes = 0
        self._ended_again: EngineError | None = None
        self.health = self._at_rest()

    def listen(self, on_health: OnHealth) -> None:
        """Tell `on_health` each change from now on."""
        self._listeners.append(on_health)

    async def client(self) -> "EngineClient":
        """The engine's client, once it is ready. Raises ProviderError with the reason where it cannot be.

        That it ended again after its restart is said once; whoever asks next sets out anew.
        """
        if self._watch is not None and not self._engine.is_running:
            await asyncio.shield(self._watch)  # so that the end is known before anybody is sent to it
        if self._ended_again is not None:
            error = self._provider_error(self._ended_again)
            self.try_again()
            raise error
        if self._task is None:
            self._task = asyncio.create_task(self._get_ready(), name="built-in model")
        try:
            # Whoever stops waiting does not stop the others.
            return await asyncio.shield(self._task)
        except (WeightsError, EngineError) as error:
            raise self._provider_error(error) from error

    def try_again(self) -> None:
        """Forget a failure, so that the next one who asks sets out anew."""
        if self._task is not None and self._task.done() and not self._engine.is_running:
            self._task = self._watch = None
            self._ended_again = None
            self._crashes = 0

    def note_answer(self) -> None:
        """The engine answered: an earlier end is not counted any more."""
        self._crashes = 0

    async def close(self) -> None:
        """End the work, the watch and the engine."""
        self._cancelled.set()
        for task in (self._watch, self._task):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, WeightsError, EngineError, ProviderError):
                    await task
        self._watch = self._task = None
        await self._close_client()
        await self._engine.stop()

    async def _get_ready(self) -> "EngineClient":
        try:
            _check_installed()
            path = await self._found_weights()
            client = await self._started(path)
        except (WeightsError, EngineError) as error:
            _log.warning("the built-in model is not ready: %s", error)
            needed = error.size_bytes if isinstance(error, DownloadNeededError) else None
            state = HealthState.FAILED if is_installed() and needed is None else HealthState.NOT_SET_UP
            self._tell(ProviderHealth(state, str(error), error.advice, download_bytes=needed))
            raise
        self._watch = asyncio.create_task(self._keep_watch(), name="built-in model's watch")
        self._tell(_WORKING)
        return client

    async def _found_weights(self) -> Path:
        loop = asyncio.get_running_loop()
        last = ("", -1.0)

        def report(what: str, share: float) -> None:
            nonlocal last
            if what != last[0] or share - last[1] >= _PROGRESS_STEP or share >= 1:
                last = (what, share)
                loop.call_soon_threadsafe(self._tell, _starting(what, share))

        self._tell(_starting("Looking for the model's file", None))
        work = asyncio.create_task(asyncio.to_thread(self._source.find, report, self._cancelled))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # The thread stops at its next chunk; leaving it behind would let it write after we are gone.
            self._cancelled.set()
            with contextlib.suppress(CancelledWork, WeightsError):
                await work
            raise

    async def _started(self, path: Path) -> "EngineClient":
        try:
            return await self._launched(path)
        except OSError as error:
            await self._engine.stop()
            raise EngineError(
                f"The built-in model could not be started ({error.strerror}).",
                f"Close other programs, make room and see that {self._slots} can be written, then try again.",
            ) from error

    async def _launched(self, path: Path) -> "EngineClient":
        self._tell(_starting("Loading the model", None))
        await self._engine.start(EngineSettings(path, self._weights.context_window, self._slots))
        await self._close_client()
        client = self._client = await asyncio.to_thread(_connected, self._engine.address, self._engine.api_key)
        self._tell(_starting("Warming up", None))
        try:
            await self._warm_up(client, path)
        except ProviderError as error:
            await self._engine.stop()
            raise EngineError(
                "The built-in model ended while it was warming up.",
                "Close other programs (it needs about 2 GB of memory) and try again.",
            ) from error
        return client

    async def _warm_up(self, client: "EngineClient", path: Path) -> None:
        """Process the constant prompt, or load it as it was processed the last time."""
        messages = [{"role": "system", "content": self._opening}, {"role": "user", "content": "Goals: none\nPerson: "}]
        prompt = await client.prompt(messages)
        name = _slot_name(prompt, path, self._weights.context_window)
        if (self._slots / name).is_file() and await client.restore(name):
            return
        await client.read_in(prompt)
        for old in self._slots.glob("*.slot"):
            old.unlink(missing_ok=True)
        await client.save(name)

    async def _keep_watch(self) -> None:
        """Wait for the engine's end; after the first one set out again, after the next say so."""
        code = await self._engine.wait_for_end()
        self._crashes += 1
        _log.error("the engine ended with %s", code)
        if self._crashes > RESTARTS:
            self._ended_again = _ended_again(code)
            self._tell(ProviderHealth(HealthState.FAILED, str(self._ended_again), self._ended_again.advice))
            return
        self._task = asyncio.create_task(self._get_ready(), name="built-in model")

    async def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def _tell(self, health: ProviderHealth) -> None:
        self.health = health
        for listener in tuple(self._listeners):
            listener(health)

    def _at_rest(self) -> ProviderHealth:
        if not is_installed():
            return ProviderHealth(HealthState.NOT_SET_UP, "The built-in model is not installed.", INSTALL_ADVICE)
        return _NOT_BEGUN

    def _provider_error(self, error: WeightsError | EngineError) -> ProviderError:
        kind = ErrorKind.SERVER if is_installed() and isinstance(error, EngineError) else ErrorKind.NOT_SET_UP
        return ProviderError(kind, f"{error} {error.advice}".strip(), is_lasting=True)


def _ended_again(code: int) -> EngineError:
    """The engine ended with `code`, and it was not the first time."""
    # Nobody but the system ends it so: by the signal that cannot be refused, when memory runs out.
    if code in _KILLED:
        happened = (
            "The computer ended the built-in model, most likely for lack of memory, and once more after a restart."
        )
    else:
        happened = "The built-in model stopped unexpectedly, and once more after a restart."
    return EngineError(happened, "Close other programs (it needs about 2 GB of memory) and try again.")


def _check_installed() -> None:
    if not is_installed():
        raise EngineError("The built-in model is not installed.", INSTALL_ADVICE)


def _connected(address: str, api_key: str) -> "EngineClient":
    """The engine's client. Call it in a thread: it loads httpx, which the window does without, and certificates."""
    from desktop_app.llm.builtin.engine_client import EngineClient  # noqa: PLC0415

    return EngineClient(address, api_key)


def _starting(what: str, share: float | None) -> ProviderHealth:
    return ProviderHealth(HealthState.STARTING, f"{what}…", "", share)


def _slot_name(prompt: str, path: Path, context: int) -> str:
    """A name that changes with all that the processed prompt depends on."""
    from importlib.metadata import version  # noqa: PLC0415 - reads the disk; not needed before

    facts = path.stat()
    key = f"{version('xllamacpp')}|{path}|{facts.st_size}|{facts.st_mtime_ns}|{context}|{prompt}"
    return hashlib.sha256(key.encode()).hexdigest()[:24] + ".slot"
