"""How long a fetch will still take, what ends it, and what is left of it."""

import asyncio
import gc
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from desktop_app.backend import Backend
from desktop_app.clock import utc_now
from desktop_app.domain.model_fetches import FetchState, ModelFetch, full_name, typed_model_name
from desktop_app.domain.providers import FetchProgress, ModelInfo
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.paths import Paths
from desktop_app.services.model_fetches import ModelFetches
from desktop_app.settings import read_sources
from tests.services.recovery_profile import Named

MB = 1_000_000


class Getter(Named):
    """Gets a model by telling what it is given: progress at a time, or what ends it."""

    def __init__(self) -> None:
        super().__init__("ollama", "Ollama")
        self.now = 0.0
        self.asked: list[str] = []
        self.story: list[tuple[float, int] | Exception | asyncio.Event] = []

    async def fetch_model(self, name: str) -> AsyncGenerator[FetchProgress, None]:
        self.asked.append(name)
        for step in self.story:
            await asyncio.sleep(0)
            if isinstance(step, Exception):
                raise step
            if isinstance(step, asyncio.Event):
                await step.wait()
                continue
            self.now, done = step
            yield FetchProgress("Downloading", done, 1000 * MB)

    async def list_models(self) -> tuple[ModelInfo, ...]:
        return (ModelInfo("ollama", "m:latest", "m", is_local=True),)


class Watched:
    """The fetches of a profile, and all that was told of them."""

    def __init__(self, getter: Getter, backend: Backend) -> None:
        self.getter = getter
        self.backend = backend
        self.fetches = ModelFetches(
            backend.factory, backend.models, lambda: backend.settings.current, lambda: getter.now
        )
        self.seen: list[ModelFetch] = []
        self.ended: list[ModelFetch] = []
        self.is_over = asyncio.Event()
        self.fetches.subscribe(self._note, self._note_end)

    def _note(self) -> None:
        self.seen += self.fetches.all

    def _note_end(self, fetch: ModelFetch) -> None:
        self.ended.append(fetch)
        self.is_over.set()

    async def until_all_ended(self) -> None:
        while self.fetches.all:  # noqa: ASYNC110 - one that is stopped has no end of its own to tell
            await asyncio.sleep(0)

    async def get(self, name: str = "m") -> ModelFetch:
        self.fetches.start("ollama", name)
        async with asyncio.timeout(60):
            await self.is_over.wait()
        return self.ended[-1]


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    # The loop of the test before has timers of Qt: they must not be collected in the database's thread.
    gc.collect()
    getter = Getter()
    backend = await Backend.open(
        Paths(tmp_path, tmp_path, tmp_path), read_sources([], {}, tmp_path), utc_now, (getter,)
    )
    await backend.load()
    watched = Watched(getter, backend)
    yield watched
    await watched.fetches.aclose()
    await backend.close()


async def test_what_is_left_is_told_from_the_pace_of_late(watched: Watched) -> None:
    # 400 MB were there before; since then 10 MB a second, then, for long enough, 20.
    watched.getter.story = [(0, 400 * MB), (1, 410 * MB), (5, 450 * MB), (25, 650 * MB), (35, 850 * MB), (45, 990 * MB)]
    fetch = await watched.get()
    assert fetch.state is FetchState.DONE
    left = {one.progress.done_bytes: one.left_s for one in watched.seen}
    assert left[400 * MB] is None
    assert left[410 * MB] is None, "too little was seen"
    assert left[450 * MB] == 55
    assert left[850 * MB] == 7.5
    assert left[990 * MB] == pytest.approx(10 / (340 / 20))


async def test_nobody_can_tell_while_nothing_comes(watched: Watched) -> None:
    watched.getter.story = [(0, 400 * MB), (60, 400 * MB)]
    await watched.get()
    assert {one.left_s for one in watched.seen} == {None}


async def test_done_is_chosen_where_nothing_answered(watched: Watched) -> None:
    assert (await watched.get()).is_chosen
    assert watched.backend.models.choice is not None
    assert watched.fetches.all == ()


async def test_a_failure_stays_until_it_is_forgotten_or_tried_again(watched: Watched) -> None:
    watched.getter.story = [ProviderError(ErrorKind.NETWORK, "Ollama cannot reach its library.")]
    assert (await watched.get()).error == "Ollama cannot reach its library."
    assert [one.state for one in watched.fetches.all] == [FetchState.FAILED]
    watched.fetches.forget_failed()
    assert watched.fetches.all == ()
    await watched.get()
    watched.is_over.clear()
    watched.getter.story = []
    assert (await watched.get()).state is FetchState.DONE


async def test_what_nobody_expected_is_logged_and_told_in_a_sentence(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.getter.story = [ValueError("odd")]
    assert "the log says more" in (await watched.get()).error
    (record,) = [one for one in caplog.records if one.name.endswith("model_fetches")]
    assert record.levelno == logging.ERROR
    caplog.clear()


async def test_what_was_stopped_is_gone_and_told_to_nobody_as_an_end(watched: Watched) -> None:
    watched.getter.story = [(0, 1), asyncio.Event()]
    watched.fetches.start("ollama", "m")
    watched.fetches.start("ollama", "m:latest")
    assert len(watched.fetches.all) == 1, "it is the same one"
    async with asyncio.timeout(60):
        while not any(one.progress.done_bytes for one in watched.seen):  # noqa: ASYNC110 - any of the tellings
            await asyncio.sleep(0)
        watched.fetches.cancel("ollama", "m")
        watched.fetches.cancel("ollama", "m")
        watched.fetches.cancel("ollama", "another")
        assert [one.state for one in watched.fetches.all] == [FetchState.STOPPING]
        await watched.until_all_ended()
    assert watched.ended == []
    assert watched.getter.asked == ["m"]


async def test_where_nothing_may_leave_this_computer_nothing_is_begun_and_what_runs_is_broken_off(
    watched: Watched,
) -> None:
    watched.getter.story = [(0, 1), asyncio.Event()]
    watched.fetches.start("ollama", "m")
    async with asyncio.timeout(60):
        while not any(one.progress.done_bytes for one in watched.seen):  # noqa: ASYNC110 - any of the tellings
            await asyncio.sleep(0)
    await watched.backend.settings.keep("llm.local_only", "true")
    watched.fetches.use(watched.backend.settings.current)
    async with asyncio.timeout(60):
        await watched.is_over.wait()
    watched.fetches.start("ollama", "another")
    assert [(one.state, bool(one.error)) for one in watched.ended] == [(FetchState.FAILED, True)] * 2
    assert watched.getter.asked == ["m"]


async def test_after_the_end_nothing_is_begun(watched: Watched) -> None:
    watched.getter.story = [(0, 1), asyncio.Event()]
    watched.fetches.start("ollama", "m")
    await watched.fetches.aclose()
    watched.fetches.start("ollama", "another")
    assert (watched.fetches.all, watched.ended) == ((), [])


def test_names_are_read_as_they_are_typed_or_pasted() -> None:
    assert typed_model_name(" ollama pull qwen3:8b ") == "qwen3:8b"
    assert typed_model_name("hf.co/someone/model") == "hf.co/someone/model"
    assert [typed_model_name(text) for text in ("", "two words", "-x", "é")] == [None] * 4
    assert [full_name(name) for name in ("m", "m:8b")] == ["m:latest", "m:8b"]
