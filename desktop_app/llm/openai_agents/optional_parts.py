"""What a request may ask for and a model may refuse: it is then asked without, from then on."""

from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from typing import Final

import openai
from agents import ModelSettings

from desktop_app.llm.events import Notice


class OptionalPart(Enum):
    """A part of a request that the turn does without where the server refuses it."""

    REASONING = "reasoning"
    TEMPERATURE = "temperature"
    MAX_TOKENS = "max_tokens"


# How the two protocols call them in a refusal.
_PARAMETERS: Final = {
    OptionalPart.REASONING: ("reasoning", "include"),
    OptionalPart.TEMPERATURE: ("temperature",),
    OptionalPart.MAX_TOKENS: ("max_tokens", "max_output_tokens"),
}
# What the person set and should know to be without effect.
_NOTICES: Final = {
    OptionalPart.TEMPERATURE: "{label} did not accept the temperature that is set for this model; it was left out.",
    OptionalPart.MAX_TOKENS: "{label} did not accept the longest reply that is set for this model; it was left out.",
}


def refused_part(error: openai.BadRequestError, asked: ModelSettings) -> OptionalPart | None:
    """The optional part of the request `asked` that the server refuses with `error`; None if it is something else."""
    parameter = error.param if isinstance(error.param, str) else ""
    words = error.message.casefold()
    for part in _asked_parts(asked):
        if parameter.startswith(_PARAMETERS[part]):
            return part
        # Some servers name no parameter, or only a part of it.
        if part is OptionalPart.REASONING and "encrypted content" in words:
            return part
        if not parameter and any(name in words for name in _PARAMETERS[part]):
            return part
    return None


def without(settings: ModelSettings, refused: Iterable[OptionalPart]) -> ModelSettings:
    """`settings` without the refused parts."""
    for part in refused:
        match part:
            case OptionalPart.REASONING:
                settings = replace(settings, reasoning=None, response_include=None)
            case OptionalPart.TEMPERATURE:
                settings = replace(settings, temperature=None)
            case OptionalPart.MAX_TOKENS:
                settings = replace(settings, max_tokens=None)
    return settings


def notice_of(part: OptionalPart, label: str) -> Notice | None:
    """What the person is told of a refusal; nothing where they did not ask for the part."""
    return Notice(_NOTICES[part].format(label=label)) if part in _NOTICES else None


def _asked_parts(settings: ModelSettings) -> list[OptionalPart]:
    asked = {
        OptionalPart.REASONING: settings.reasoning,
        OptionalPart.TEMPERATURE: settings.temperature,
        OptionalPart.MAX_TOKENS: settings.max_tokens,
    }
    return [part for part, value in asked.items() if value is not None]
