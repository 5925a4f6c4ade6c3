"""What a model's tokens cost; money as Decimal, never as a float."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


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
