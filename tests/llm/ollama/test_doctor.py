"""What keeps Ollama from answering is told apart, each with what to do."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.domain.providers import Fix, HealthState, ModelInfo
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.ollama.doctor import installed_program, model_warning, unwell, without_model
from desktop_app.llm.ollama.failures import not_ollama, provider_error
from desktop_app.llm.ollama.library import OFFERS
from desktop_app.llm.ollama.service import OllamaService
from desktop_app.settings import OllamaSettings
from tests.llm.contract.provider import TODAY
from tests.llm.contract.script import reply
from tests.llm.ollama.fake_ollama import FakeModel
from tests.llm.ollama.under_test import OllamaUnderTest
from tests.llm.played import turn

HERE = "http://127.0.0.1:11434"
PROGRAM = "/usr/bin/ollama"
GB = 1_000_000_000


def refused(host: str) -> ProviderError:
    return provider_error(ConnectionRefusedError(), host)


def test_the_states_of_the_server_are_told_apart() -> None:
    unknown = ProviderError(ErrorKind.NETWORK, "There is no computer there.", details="unknown host")
    forbidden = ProviderError(ErrorKind.PERMISSION, "Allow it with OLLAMA_ORIGINS.", details="status 403")
    told = {
        "not installed": unwell(refused(HERE), HERE, None),
        "not running": unwell(refused(HERE), HERE, PROGRAM),
        "not running elsewhere": unwell(refused("http://big:11434"), "http://big:11434", PROGRAM),
        "wrong host": unwell(unknown, "http://bg:11434", PROGRAM),
        "something else": unwell(not_ollama(HERE), HERE, PROGRAM),
        "origin refused": unwell(forbidden, HERE, PROGRAM),
        "no model": without_model(OFFERS[0]),
        "failing": unwell(ProviderError(ErrorKind.SERVER, "It failed."), HERE, PROGRAM),
    }
    assert {name: health.text for name, health in told.items()} == {
        "not installed": "Not installed",
        "not running": f"Not running at {HERE}",
        "not running elsewhere": "Not running at http://big:11434",
        "wrong host": "Wrong address",
        "something else": "Wrong address",
        "origin refused": "Refuses this program",
        "no model": "Running, but without a model",
        "failing": "Not working",
    }
    assert [name for name, health in told.items() if health.fix is Fix.START] == ["not running"]
    assert len({health.advice for health in told.values()}) == len(told)
    assert "ollama.com" in told["not installed"].advice
    assert "ollama serve" in told["not running"].advice
    assert all(not health.is_usable and health.advice for health in told.values())


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (ModelInfo("ollama", "m", "m", 128_000, True, size_bytes=5 * GB, is_local=True), ""),
        (ModelInfo("ollama", "m", "m", 128_000, True, size_bytes=14 * GB, is_local=True), "needs 17 GB, 9.0 GB free"),
        (ModelInfo("ollama", "m", "m", 128_000, True, size_bytes=14 * GB), ""),
        (ModelInfo("ollama", "m", "m", 2_048, True, is_local=True), "reads only 2,048 tokens"),
        (ModelInfo("ollama", "m", "m", 128_000, False, is_local=True), "no tools"),
        (ModelInfo("ollama", "m", "m"), ""),
    ],
)
def test_what_stands_in_the_way_of_a_model_is_said_beside_it(model: ModelInfo, words: str) -> None:
    assert model_warning(model, 9 * GB) == words


async def test_a_model_that_is_in_memory_needs_no_more_of_it() -> None:
    ollama = OllamaUnderTest()
    ollama.models = [
        FakeModel("big:70b", size=40 * GB),
        FakeModel("loaded:70b", size=40 * GB, loaded_context=8192),
    ]
    await ollama.start()
    models = await ollama.service.list_models()
    assert {model.name: model.warning for model in models} == {"big:70b": "needs 48 GB, 8.0 GB free", "loaded:70b": ""}
    await ollama.stop()


async def test_a_program_that_is_not_there_is_said_so_by_the_service() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = OllamaSettings(f"http://127.0.0.1:{taken.getsockname()[1]}")
        service = OllamaService(lambda: TODAY, settings, find_program=lambda: None)
        health = await service.check_health()
        assert (health.state, health.text) == (HealthState.NOT_SET_UP, "Not installed")
        await service.aclose()


async def test_models_that_ollama_hands_on_are_left_out_where_nothing_may_leave() -> None:
    ollama = OllamaUnderTest()
    ollama.models = [FakeModel("qwen3:8b"), FakeModel("gpt-oss:120b-cloud")]
    host = await ollama.server.start()
    service = OllamaService(lambda: TODAY, OllamaSettings(host), stays_here=True)
    assert [model.name for model in await service.list_models()] == ["qwen3:8b"]
    with pytest.raises(ProviderError, match="Ollama's own computers") as raised:
        await turn(service, model="gpt-oss:120b-cloud")
    assert raised.value.kind is ErrorKind.NOT_SET_UP
    assert ollama.turns == []
    ollama.script(reply("Hello"))
    assert await turn(service, model="qwen3:8b")
    await service.aclose()
    await ollama.server.stop()


def test_looking_for_the_program_finds_nothing_or_a_path() -> None:
    found = installed_program()
    assert found is None or found.endswith(("ollama", "ollama.exe"))


@pytest.mark.skipif(sys.platform == "win32", reason="starts a script by its first line")
async def test_the_server_is_started_where_it_is_installed(tmp_path: Path) -> None:
    ollama = OllamaUnderTest()
    host = await ollama.server.start()
    said, program = tmp_path / "said", tmp_path / "ollama"
    program.write_text(f"#!/bin/sh\necho $1 > '{said}'\n", encoding="utf-8")
    program.chmod(0o755)
    service = OllamaService(lambda: TODAY, OllamaSettings(host), find_program=lambda: str(program))
    await service.mend()
    started = service._started
    assert isinstance(started, subprocess.Popen)
    await asyncio.to_thread(started.wait, 30)
    assert said.read_text(encoding="utf-8") == "serve\n"
    await service.aclose()
    await ollama.server.stop()


async def test_what_cannot_be_started_is_said_so(tmp_path: Path) -> None:
    service = OllamaService(lambda: TODAY, OllamaSettings(HERE), find_program=lambda: str(tmp_path / "gone"))
    with pytest.raises(ProviderError, match="could not be started"):
        await service.mend()
    await OllamaService(lambda: TODAY, OllamaSettings(HERE), find_program=lambda: None).mend()
    await service.aclose()


@pytest.mark.parametrize(("memory", "name"), [(8.2, "qwen3:4b"), (16.8, "qwen3:8b"), (4.1, "llama3.2:3b")])
async def test_without_a_model_the_one_that_suits_this_computer_is_named(
    ollama: OllamaUnderTest, memory: float, name: str
) -> None:
    ollama.models = []
    service = OllamaService(
        lambda: TODAY, OllamaSettings(ollama.server.base_url), total_memory=lambda: int(memory * GB)
    )
    health = await service.check_health()
    await service.aclose()
    assert health.advice.endswith(f"ollama pull {name}")


async def test_where_nothing_may_leave_no_model_is_got(ollama: OllamaUnderTest) -> None:
    ollama.models = []
    service = OllamaService(lambda: TODAY, OllamaSettings(ollama.server.base_url), stays_here=True)
    health = await service.check_health()
    assert "ollama pull" not in health.advice
    assert service.offered_models() is None
    with pytest.raises(ProviderError):
        await anext(service.fetch_model("qwen3:8b"))
    await service.aclose()
    assert not any(request.path == "/api/pull" for request in ollama.server.requests)
