"""The providers: CPU per streamed delta against the bare SDK, from Stop to the closed connection, connections used."""

import asyncio
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, aclosing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.request import urlopen

import anthropic
import httpx
import ollama
import openai
from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner, set_tracing_disabled

from build_scripts.benchmarks.measure import Measure
from build_scripts.benchmarks.provider_server import DELTAS, ENDLESS, SHORT
from desktop_app.domain.goals import UserPhase
from desktop_app.domain.messages import Message, Role, TextPart
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.builtin.engine import is_installed
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.llm.claude.service import ClaudeService
from desktop_app.llm.events import TextDelta
from desktop_app.llm.ollama.service import OllamaService
from desktop_app.llm.openai_agents.compatible import CompatibleService
from desktop_app.llm.openai_agents.service import OpenAIService
from desktop_app.paths import Paths
from desktop_app.settings import (
    BuiltinSettings,
    ClaudeSettings,
    CompatibleSettings,
    OllamaSettings,
    OpenAISettings,
)

ROUNDS: Final = 9
STOPS: Final = 20
TURNS: Final = 50
LIMIT: Final = 1.3
STOP_MS: Final = 100.0
_KEY: Final = "bench"
_FOLDER: Final = Path(__file__).resolve().parent
# Reads what the real engine's process is told, and says that it listens where the server does.
_ENGINE: Final = (
    "import json, sys; sys.stdin.readline(); print(json.dumps({'address': sys.argv[1]}), flush=True); sys.stdin.read()"
)

Open = Callable[[], Awaitable[AsyncIterator[Any]]]


@dataclass(frozen=True, slots=True)
class _Bare:
    """An SDK by itself: `open_stream` asks for a reply, `is_delta` tells its pieces of text from the rest."""

    label: str
    open_stream: Open
    is_delta: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class _Contest:
    """A provider and what it is measured against."""

    service: BaseLLMService
    model: str
    bare: tuple[_Bare, ...]


def run() -> list[Measure]:
    """All measures; takes about a minute."""
    set_tracing_disabled(True)
    with _server() as url, ExitStack() as cleanup:
        return asyncio.run(_measured(url, cleanup))


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-u", str(_FOLDER / "provider_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - for the type checker: a pipe was asked for
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.terminate()


async def _measured(url: str, cleanup: ExitStack) -> list[Measure]:
    measures: list[Measure] = []
    for contest in _contests(url, cleanup):
        service, model = contest.service, contest.model
        measures += [await _cost(service, model, bare) for bare in contest.bare]
        measures.append(await _stop(service, model, url))
        measures.append(await _connections(service, model, url))
        await service.aclose()
    return measures


def _contests(url: str, cleanup: ExitStack) -> Iterator[_Contest]:
    def today() -> date:
        return date(2026, 11, 21)

    responses, chat = openai.AsyncOpenAI(api_key=_KEY, base_url=f"{url}/v1"), f"{url}/v1"
    yield _Contest(ClaudeService(today, ClaudeSettings(_KEY, url)), "bench", (_anthropic(url),))
    yield _Contest(
        OpenAIService(today, OpenAISettings(_KEY, chat)),
        "bench",
        (_responses(responses), _agents(OpenAIResponsesModel("bench", responses))),
    )
    yield _Contest(
        CompatibleService(today, CompatibleSettings("Bench", chat, _KEY)),
        "bench",
        (_chat(responses), _agents(OpenAIChatCompletionsModel("bench", responses))),
    )
    yield _Contest(OllamaService(today, OllamaSettings(url)), "bench", (_ollama(url),))
    if is_installed():
        folder = Path(cleanup.enter_context(TemporaryDirectory()))
        weights = folder / "bench.gguf"
        weights.write_bytes(b"GGUF")
        paths = Paths(folder / "data", folder / "cache", folder / "logs")
        command = (sys.executable, "-S", "-c", _ENGINE, url)
        service = BuiltinService(today, BuiltinSettings(str(weights)), paths, engine_command=command)
        yield _Contest(service, "bench", (_httpx(url),))


def _anthropic(url: str) -> _Bare:
    client = anthropic.AsyncAnthropic(api_key=_KEY, base_url=url)

    async def open_stream() -> AsyncIterator[Any]:
        said: Any = [{"role": "user", "content": "Hello"}]
        return aiter(await client.messages.create(model="bench", max_tokens=9_999, messages=said, stream=True))

    return _Bare("anthropic", open_stream, lambda event: bool(event.type == "content_block_delta"))


def _responses(client: openai.AsyncOpenAI) -> _Bare:
    async def open_stream() -> AsyncIterator[Any]:
        return aiter(await client.responses.create(model="bench", input="Hello", stream=True))

    return _Bare("openai", open_stream, lambda event: bool(event.type == "response.output_text.delta"))


def _chat(client: openai.AsyncOpenAI) -> _Bare:
    async def open_stream() -> AsyncIterator[Any]:
        said: Any = [{"role": "user", "content": "Hello"}]
        return aiter(await client.chat.completions.create(model="bench", messages=said, stream=True))

    return _Bare("openai", open_stream, lambda chunk: bool(chunk.choices and chunk.choices[0].delta.content))


def _agents(model: OpenAIResponsesModel | OpenAIChatCompletionsModel) -> _Bare:
    async def open_stream() -> AsyncIterator[Any]:
        result = Runner.run_streamed(
            Agent(name="Bench", model=model), "Hello", run_config=RunConfig(tracing_disabled=True)
        )
        return aiter(result.stream_events())

    def is_delta(event: Any) -> bool:  # noqa: ANN401 - one of many types
        return bool(event.type == "raw_response_event" and event.data.type == "response.output_text.delta")

    return _Bare("the Agents SDK", open_stream, is_delta)


def _ollama(url: str) -> _Bare:
    client = ollama.AsyncClient(url)

    async def open_stream() -> AsyncIterator[Any]:
        return aiter(await client.chat("bench", [{"role": "user", "content": "Hello"}], stream=True))

    return _Bare("ollama", open_stream, lambda line: bool(line.message.content))


def _httpx(url: str) -> _Bare:
    client = httpx.AsyncClient(trust_env=False)

    async def events() -> AsyncIterator[Any]:
        async with client.stream("POST", f"{url}/completion", json={"prompt": "Hello"}) as response:
            async for line in response.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line[5:])

    async def open_stream() -> AsyncIterator[Any]:
        return events()

    return _Bare("httpx and json", open_stream, lambda event: bool(event["content"]))


async def _cost(service: BaseLLMService, model: str, bare: _Bare) -> Measure:
    """CPU per delta of the service and of the bare SDK, in turns so that both see the same machine."""

    async def ours() -> AsyncIterator[Any]:
        return aiter(_turn(service, model, "Hello"))

    async def pair() -> tuple[float, float]:
        theirs = await _us_per_delta(bare.open_stream, bare.is_delta)
        return await _us_per_delta(ours, lambda event: isinstance(event, TextDelta)), theirs

    await pair()  # builds what is built once
    pairs = [await pair() for _ in range(ROUNDS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    baseline = statistics.median(theirs for _, theirs in pairs)
    name = f"{service.provider_name}: CPU per delta to {bare.label}"
    return Measure(name, round(ratio, 3), "µs", LIMIT, round(baseline, 2))


async def _us_per_delta(open_stream: Open, is_delta: Callable[[Any], bool]) -> float:
    """Microseconds of CPU from the first delta to the last, by delta."""
    gc.collect()
    began = ended = count = 0
    async for event in await open_stream():
        if is_delta(event):
            count += 1
            if count in {1, DELTAS}:  # the clock itself costs more than a delta
                began, ended = ended, time.process_time_ns()
    assert count >= DELTAS, f"{count} deltas came"  # noqa: S101 - a benchmark of nothing would look good
    return (ended - began) / 1_000 / (DELTAS - 1)


async def _stop(service: BaseLLMService, model: str, url: str) -> Measure:
    """The longest time from a Stop, which cancels the turn's task, to the server seeing the connection close."""
    worst_ms = 0.0
    for _ in range(STOPS):
        began = asyncio.Event()

        async def read() -> None:
            async with aclosing(_turn(service, model, ENDLESS)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        began.set()  # noqa: B023 - awaited within the round

        reading = asyncio.create_task(read())
        await began.wait()
        stopped_at = time.time()
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        left_at = 0.0
        while not left_at:
            await asyncio.sleep(0.005)
            left_at = (await _seen(url))["left_at"]
        worst_ms = max(worst_ms, (left_at - stopped_at) * 1_000)
    name = f"{service.provider_name}: worst of {STOPS} Stops to {STOP_MS:.0f} ms"
    return Measure(name, round(worst_ms / STOP_MS, 3), "ms", 1.0, STOP_MS)


async def _connections(service: BaseLLMService, model: str, url: str) -> Measure:
    await _seen(url)
    for _ in range(TURNS):
        async with aclosing(_turn(service, model, SHORT)) as events:
            async for _event in events:
                pass
    used = (await _seen(url))["connections"]
    return Measure(f"{service.provider_name}: connections for {TURNS} turns", used, "turns", 2, TURNS)


async def _seen(url: str) -> dict[str, Any]:
    """What the server saw since it was asked the last time."""

    def ask() -> dict[str, Any]:
        with urlopen(f"{url}/seen", timeout=10) as answer:  # noqa: S310 - our own server
            seen: dict[str, Any] = json.load(answer)
            return seen

    return await asyncio.to_thread(ask)


def _turn(service: BaseLLMService, model: str, text: str) -> Any:  # noqa: ANN401 - a generator of events
    said = [Message(Role.YOU, (TextPart(text),))]
    return service.stream_message(said, UserPhase.GOAL_SETTING, (), (), None, model=model, tools=None)
