"""Claude's models as the API lists them, best default first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from anthropic.types import ModelInfo as WireModel

from desktop_app.domain.providers import ModelInfo

# The middle line is the default: quick and good enough for a coach, at a middling price.
_LINES: Final = ("sonnet", "opus", "haiku")
_UNKNOWN_AGE: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What a request depends on: a model's window and longest reply in tokens, whether it decides when to think."""

    window: int | None = None
    max_output_tokens: int | None = None
    thinks_adaptively: bool = False


def ordered(models: Iterable[WireModel]) -> list[WireModel]:
    """Those that answer, best default first: the newest of the middle line, then line by line, deprecated ones last."""
    return sorted((model for model in models if _lifecycle(model) != "retired"), key=_rank)


def model_info(model: WireModel, provider: str) -> ModelInfo:
    """The model in our terms. Fields are read with care: a proxy may leave out any."""
    capabilities = getattr(model, "capabilities", None)
    return ModelInfo(
        provider=provider,
        name=model.id,
        label=getattr(model, "display_name", None) or model.id,
        context_window=getattr(model, "max_input_tokens", None),
        can_use_tools=True,
        can_reason=_is_supported(getattr(capabilities, "thinking", None)),
        can_see=_is_supported(getattr(capabilities, "image_input", None)),
        max_output=getattr(model, "max_tokens", None),
        retires_on=retires.date() if isinstance(retires := getattr(model, "retires_at", None), datetime) else None,
    )


def model_limits(model: WireModel) -> ModelLimits:
    """What requests to the model may ask for."""
    thinking = getattr(getattr(model, "capabilities", None), "thinking", None)
    adaptive = getattr(getattr(thinking, "types", None), "adaptive", None)
    return ModelLimits(
        window=getattr(model, "max_input_tokens", None),
        max_output_tokens=getattr(model, "max_tokens", None),
        thinks_adaptively=_is_supported(adaptive) or False,
    )


def _rank(model: WireModel) -> tuple[bool, int, float, str]:
    line = getattr(model, "line", None) or next((name for name in _LINES if name in model.id), "")
    created = getattr(model, "created_at", None)
    age = created if isinstance(created, datetime) else _UNKNOWN_AGE
    rank = _LINES.index(line) if line in _LINES else len(_LINES)
    return (_lifecycle(model) == "deprecated", rank, -age.timestamp(), model.id)


def _lifecycle(model: WireModel) -> str | None:
    return getattr(model, "lifecycle", None)


def _is_supported(capability: object) -> bool | None:
    supported = getattr(capability, "supported", None)
    return supported if isinstance(supported, bool) else None
