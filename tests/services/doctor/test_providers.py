"""The doctor's look at providers: the silent ones do not hold it up."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from desktop_app.domain.providers import HealthState, ModelInfo, ProviderHealth
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import Paths
from desktop_app.services.doctor import Verdict, provider_findings
from desktop_app.services.models import ModelDirectory
from desktop_app.services.preferences import Preferences
from desktop_app.settings import BuiltinSettings, ClaudeSettings, CompatibleSettings, OllamaSettings, Settings
from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository

TODAY = date(2026, 11, 21)


class Silent(ScriptedService):
    """Never says how it is."""

    provider_name = "ollama"
    label = "Silent"

    async def check_health(self) -> ProviderHealth:
        await asyncio.Event().wait()
        raise AssertionError("never reached")


async def test_a_provider_that_says_nothing_is_told_as_such(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "goalgetter.db")
    paths = Paths(tmp_path, tmp_path / "cache", tmp_path / "logs")
    services = (Silent(lambda: TODAY, ()), ScriptedService(lambda: TODAY, ()))
    settings = Settings(ollama=OllamaSettings("http://127.0.0.1:9"))
    factory = LLMServiceFactory(settings, paths, lambda: TODAY, services)
    models = ModelDirectory(factory, Preferences(PreferenceRepository(database)))
    found = await provider_findings(factory, models, settings, paths, limit_s=0.01)
    silent, scripted = found.findings
    assert (silent.verdict, silent.text.startswith("No answer within")) == (Verdict.PROBLEM, True)
    assert silent.facts["reachable"] is False
    assert scripted.verdict is Verdict.OK
    assert found.usable == {"scripted"}
    await database.close()


async def test_where_nothing_leaves_this_machine_no_address_elsewhere_is_tried(tmp_path: Path) -> None:
    """A look-up of a name would fail this test: no connection but to the loopback is allowed in it."""
    database = await Database.open(tmp_path / "goalgetter.db")
    paths = Paths(tmp_path, tmp_path / "cache", tmp_path / "logs")

    class Broken(ScriptedService):
        provider_name = "claude"
        label = "Claude"

        async def check_health(self) -> ProviderHealth:
            return ProviderHealth(HealthState.FAILED, "It cannot be reached.")

        async def list_models(self) -> tuple[ModelInfo, ...]:
            return ()

    settings = Settings(
        claude=ClaudeSettings("sk-ant-secret"),
        compatible=(CompatibleSettings("box", "http://127.0.0.1:9"),),
        local_only=True,
    )
    services = (Broken(lambda: TODAY, ()),)
    factory = LLMServiceFactory(settings, paths, lambda: TODAY, services)
    models = ModelDirectory(factory, Preferences(PreferenceRepository(database)))
    found = await provider_findings(factory, models, settings, paths)
    (claude,) = found.findings
    assert claude.facts["reachable"] is None
    assert claude.facts["key"]["is_set"] is True
    assert "sk-ant-secret" not in str(claude)
    await database.close()


@pytest.mark.parametrize(
    ("holds", "verdict", "says"),
    [
        (None, Verdict.ABSENT, "gone.gguf"),
        (b"GGUF", Verdict.OK, "the engine is installed and the model is here"),
    ],
)
async def test_of_the_built_in_model_the_parts_are_told_and_nothing_is_started(
    tmp_path: Path, holds: bytes | None, verdict: Verdict, says: str
) -> None:
    database = await Database.open(tmp_path / "goalgetter.db")
    paths = Paths(tmp_path, tmp_path / "cache", tmp_path / "logs")
    model = tmp_path / "gone.gguf"
    if holds is not None:
        model.write_bytes(holds)
    settings = Settings(builtin=BuiltinSettings(str(model)))

    class Own(ScriptedService):
        provider_name = "builtin"
        label = "Built-in"

    factory = LLMServiceFactory(settings, paths, lambda: TODAY, (Own(lambda: TODAY, ()),))
    models = ModelDirectory(factory, Preferences(PreferenceRepository(database)))
    found = await provider_findings(factory, models, settings, paths)
    (finding,) = found.findings
    assert finding.verdict is verdict
    assert says in finding.text
    assert finding.facts["provider"] == "builtin"
    assert (found.usable == {"builtin"}) == (verdict is Verdict.OK)
    await database.close()
