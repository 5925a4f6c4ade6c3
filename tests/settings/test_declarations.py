"""The declarations agree with the sections, the catalog and each other."""

from dataclasses import asdict, fields
from pathlib import Path

import pytest

from desktop_app.llm.builtin.catalog import CATALOG
from desktop_app.paths import resources_dir
from desktop_app.settings import (
    BudgetSettings,
    BuiltinSettings,
    ClaudeSettings,
    CompatibleSettings,
    GoalSettings,
    OllamaSettings,
    OpenAISettings,
    ReliabilitySettings,
    Settings,
    TracingSettings,
    read_sources,
)
from desktop_app.settings.declarations import COMPATIBLE, SECTIONS, SERVER_SETTINGS, SETTINGS, Setting, setting
from desktop_app.settings.values import BUILTIN_MODELS

EVERY = (*SETTINGS, *SERVER_SETTINGS)
SECTION_TYPES = {
    "llm.claude": ClaudeSettings,
    "llm.openai": OpenAISettings,
    "llm.ollama": OllamaSettings,
    "llm.builtin": BuiltinSettings,
    "llm.compatible": CompatibleSettings,
    "llm.reliability": ReliabilitySettings,
    "budget": BudgetSettings,
    "tracing": TracingSettings,
    "goals": GoalSettings,
}


@pytest.mark.parametrize(("section", "kind"), SECTION_TYPES.items())
def test_every_field_of_a_section_is_declared(section: str, kind: type) -> None:
    names = {"enabled": "is_enabled", "include_content": "includes_content", "ask_first": "asks_first"}
    declared = [names.get(one.key, one.key) for one in EVERY if one.section == section]
    assert sorted(declared) == sorted(field.name for field in fields(kind))


def test_the_defaults_that_are_declared_are_those_of_the_sections() -> None:
    settings = Settings()
    assert {one.id: one.default for one in SETTINGS if one.default is not None} == {
        "llm.local_only": settings.local_only,
        "llm.openai.store_at_provider": settings.openai.store_at_provider,
        "llm.ollama.host": settings.ollama.host,
        "llm.ollama.keep_alive": settings.ollama.keep_alive,
        "llm.builtin.model": settings.builtin.model,
        **{f"llm.reliability.{name}": value for name, value in asdict(settings.reliability).items()},
        **{f"budget.{name}": value for name, value in asdict(settings.budget).items() if value is not None},
        "tracing.enabled": settings.tracing.is_enabled,
        "tracing.include_content": settings.tracing.includes_content,
        "goals.ask_first": settings.goals.asks_first,
        "goals.reminders": settings.goals.reminders,
        "goals.user_phase": settings.goals.user_phase,
        "window.tray": settings.window.tray,
    }


@pytest.mark.parametrize("one", [one for one in EVERY if one.default is not None], ids=lambda one: one.id)
def test_a_default_is_a_value_that_its_own_type_takes(one: Setting) -> None:
    text = ", ".join(one.default) if isinstance(one.default, tuple) else str(one.default)
    assert one.type.read(text, Path()) == one.default


def test_a_dialog_finds_words_for_each_and_no_variable_means_two() -> None:
    variables = [name for one in EVERY for name in one.variables]
    assert len(variables) == len(set(variables))
    for one in EVERY:
        assert one.label
        assert one.help.endswith((".", "stored."))
        assert one.variables
        assert one.section in SECTIONS
        assert setting(one.id) is one


def test_only_keys_are_secret() -> None:
    assert {one.id for one in EVERY if one.is_secret} == {
        "llm.claude.api_key",
        "llm.openai.api_key",
        f"{COMPATIBLE}.api_key",
    }


def test_the_built_in_models_that_can_be_set_are_those_of_the_catalog() -> None:
    assert tuple(weights.name for weights in CATALOG) == BUILTIN_MODELS


def test_the_documented_variable_of_each_setting_is_in_the_readme() -> None:
    readme = (resources_dir().parent / "README.md").read_text(encoding="utf-8")
    assert [one.id for one in EVERY if f"`{one.variables[0]}`" not in readme] == []


def test_the_readmes_example_is_read_without_a_problem(tmp_path: Path) -> None:
    readme = (resources_dir().parent / "README.md").read_text(encoding="utf-8")
    example = readme.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "config.yaml").write_text(example)
    keys = {"WORK_CLAUDE_KEY": "sk-1", "OPENROUTER_API_KEY": "sk-2"}
    settings = read_sources([tmp_path], keys, tmp_path).settings()
    assert settings.problems == ()
    assert settings.default_provider == "compatible:Workshop"
    assert [server.name for server in settings.compatible] == ["Workshop", "OpenRouter"]
