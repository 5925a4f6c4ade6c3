"""Settings in force as the text that is typed for them, and what stands for a choice."""

from collections.abc import Mapping
from functools import reduce
from typing import Final

from desktop_app.services.spending.limit_keeper import amount
from desktop_app.settings import Settings
from desktop_app.settings.declarations import Setting
from desktop_app.settings.value_types import Money, OwnPrice, ProviderOrder

# Fields that are called otherwise than in the config file.
_FIELDS: Final = {
    "tracing.enabled": "is_enabled",
    "tracing.include_content": "includes_content",
    "goals.ask_first": "asks_first",
}
CHOICES: Final[Mapping[str, str]] = {
    "ask": "Ask me each time",
    "free": "Answer with a free model",
    "stop": "Stop until I raise it",
    "automatic": "Automatic",
    "goal_setting": "Finding goals",
    "tracking": "Keeping at them",
}


def text_of(settings: Settings, declared: Setting) -> str:
    """The value in force as it would be typed; empty where there is none."""
    section = declared.section.removeprefix("llm").removeprefix(".")
    owner = reduce(getattr, section.split("."), settings) if section else settings
    return typed(getattr(owner, _FIELDS.get(declared.id, declared.key)), declared)


def typed(value: object, declared: Setting) -> str:
    """A value of a setting as it would be typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, tuple):
        words = [one.words if isinstance(one, OwnPrice) else str(one) for one in value]
        nobody = "none" if isinstance(declared.type, ProviderOrder) else ""
        return ("; " if value and isinstance(value[0], OwnPrice) else ", ").join(words) or nobody
    if isinstance(declared.type, Money) and isinstance(value, int):
        return amount(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
