"""What the catalog tells of one model."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from desktop_app.domain.prices import ModelPrices
from desktop_app.domain.providers import ModelInfo

_Fact = TypeVar("_Fact")


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Facts of a model; None is "not known". Token counts are whole tokens."""

    context_window: int | None = None
    max_output: int | None = None
    prices: ModelPrices | None = None
    can_use_tools: bool | None = None
    can_see: bool | None = None
    can_reason: bool | None = None
    retires_on: date | None = None

    def added_to(self, model: ModelInfo, today: date) -> ModelInfo:
        """`model` with what its provider left open; what the provider said stays."""
        retires_on = model.retires_on or self.retires_on
        return replace(
            model,
            context_window=_first(model.context_window, self.context_window),
            max_output=_first(model.max_output, self.max_output),
            prices=_first(model.prices, self.prices),
            can_use_tools=_first(model.can_use_tools, self.can_use_tools),
            can_see=_first(model.can_see, self.can_see),
            can_reason=_first(model.can_reason, self.can_reason),
            retires_on=retires_on,
            is_retired=retires_on is not None and retires_on <= today,
        )


def _first(told: _Fact | None, known: _Fact | None) -> _Fact | None:
    return known if told is None else told
