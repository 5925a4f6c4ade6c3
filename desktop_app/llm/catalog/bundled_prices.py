"""Windows and list prices from data as the package `genai-prices` carries it; nothing is fetched."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from genai_prices.data_snapshot import DataSnapshot, get_snapshot
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

from desktop_app.domain.prices import ModelPrices, PriceBand
from desktop_app.llm.catalog.facts import ModelFacts

# What the package calls our providers.
_PROVIDERS: Final = {"claude": "anthropic", "openai": "openai"}
# The newest change that the pinned data tells of; it names no day itself.
AS_OF: Final = date(2026, 11, 9)


def bundled_facts(provider: str, name: str, address: str | None, today: date) -> ModelFacts:
    """What the data knows of a model; nothing for one it does not know.

    A provider that is none of ours is known by its `address`, if at all. The first call takes about 0.2 s.
    """
    model = _found(get_snapshot(), provider, name, address)
    if model is None:
        return ModelFacts()
    return ModelFacts(context_window=model.context_window, prices=_prices(model, today, AS_OF))


def bundled_label(provider: str, name: str) -> str | None:
    """How the data calls a model of a provider of ours, where that is more than its name written otherwise."""
    model = _found(get_snapshot(), provider, name, None)
    if model is None or model.name is None or _letters(model.name) == _letters(name):
        return None
    return model.name


def prices_in(
    data: DataSnapshot, as_of: date, provider: str, name: str, address: str | None, today: date
) -> ModelPrices | None:
    """What `data`, known to `as_of`, says that a model costs; None for one that it does not know."""
    model = _found(data, provider, name, address)
    return None if model is None else _prices(model, today, as_of)


def _found(data: DataSnapshot, provider: str, name: str, address: str | None) -> ModelInfo | None:
    known = _PROVIDERS.get(provider)
    if known is None and address is None:
        return None
    try:
        return data.find_provider_model(name, None, known, None if known else address)[1]
    except LookupError:
        return None


def _letters(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _prices(model: ModelInfo, today: date, as_of: date) -> ModelPrices | None:
    price = model.get_prices(datetime(today.year, today.month, today.day, tzinfo=UTC))
    if price.input_mtok is None and price.output_mtok is None:
        return None
    starts = {0} | {tier.start for part in _parts(price) if isinstance(part, TieredPrices) for tier in part.tiers}
    return ModelPrices(tuple(_band(price, start) for start in sorted(starts)), as_of)


def _band(price: ModelPrice, start: int) -> PriceBand:
    return PriceBand(start, *(_from(part, start) for part in _parts(price)))


def _parts(price: ModelPrice) -> tuple[Decimal | TieredPrices | None, ...]:
    return price.input_mtok, price.output_mtok, price.cache_read_mtok, price.cache_write_mtok


def _from(part: Decimal | TieredPrices | None, start: int) -> Decimal | None:
    if not isinstance(part, TieredPrices):
        return part
    return next((tier.price for tier in reversed(part.tiers) if tier.start <= start), part.base)
