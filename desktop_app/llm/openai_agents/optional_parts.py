"""What a request may ask for and a model may refuse: it is then asked without, from then on."""

import re
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
    CARRIED_REASONING = "carried_reasoning"  # that of earlier turns; another key or model may not decrypt it
    TEMPERATURE = "temperature"
    MAX_TOKENS = "max_tokens"
    USAGE = "usage"
    TOOLS = "tools"


# How the two protocols call them in a refusal.
_PARAMETERS: Final = {
    OptionalPart.REASONING: ("reasoning", "include"),
    OptionalPart.TEMPERATURE: ("temperature",),
    OptionalPart.MAX_TOKENS: ("max_tokens", "max_output_tokens"),
    OptionalPart.USAGE: ("stream_options",),
    OptionalPart.TOOLS: ("tools", "tool_choice"),
}
# Some servers take what they cannot do for a fault of their own, or for a model that they do not have.
_REFUSALS: Final = frozenset({400, 404, 405, 422, 500, 501})
_TOOLS: Final = re.compile(r"\btools?\b|\btool[ _-]?(?:use|calls?|calling|choice)\b|\bfunction[ _-]call")
_NOT_TAKEN: Final = re.compile(
    r"support|require|not (?:allowed|permitted|enabled|available|implemented)|unrecogni[sz]ed|unknown|unexpected|extra"
)
# How the Responses API names reasoning of earlier turns that it does not take.
_CARRIED: Final = re.compile(r"encrypted.content|\brs_|type 'reasoning'")
# What the person set and should know to be without effect.
_NOTICES: Final = {
    OptionalPart.TEMPERATURE: "{label} did not accept the temperature that is set for this model; it was left out.",
    OptionalPart.MAX_TOKENS: "{label} did not accept the longest reply that is set for this model; it was left out.",
}


def refused_part(
    error: openai.APIStatusError, asked: ModelSettings, *, asks_tools: bool, carries: bool = False
) -> OptionalPart | None:
    """The optional part of the request `asked` that the server refuses with `error`; None if it is something else."""
    if error.status_code not in _REFUSALS:
        return None
    parameter = error.param if isinstance(error.param, str) else ""
    words = error.message.casefold()
    if carries and parameter not in {"include", "reasoning"} and _CARRIED.search(words):
        return OptionalPart.CARRIED_REASONING
    for part in _asked_parts(asked):
        if parameter.startswith(_PARAMETERS[part]):
            return part
        # Some servers name no parameter, or only a part of it.
        if part is OptionalPart.REASONING and "encrypted content" in words:
            return part
        if not parameter and any(name in words for name in _PARAMETERS[part]):
            return part
    is_about_tools = parameter in _PARAMETERS[OptionalPart.TOOLS] or (_TOOLS.search(words) and _NOT_TAKEN.search(words))
    return OptionalPart.TOOLS if asks_tools and is_about_tools else None


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
            case OptionalPart.USAGE:
                settings = replace(settings, include_usage=None)
            case OptionalPart.TOOLS | OptionalPart.CARRIED_REASONING:
                pass  # no settings: they go along beside them
    return settings


def notice_of(part: OptionalPart, label: str) -> Notice | None:
    """What the person is told of a refusal; nothing where they did not ask for the part."""
    return Notice(_NOTICES[part].format(label=label)) if part in _NOTICES else None


def _asked_parts(settings: ModelSettings) -> list[OptionalPart]:
    asked = {
        OptionalPart.REASONING: settings.reasoning,
        OptionalPart.TEMPERATURE: settings.temperature,
        OptionalPart.MAX_TOKENS: settings.max_tokens,
        OptionalPart.USAGE: settings.include_usage,
    }
    return [part for part, value in asked.items() if value is not None]
