"""What a turn needs of the money: the ledger, what models cost, how much they usually write."""

from dataclasses import dataclass
from typing import Final

from desktop_app.domain.providers import ModelChoice
from desktop_app.services.spending.ledger import Ledger
from desktop_app.services.spending.price_book import UNKNOWN, PriceBook, Tariff
from desktop_app.storage.usage import UsageRepository

_CALLS: Final = 50
_LEAST_CALLS: Final = 5


@dataclass(frozen=True, slots=True)
class UsualOutput:
    """How many tokens a model writes in a call: one in ten is shorter than `low`, half than `typical`, nine `high`."""

    low: int = 60
    typical: int = 400
    high: int = 1_200


class Spending:
    """Joins the ledger with prices and with what the person's own replies were like."""

    def __init__(self, ledger: Ledger, usage: UsageRepository, prices: PriceBook | None = None) -> None:
        self.ledger = ledger
        self._usage = usage
        self._prices = prices

    async def tariff(self, choice: ModelChoice) -> Tariff:
        """What a model costs."""
        return UNKNOWN if self._prices is None else await self._prices.tariff(choice)

    async def usual_output(self, choice: ModelChoice) -> UsualOutput:
        """From the person's own newest calls; a guess until there are some. Raises StorageError."""
        outputs = sorted(await self._usage.newest_outputs(choice.provider, choice.model, _CALLS))
        if len(outputs) < _LEAST_CALLS:
            return UsualOutput()
        last = len(outputs) - 1
        return UsualOutput(outputs[last // 10], outputs[last // 2], outputs[last - last // 10])
