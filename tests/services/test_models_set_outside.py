"""A provider or model that is set outside of GoalGetter, and what becomes of a choice made over it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo, ProviderHealth
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.paths import Paths
from desktop_app.services.models import ModelDirectory
from desktop_app.services.preferences import Preferences
from desktop_app.settings import read_sources
from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository
from tests.services.test_models import TODAY, Provider

CONFIG = """
llm:
  default_provider: Box
  compatible:
    - name: Box
      base_url: http://127.0.0.1:1/v1
      model: from-file
"""


@pytest.fixture
async def preferences(tmp_path: Path) -> AsyncIterator[Preferences]:
    database = await Database.open(tmp_path / "goalgetter.db")
    preferences = Preferences(PreferenceRepository(database))
    await preferences.load()
    yield preferences
    await database.close()


async def directory(preferences: Preferences, folder: Path, environment: Mapping[str, str]) -> ModelDirectory:
    """Models as a start with this environment finds them."""
    settings = read_sources([folder], environment, folder).settings()
    assert settings.problems == ()
    providers = (
        Provider("builtin", "coach"),
        Provider("openai", "gpt-a", "gpt-b", is_local=False),
        Provider("compatible:Box", "listed", is_local=False),
    )
    paths = Paths(Path("data"), Path("cache"), Path("logs"))
    factory = LLMServiceFactory(settings, paths, lambda: TODAY, providers)
    directory = ModelDirectory(factory, preferences, lambda: settings)
    await directory.prepare()
    return directory


async def test_what_is_set_outside_comes_before_what_was_chosen_earlier_and_is_said(
    preferences: Preferences, tmp_path: Path
) -> None:
    earlier = await directory(preferences, tmp_path, {})
    await earlier.choose(ModelChoice("openai", "gpt-a"))
    assert earlier.hint == ""
    await earlier.choose(ModelChoice("builtin", "coach"))
    model = await directory(preferences, tmp_path, {"OPENAI_MODEL": "gpt-b", "DEFAULT_LLM_PROVIDER": "openai"})
    assert (model.choice, model.hint) == (ModelChoice("openai", "gpt-b"), "set by OPENAI_MODEL")
    provider = await directory(preferences, tmp_path, {"DEFAULT_LLM_PROVIDER": "OpenAI"})
    assert (provider.choice, provider.hint) == (ModelChoice("openai", "gpt-a"), "set by DEFAULT_LLM_PROVIDER")


async def test_a_choice_in_the_window_counts_until_the_program_ends_and_is_there_when_nothing_is_set_outside(
    preferences: Preferences, tmp_path: Path
) -> None:
    environment = {"OPENAI_MODEL": "gpt-b", "DEFAULT_LLM_PROVIDER": "openai"}
    first = await directory(preferences, tmp_path, environment)
    await first.choose(ModelChoice("openai", "gpt-a"))
    assert (first.choice, first.hint) == (ModelChoice("openai", "gpt-a"), "for now; OPENAI_MODEL sets another")
    await first.choose(ModelChoice("builtin", "coach"))
    assert (first.choice, first.hint) == (
        ModelChoice("builtin", "coach"),
        "for now; DEFAULT_LLM_PROVIDER sets another",
    )
    assert first.choice_of("openai") == ModelChoice("openai", "gpt-a")
    again = await directory(preferences, tmp_path, environment)
    assert again.choice == ModelChoice("openai", "gpt-b")
    without = await directory(preferences, tmp_path, {})
    assert without.choice == ModelChoice("builtin", "coach")
    assert without.choice_of("openai") == ModelChoice("openai", "gpt-a")


async def test_the_config_file_sets_a_server_and_its_model(preferences: Preferences, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    shown = await directory(preferences, tmp_path, {})
    assert (shown.choice, shown.hint) == (
        ModelChoice("compatible:Box", "from-file"),
        "set in config.yaml, line 7",
    )
    await shown.choose(ModelChoice("compatible:Box", "listed"))
    assert shown.hint == "for now; config.yaml sets another"


async def test_a_model_as_typed_stands_in_the_list_though_its_provider_does_not_list_it(
    preferences: Preferences, tmp_path: Path
) -> None:
    shown = await directory(preferences, tmp_path, {"OPENAI_MODEL": "gpt-4"})
    entry = next(entry for entry in shown.entries if entry.name == "openai")
    assert [model.name for model in entry.models] == ["gpt-a", "gpt-b", "gpt-4"]
    assert (shown.choice, shown.hint) == (ModelChoice("builtin", "coach"), "")


async def test_nothing_to_choose_has_no_hint(preferences: Preferences) -> None:
    paths = Paths(Path("data"), Path("cache"), Path("logs"))
    factory = LLMServiceFactory(read_sources([], {}).settings(), paths, lambda: TODAY, [Provider("one")])
    assert ModelDirectory(factory, preferences).hint == ""


async def test_local_only_offers_no_download(preferences: Preferences) -> None:
    settings = read_sources([], {"GOALGETTER_LOCAL_ONLY": "on"}).settings()
    coach = Provider("builtin", "coach")
    coach.health = ProviderHealth(HealthState.NOT_SET_UP, "Not there", "Download it.", download_bytes=7)
    paths = Paths(Path("data"), Path("cache"), Path("logs"))
    shown = ModelDirectory(LLMServiceFactory(settings, paths, lambda: TODAY, [coach]), preferences, lambda: settings)
    await shown.refresh()
    health = shown.entries[0].health
    assert health.download_bytes is None
    assert "local_only" in health.advice


async def test_local_only_leaves_out_what_ollama_passes_on_to_its_cloud(preferences: Preferences) -> None:
    class Ollama(Provider):
        async def list_models(self) -> tuple[ModelInfo, ...]:
            here = ModelInfo("ollama", "qwen3:8b", "Qwen", is_local=True)
            return (here, replace(here, name="qwen3:cloud", is_local=False))

    settings = read_sources([], {"GOALGETTER_LOCAL_ONLY": "on"}).settings()
    paths = Paths(Path("data"), Path("cache"), Path("logs"))
    factory = LLMServiceFactory(settings, paths, lambda: TODAY, [Ollama("ollama")])
    shown = ModelDirectory(factory, preferences, lambda: settings)
    await shown.refresh()
    assert [model.name for model in shown.entries[0].models] == ["qwen3:8b"]
    everywhere = ModelDirectory(factory, preferences)
    await everywhere.refresh()
    assert len(everywhere.entries[0].models) == 2
