"""What each model costs: the person's own prices, else the catalog's; nothing on one's own computer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from desktop_app.domain.prices import FREE, ModelPrices, PriceBand
from desktop_app.domain.providers import ModelChoice, ModelInfo
from desktop_app.llm.catalog.catalog import model_facts
from desktop_app.llm.catalog.list_prices import ListPrices
from desktop_app.llm.providers import costs_nothing
from desktop_app.settings import Settings
from desktop_app.settings.value_types import OwnPrice

# No model that is known today writes more in one call.
_MOST_OUTPUT: Final = 128_000


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of a model, None where they are not known, and the most tokens that it writes in one call."""

    prices: ModelPrices | None
    most_output: int = _MOST_OUTPUT
    is_own: bool = False


UNKNOWN: Final = Tariff(None)

# What they list costs money even at an address on this computer, where a proxy may stand that hands it on.
_PAID: Final = frozenset({"claude", "openai"})


class PriceBook:
    """Looks prices up; nothing is fetched."""

    def __init__(self, settings: Callable[[], Settings], today: Callable[[], date], listed: ListPrices) -> None:
        self._settings = settings
        self._today = today
        self._listed = listed

    async def tariff(self, choice: ModelChoice) -> Tariff:
        """What a model costs now."""
        settings = self._settings()
        own = next((one for one in settings.budget.prices if one.model == f"{choice.provider}/{choice.model}"), None)
        if own is not None:
            return Tariff(_of_own(own, self._today()), is_own=True)
        is_local = costs_nothing(settings, choice.provider, choice.model)
        if is_local and choice.provider not in _PAID:
            return Tariff(FREE)
        address = next((one.base_url for one in settings.compatible if one.provider == choice.provider), None)
        facts = await model_facts(choice.provider, choice.model, self._today(), address)
        prices = await self._listed.prices(choice.provider, choice.model, address, self._today())
        if is_local and prices is None:
            prices = FREE  # somebody else's model behind the paid provider's protocol
        return Tariff(prices, facts.max_output or _MOST_OUTPUT)

    async def priced(self, models: Iterable[ModelInfo]) -> tuple[ModelInfo, ...]:
        """`models`, as they were listed, with the prices that count; those on this computer have none."""
        return tuple([one if one.is_local else await self._priced(one) for one in models])

    async def _priced(self, model: ModelInfo) -> ModelInfo:
        tariff = await self.tariff(ModelChoice(model.provider, model.name))
        return model if tariff.prices is None else replace(model, prices=tariff.prices)


def _of_own(own: OwnPrice, today: date) -> ModelPrices:
    band = PriceBand(0, own.input_usd, own.output_usd, own.cache_read_usd, own.cache_write_usd)
    return ModelPrices((band,), today)
