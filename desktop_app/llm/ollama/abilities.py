"""What Ollama says about its models, read into what the program asks of them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ollama import ListResponse, ShowResponse

from desktop_app.domain.providers import ModelInfo
from desktop_app.llm.ollama.cloud import is_cloud
from desktop_app.llm.ollama.memory import cache_bytes_per_token

# The size of an 8B model at 4 bits: good at tools, and at home in 8 GB of memory.
_MIDDLE_BYTES: Final = 5_200_000_000


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one model can do and needs; None is "not known". `context_length` is in tokens."""

    can_chat: bool = True
    can_use_tools: bool | None = None
    can_think: bool | None = None
    can_see: bool | None = None
    context_length: int | None = None
    family: str = ""
    cache_bytes_per_token: int | None = None

    @property
    def think(self) -> bool | str | None:
        """The value of `think` for a request: gpt-oss knows levels, the others on and off."""
        if not self.can_think:
            return None
        return "medium" if self.family in {"gptoss", "gpt-oss"} else True


def read_abilities(shown: ShowResponse) -> Abilities:
    """What `/api/show` tells; servers that are too old tell it by the template and the family."""
    info = shown.modelinfo or {}
    family = str(info.get("general.architecture") or (shown.details.family if shown.details else "") or "")
    length = info.get(f"{family}.context_length")
    window = length if isinstance(length, int) and length > 0 else None
    per_token = cache_bytes_per_token(info, family)
    known = shown.capabilities
    if known is None:
        has_tools = ".Tools" in shown.template if shown.template else None
        return Abilities("bert" not in family, has_tools, None, None, window, family, per_token)
    can = {name: name in known for name in ("completion", "tools", "thinking", "vision")}
    return Abilities(can["completion"], can["tools"], can["thinking"], can["vision"], window, family, per_token)


def model_info(provider: str, listed: ListResponse.Model, abilities: Abilities, *, is_local: bool) -> ModelInfo:
    """A model as the person sees it."""
    name = listed.model or ""
    return ModelInfo(
        provider=provider,
        name=name,
        label=name.removesuffix(":latest"),
        context_window=abilities.context_length,
        can_use_tools=abilities.can_use_tools,
        can_reason=abilities.can_think,
        can_see=abilities.can_see,
        size_bytes=int(listed.size) if listed.size else None,
        is_local=is_local and not is_cloud(name),
    )


def best_first(models: Iterable[ModelInfo]) -> tuple[ModelInfo, ...]:
    """Those first that run here, use tools and are of a middle size."""
    return tuple(sorted(models, key=_rank))


def _rank(model: ModelInfo) -> tuple[bool, int, float, str]:
    tools = {True: 0, None: 1, False: 2}[model.can_use_tools]
    distance = abs(math.log((model.size_bytes or 1) / _MIDDLE_BYTES))
    return (is_cloud(model.name), tools, distance, model.name)
