"""What a model's tokens cost; money as Decimal, never as a float."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Final

from desktop_app.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class PriceBand:
    """US dollars for a million tokens, in calls whose input is longer than `above_input_tokens`; None is "not known".

    The band of a call holds for all of its tokens, those before the threshold included.
    """

    above_input_tokens: int
    input_usd: Decimal | None = None
    output_usd: Decimal | None = None
    cache_read_usd: Decimal | None = None
    cache_write_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """A model's list prices, at least one band, the lowest first; `as_of` is the day to which they are known."""

    bands: tuple[PriceBand, ...]
    as_of: date

    def band_for(self, input_tokens: int) -> PriceBand:
        """The band of a call with this many input tokens, cached ones included."""
        return next((band for band in reversed(self.bands) if input_tokens > band.above_input_tokens), self.bands[0])

    @property
    def is_free(self) -> bool:
        """Whether nothing costs anything."""
        return all(band.input_usd == band.output_usd == 0 for band in self.bands)


FREE: Final = ModelPrices((PriceBand(0, Decimal(0), Decimal(0), Decimal(0), Decimal(0)),), date.min)
"""What a model on one's own computer costs."""


def cost_micro_usd(prices: ModelPrices | None, usage: Usage) -> int | None:
    """What a call cost in millionths of a US dollar, rounded up; None where the price of any of it is not known.

    A price in dollars for a million tokens is one in micro-dollars for each. Cached tokens are part of the input and
    are counted once, at their own price where there is one and as fresh input where not; reasoning is output.
    """
    if prices is None:
        return None
    band = prices.band_for(usage.input_tokens)
    fresh = max(usage.input_tokens - usage.cache_read_tokens - usage.cache_write_tokens, 0)
    amounts = (
        (fresh, band.input_usd),
        (usage.cache_read_tokens, band.input_usd if band.cache_read_usd is None else band.cache_read_usd),
        (usage.cache_write_tokens, band.input_usd if band.cache_write_usd is None else band.cache_write_usd),
        (usage.output_tokens, band.output_usd),
    )
    total = Decimal(0)
    for tokens, price in amounts:
        if tokens and price is None:
            return None
        total += tokens * (price or 0)
    return int(total.to_integral_value(ROUND_CEILING))
