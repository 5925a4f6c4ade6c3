"""The providers that settings give: what they are called, which settings are theirs, whether they are set up."""

from dataclasses import replace
from typing import Final, TypeAlias

from desktop_app.domain.providers import HealthState, ProviderHealth
from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.ollama.cloud import is_cloud
from desktop_app.settings import (
    BuiltinSettings,
    ClaudeSettings,
    CompatibleSettings,
    OllamaSettings,
    OpenAISettings,
    Settings,
)
from desktop_app.settings.declarations import COMPATIBLE
from desktop_app.settings.origins import Origin

ProviderSettings: TypeAlias = ClaudeSettings | OpenAISettings | OllamaSettings | BuiltinSettings | CompatibleSettings

LABELS: Final = {"builtin": "Built-in", "ollama": "Ollama", "claude": "Claude", "openai": "OpenAI"}
_KEY_VARIABLES: Final = {"claude": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
_LOCAL_ONLY: Final = ProviderHealth(
    HealthState.NOT_SET_UP,
    "Not used",
    "GoalGetter is set to use nothing beyond this computer (“local_only”).",
)


def provider_labels(settings: Settings) -> dict[str, str]:
    """What each provider is called on the screen, by its name."""
    return LABELS | {server.provider: server.name for server in settings.compatible}


def section_of(settings: Settings, name: str) -> ProviderSettings | None:
    """What a provider's service is made from; None for a server that there is not. Which model answers is no part."""
    section = _section(settings, name)
    return section if section is None or isinstance(section, BuiltinSettings) else replace(section, model=None)


def model_set_outside(settings: Settings, name: str) -> tuple[str, Origin] | None:
    """The model of a provider that is set outside of GoalGetter, and where; None if nowhere."""
    section = _section(settings, name)
    if section is None or isinstance(section, BuiltinSettings) or section.model is None:
        return None
    path = name.replace("compatible:", f"{COMPATIBLE}.") if isinstance(section, CompatibleSettings) else f"llm.{name}"
    return section.model, settings.origin(f"{path}.model")


def costs_nothing(settings: Settings, name: str, model: str) -> bool:
    """Whether the model runs on a computer of the person's own, as far as the settings tell."""
    section = _section(settings, name)
    if isinstance(section, OllamaSettings):
        return not is_cloud(model)
    return _is_local(section)


def why_not_set_up(settings: Settings, name: str) -> ProviderHealth | None:
    """Why provider `name` cannot be used as things are set, None if it can."""
    section = section_of(settings, name)
    if settings.local_only and not _is_local(section):
        return _LOCAL_ONLY
    if isinstance(section, ClaudeSettings | OpenAISettings) and not section.api_key:
        advice = f"Add your key in the model list, or set {_KEY_VARIABLES[name]}."
        return ProviderHealth(HealthState.NOT_SET_UP, "No key", advice)
    return None


def _section(settings: Settings, name: str) -> ProviderSettings | None:
    match name:
        case "claude":
            return settings.claude
        case "openai":
            return settings.openai
        case "ollama":
            return settings.ollama
        case "builtin":
            return settings.builtin
        case _:
            return next((server for server in settings.compatible if server.provider == name), None)


def _is_local(section: ProviderSettings | None) -> bool:
    match section:
        case BuiltinSettings():
            return True
        case OllamaSettings():
            return is_loopback(section.host)
        case None:
            return False
        case _:
            return section.base_url is not None and is_loopback(section.base_url)
