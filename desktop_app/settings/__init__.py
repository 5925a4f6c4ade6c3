"""Settings: what they are, where they come from, and what becomes of bad values."""

from desktop_app.settings.sources import Sources, load_settings, read_sources
from desktop_app.settings.values import (
    DEFAULT_BUILTIN_MODEL,
    DEFAULT_KEEP_ALIVE,
    DEFAULT_OLLAMA_HOST,
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
    WindowSettings,
)

__all__ = [
    "DEFAULT_BUILTIN_MODEL",
    "DEFAULT_KEEP_ALIVE",
    "DEFAULT_OLLAMA_HOST",
    "BudgetSettings",
    "BuiltinSettings",
    "ClaudeSettings",
    "CompatibleSettings",
    "GoalSettings",
    "OllamaSettings",
    "OpenAISettings",
    "ReliabilitySettings",
    "Settings",
    "Sources",
    "TracingSettings",
    "WindowSettings",
    "load_settings",
    "read_sources",
]
