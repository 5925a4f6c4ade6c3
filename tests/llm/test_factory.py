"""Which services can be made, and why not the others."""

from datetime import date
from pathlib import Path

import pytest

from desktop_app.domain.providers import HealthState
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.paths import Paths
from desktop_app.settings import ClaudeSettings, CompatibleSettings, OpenAISettings, Settings


def factory(tmp_path: Path, settings: Settings | None = None) -> LLMServiceFactory:
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    return LLMServiceFactory(settings or Settings(), paths, lambda: date(2026, 11, 21))


def test_without_keys_the_cloud_is_not_set_up_and_says_what_to_do(tmp_path: Path) -> None:
    available = factory(tmp_path).get_available_providers()
    assert available["builtin"] is None
    assert available["ollama"] is None
    claude, openai = available["claude"], available["openai"]
    assert claude is not None
    assert openai is not None
    assert claude.state is HealthState.NOT_SET_UP
    assert "ANTHROPIC_API_KEY" in claude.advice
    assert "OPENAI_API_KEY" in openai.advice


@pytest.mark.parametrize("name", ["builtin", "ollama", "claude", "openai"])
async def test_a_service_is_made_once_and_closed_with_the_factory(tmp_path: Path, name: str) -> None:
    made = factory(tmp_path, Settings(ClaudeSettings("sk-canary"), OpenAISettings("sk-canary")))
    service = await made.get_service(name)
    assert service.provider_name == name
    assert await made.get_service(name) is service
    await made.aclose()


@pytest.mark.parametrize(
    ("name", "sentence"), [("claude", "Claude: No key"), ("nobody", "There is no provider “nobody”")]
)
async def test_what_is_not_there_is_refused_in_a_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(ProviderError, match=sentence) as caught:
        await factory(tmp_path).get_service(name)
    assert caught.value.kind is ErrorKind.NOT_SET_UP


async def test_each_compatible_server_is_a_provider_of_its_own(tmp_path: Path) -> None:
    workshop = CompatibleSettings("workshop", "http://127.0.0.1:8001/v1")
    attic = CompatibleSettings("Attic", "http://127.0.0.1:8002/v1", "sk-canary")
    made = factory(tmp_path, Settings(compatible=(workshop, attic)))
    assert made.get_available_providers()["compatible:workshop"] is None
    assert made.labels["compatible:Attic"] == "Attic"
    one, other = await made.get_service("compatible:workshop"), await made.get_service("compatible:Attic")
    assert [service.provider_name for service in (one, other)] == ["compatible:workshop", "compatible:Attic"]
    await made.aclose()
