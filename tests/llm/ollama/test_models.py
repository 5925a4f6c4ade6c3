"""Which models Ollama is said to have, what they can do, and how Ollama itself is doing."""

import socket

import pytest

from desktop_app.domain.providers import HealthState, ModelInfo
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.abilities import best_first
from desktop_app.llm.ollama.service import OllamaService
from desktop_app.settings import OllamaSettings
from tests.llm.contract.provider import TODAY
from tests.llm.contract.server import Answer, LoopbackServer
from tests.llm.ollama.fake_ollama import FakeModel
from tests.llm.ollama.under_test import OllamaUnderTest

TOOLS = ("completion", "tools")


async def test_models_come_with_size_window_and_abilities(ollama: OllamaUnderTest) -> None:
    ollama.models = [FakeModel("gemma3:4b", ("completion", "vision"), 131072, 3_300_000_000, "gemma3")]
    assert await ollama.service.list_models() == (
        ModelInfo(
            "ollama",
            "gemma3:4b",
            "gemma3:4b",
            131072,
            False,
            False,
            True,
            3_300_000_000,
            is_local=True,
            warning="no tools",
        ),
    )


async def test_models_that_only_embed_are_left_out(ollama: OllamaUnderTest) -> None:
    ollama.models = [FakeModel("nomic-embed-text:latest", ("embedding",)), FakeModel("qwen3:latest", TOOLS)]
    assert [(model.name, model.label) for model in await ollama.service.list_models()] == [("qwen3:latest", "qwen3")]


async def test_the_best_default_comes_first(ollama: OllamaUnderTest) -> None:
    ollama.models = [
        FakeModel("qwen3:0.6b", TOOLS, size=520_000_000),
        FakeModel("gemma3:4b", ("completion",), size=5_200_000_000),
        FakeModel("llama3.3:70b", TOOLS, size=43_000_000_000),
        FakeModel("kimi-k2:1t-cloud", TOOLS, size=384),
        FakeModel("gpt-oss:20b", (*TOOLS, "thinking"), size=13_800_000_000, family="gptoss"),
        FakeModel("qwen3:8b", TOOLS, size=5_200_000_000),
    ]
    models = await ollama.service.list_models()
    assert [model.name for model in models] == [
        "qwen3:8b",
        "gpt-oss:20b",
        "llama3.3:70b",
        "qwen3:0.6b",
        "gemma3:4b",
        "kimi-k2:1t-cloud",
    ]
    assert [model.is_local for model in models] == [True] * 5 + [False]


async def test_an_old_server_tells_abilities_by_the_template(ollama: OllamaUnderTest) -> None:
    ollama.models = [
        FakeModel("with:tools", None, template="{{ if .Tools }}…{{ end }}"),
        FakeModel("without:tools", None, template="{{ .Prompt }}"),
        FakeModel("all-minilm:latest", None, family="bert"),
        FakeModel("unknown:tools", None, context_length=None, template=""),
    ]
    models = {model.name: model for model in await ollama.service.list_models()}
    assert {name: model.can_use_tools for name, model in models.items()} == {
        "with:tools": True,
        "without:tools": False,
        "unknown:tools": None,
    }
    assert models["unknown:tools"].context_window is None
    assert models["with:tools"].can_reason is None


async def test_a_model_that_cannot_be_looked_up_is_listed_with_what_is_known(ollama: OllamaUnderTest) -> None:
    gone = FakeModel("gone:8b", TOOLS)
    ollama.models = [gone]
    server = LoopbackServer(
        lambda request: (
            Answer.of_json({"error": "no"}, 500) if request.path == "/api/show" else ollama.answer_other(request)
        )
    )
    service = OllamaService(lambda: TODAY, OllamaSettings(await server.start()))
    (model,) = await service.list_models()
    assert (model.name, model.size_bytes, model.can_use_tools) == ("gone:8b", gone.size, None)
    await service.aclose()
    await server.stop()


async def test_the_list_is_kept_for_a_moment(ollama: OllamaUnderTest) -> None:
    await ollama.service.list_models()
    asked = len(ollama.server.requests)
    await ollama.service.list_models()
    await ollama.service.check_health()
    assert len(ollama.server.requests) == asked


def test_a_model_without_a_size_is_no_trouble() -> None:
    assert len(best_first([ModelInfo("ollama", "a", "a"), ModelInfo("ollama", "b", "b", size_bytes=0)])) == 2


@pytest.mark.parametrize(("count", "text"), [(1, "Running, 1 model"), (2, "Running, 2 models")])
async def test_a_running_ollama_is_healthy(ollama: OllamaUnderTest, count: int, text: str) -> None:
    ollama.models = [FakeModel(f"qwen3:{number}b") for number in range(count)]
    health = await ollama.service.check_health()
    assert (health.state, health.text, health.advice) == (HealthState.WORKING, text, "")


async def test_an_ollama_without_models_says_what_to_pull(ollama: OllamaUnderTest) -> None:
    ollama.models = []
    health = await ollama.service.check_health()
    assert health.state is HealthState.NOT_SET_UP
    assert "ollama pull" in health.advice


async def test_nobody_at_home_is_told_from_a_wrong_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{taken.getsockname()[1]}"
        service = OllamaService(lambda: TODAY, OllamaSettings(host), find_program=lambda: "/usr/bin/ollama")
        health = await service.check_health()
        assert health.state is HealthState.NOT_SET_UP
        assert health.text == f"Not running at {host}"
        assert "Start Ollama" in health.advice
        with pytest.raises(ProviderError) as raised:
            await service.list_models()
        assert raised.value.kind is ErrorKind.NETWORK
        await service.aclose()


@pytest.mark.parametrize("host", ["http://127.0.0.1:99999", "http://[::1:11434"])
async def test_an_address_that_is_none_is_a_wrong_address(host: str) -> None:
    service = OllamaService(lambda: TODAY, OllamaSettings(host))
    health = await service.check_health()
    assert (health.state, health.text) == (HealthState.FAILED, "Wrong address")
    assert "OLLAMA_HOST" in health.advice
    await service.aclose()


HTML = Answer([b"<html><body>Welcome to the hotel's network</body></html>"], 200, {"content-type": "text/html"})
STRANGERS = {
    "a web page": HTML,
    "nothing there": Answer([b"404 page not found"], 404),
    "null": Answer.of_json(None),
    "a list": Answer.of_json([]),
    "another protocol": Answer.of_json({"object": "list", "data": []}),
    "a refusal of null": Answer.of_json(None, 400),
    "sent elsewhere": Answer([], 307, {"location": "http://127.0.0.1:9/api/tags"}),
}


@pytest.mark.parametrize("answer", STRANGERS.values(), ids=STRANGERS)
async def test_what_is_no_ollama_is_a_wrong_address(answer: Answer) -> None:
    server = LoopbackServer(lambda _request: answer)
    service = OllamaService(lambda: TODAY, OllamaSettings(await server.start()))
    health = await service.check_health()
    assert (health.state, health.text) == (HealthState.FAILED, "Wrong address")
    assert "OLLAMA_HOST" in health.advice
    assert len(server.requests) == 1
    await service.aclose()
    await server.stop()


async def test_an_ollama_that_refuses_says_why() -> None:
    server = LoopbackServer(lambda _request: Answer([], 403))
    service = OllamaService(lambda: TODAY, OllamaSettings(await server.start()))
    health = await service.check_health()
    assert (health.state, health.text) == (HealthState.FAILED, "Refuses this program")
    assert "OLLAMA_ORIGINS" in health.advice
    await service.aclose()
    await server.stop()
