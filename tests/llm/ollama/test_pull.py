"""Getting a model: progress over all layers, an end, a stop, and what can go wrong in words."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

import pytest

from desktop_app.domain.providers import FetchProgress
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.service import OllamaService
from desktop_app.settings import OllamaSettings
from tests.llm.contract.provider import TODAY
from tests.llm.contract.server import Answer, Ending
from tests.llm.contract.test_replies import GENEROUS_S
from tests.llm.ollama.fake_ollama import FakeModel, answer_to, layer, pulled
from tests.llm.played import PlayedServer

WEIGHTS, TEMPLATE = "sha256:aaaa", "sha256:bbbb"


WHOLE = (
    {"status": "pulling manifest"},
    layer(WEIGHTS, 900),
    layer(WEIGHTS, 900, 450),
    layer(WEIGHTS, 900, 450),
    layer(WEIGHTS, 900, 900),
    layer(TEMPLATE, 100, 100),
    {"status": "verifying sha256 digest"},
    {"status": "writing manifest"},
    {"status": "success"},
)


@pytest.fixture
async def ollama(server: PlayedServer, monkeypatch: pytest.MonkeyPatch) -> OllamaService:
    monkeypatch.delenv("OLLAMA_API_KEY")  # Ollama's own, which its client sends
    return OllamaService(lambda: TODAY, OllamaSettings(server.base_url))


async def fetched(ollama: OllamaService, name: str = "qwen3:8b") -> list[FetchProgress]:
    try:
        async with aclosing(ollama.fetch_model(name)) as told:
            return [progress async for progress in told]
    finally:
        await ollama.aclose()


async def test_layers_are_summed_and_nothing_is_told_twice(server: PlayedServer, ollama: OllamaService) -> None:
    server.play(pulled(*WHOLE))
    told = await fetched(ollama)
    assert [(one.text, one.done_bytes, one.total_bytes) for one in told] == [
        ("Looking it up", None, None),
        ("Downloading", 0, 900),
        ("Downloading", 450, 900),
        ("Downloading", 900, 900),
        ("Downloading", 1000, 1000),
        ("Checking what came", 1000, 1000),
        ("Putting it in its place", 1000, 1000),
        ("Done", 1000, 1000),
    ]
    (request,) = server.requests
    assert request.path == "/api/pull"
    assert request.json["model"] == "qwen3:8b"


async def test_what_came_before_counts_when_it_goes_on(server: PlayedServer, ollama: OllamaService) -> None:
    server.play(pulled({"status": "pulling manifest"}, layer(WEIGHTS, 900, 700), {"status": "success"}))
    assert FetchProgress("Downloading", 700, 900) in await fetched(ollama)


async def test_a_stop_closes_the_connection_and_the_next_request_works(
    server: PlayedServer, ollama: OllamaService
) -> None:
    server.play(pulled(*WHOLE[:3], ending=Ending.LEFT_OPEN), pulled(*WHOLE))
    async with asyncio.timeout(GENEROUS_S):
        async with aclosing(ollama.fetch_model("qwen3:8b")) as told:
            async for progress in told:
                if progress.done_bytes == 450:
                    break
        await server.client_left.wait()
    assert (await fetched(ollama))[-1].text == "Done"


async def test_the_command_from_the_librarys_page_can_be_pasted(server: PlayedServer, ollama: OllamaService) -> None:
    server.play(pulled(*WHOLE))
    await fetched(ollama, "  ollama run gpt-oss:20b ")
    assert server.requests[0].json["model"] == "gpt-oss:20b"


@pytest.mark.parametrize("name", ["", "  ", "two words", "--help", "a\nb", "ü"])
async def test_what_is_no_name_is_not_asked_for(server: PlayedServer, ollama: OllamaService, name: str) -> None:
    with pytest.raises(ProviderError, match="Names look like"):
        await fetched(ollama, name)
    assert not server.requests


FAILURES = {
    "unknown": ("pull model manifest: file does not exist", ErrorKind.MODEL_NOT_FOUND, "no model called qwen3:8b"),
    "disk full": ("write /data/blobs/sha256-1: no space left on device", ErrorKind.SERVER, "disk where Ollama keeps"),
    "offline": ('Get "https://x/v2": dial tcp: lookup x: no such host', ErrorKind.NETWORK, "where it stopped"),
    "too old": ("pull model manifest: 412: requires a newer version", ErrorKind.BAD_REQUEST, "Update Ollama"),
    "private": ("pull model manifest: 401: unauthorized", ErrorKind.PERMISSION, "signin"),
    "no rights": ("open /data/blobs: permission denied", ErrorKind.PERMISSION, "may not write"),
    "anything": ("panic at 0xdeadbeef", ErrorKind.SERVER, "failed"),
    "no text": (["odd"], ErrorKind.PROTOCOL, "does not speak"),
}


@pytest.mark.parametrize(("said", "kind", "words"), FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("begun", [WHOLE[:1], WHOLE[:3]], ids=["at once", "in the middle"])
async def test_what_goes_wrong_is_told_in_words(
    server: PlayedServer,
    ollama: OllamaService,
    said: object,
    kind: ErrorKind,
    words: str,
    begun: Sequence[dict[str, Any]],
) -> None:
    server.play(pulled(*begun, {"error": said}))
    with pytest.raises(ProviderError) as raised:
        await fetched(ollama)
    assert raised.value.kind is kind
    assert words in str(raised.value)
    assert "0xdeadbeef" not in str(raised.value)


async def test_an_invalid_name_is_told_by_its_status(server: PlayedServer, ollama: OllamaService) -> None:
    server.play(Answer.of_json({"error": "invalid model name"}, 400))
    with pytest.raises(ProviderError, match="no name of a model"):
        await fetched(ollama)


@pytest.mark.parametrize("ending", [Ending.COMPLETE, Ending.CUT])
async def test_a_stream_without_its_end_is_no_success(
    server: PlayedServer, ollama: OllamaService, ending: Ending
) -> None:
    server.play(pulled(*WHOLE[:3], ending=ending))
    with pytest.raises(ProviderError, match=r"broke off") as raised:
        await fetched(ollama)
    assert raised.value.kind is ErrorKind.NETWORK


async def test_what_is_offered_is_what_is_not_there_while_it_runs(server: PlayedServer, ollama: OllamaService) -> None:
    assert ollama.offered_models() is None
    models = [FakeModel("qwen3:8b")]
    server._answer = lambda request: answer_to(request, models)
    await ollama.list_models()
    offers = ollama.offered_models() or ()
    names = [offer.name for offer in offers]
    assert "qwen3:8b" not in names
    assert {"gpt-oss:20b", "llama3.2:3b"} <= set(names)
    assert all(0 < offer.size_bytes < offer.memory_bytes for offer in offers)
    await ollama.aclose()
