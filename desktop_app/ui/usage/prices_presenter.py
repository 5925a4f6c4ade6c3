"""Joins the dialog of prices to the prices: what models cost, own prices that are typed, newer list prices."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from PySide6.QtCore import QObject

from desktop_app.domain.prices import PriceBand
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import AppError
from desktop_app.llm.catalog.list_prices import PriceListState
from desktop_app.services.models import ModelDirectory
from desktop_app.services.spending.price_book import PriceBook, Tariff
from desktop_app.services.spending.price_keeper import PriceKeeper, TypedPrice
from desktop_app.services.spending.reports import Range, UsageReports
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.usage.prices_dialog import PriceRow, PricesDialog

_UNKNOWN: Final = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class PriceServices:
    """What the presenter asks."""

    keeper: PriceKeeper
    book: PriceBook
    models: ModelDirectory
    reports: UsageReports


class PricesPresenter(QObject):
    """Opens one dialog at a time."""

    def __init__(
        self, make_dialog: Callable[[], PricesDialog], services: PriceServices, runner: TaskRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._make_dialog = make_dialog
        self._it = services
        self._runner = runner
        self._dialog: PricesDialog | None = None
        services.keeper.subscribe(self._note_prices)

    def open_for(self, choice: ModelChoice) -> None:
        """Show the dialog with this model ready to get its price."""
        self.open()
        if self._dialog is not None:
            self._dialog.choose(choice)

    def open(self) -> None:
        """Show the dialog."""
        if self._dialog is not None:
            self._dialog.raise_()
            return
        self._dialog = dialog = self._make_dialog()
        dialog.save_requested.connect(self._save)
        dialog.remove_requested.connect(self._remove)
        dialog.fetch_requested.connect(self._fetch)
        dialog.bundled_requested.connect(self._use_bundled)
        dialog.finished.connect(self._forget)
        dialog.open()
        self._start(self._show(), "show prices")

    def _forget(self, _result: int) -> None:
        self._dialog = None

    def _note_prices(self) -> None:
        self._runner.start(self._it.models.reprice(), name="show other prices")
        if self._dialog is not None:
            self._start(self._show(), "show prices")

    def _save(self, choice: ModelChoice, texts: tuple[str, str, str, str]) -> None:
        input_, cached, written, output = texts
        self._start(self._keep(choice, TypedPrice(input_, output, cached, written)), "keep a price")

    def _remove(self, choice: ModelChoice) -> None:
        self._start(self._take_away(choice), "clear a price")

    def _fetch(self) -> None:
        self._start(self._get_newer(), "fetch list prices")

    def _use_bundled(self) -> None:
        self._start(self._go_back(), "use the list prices of the program")

    async def _keep(self, choice: ModelChoice, typed: TypedPrice) -> None:
        async with self._told("Saved. It counts from the next call on."):
            await self._it.keeper.keep(choice, typed)

    async def _take_away(self, choice: ModelChoice) -> None:
        async with self._told("Cleared. The list price counts again, where there is one."):
            await self._it.keeper.remove(choice)

    async def _get_newer(self) -> None:
        if self._dialog is not None:
            self._dialog.set_busy(is_busy=True)
        try:
            async with self._told("The list prices are those of today now."):
                await self._it.keeper.fetch()
        finally:
            if self._dialog is not None:
                self._dialog.set_busy(is_busy=False)

    async def _go_back(self) -> None:
        async with self._told("The list prices are those that came with GoalGetter again."):
            await self._it.keeper.use_bundled()

    @asynccontextmanager
    async def _told(self, words: str) -> AsyncIterator[None]:
        """Show what came of it, and `words` where all went well."""
        yield
        await self._show()
        if self._dialog is not None:
            self._dialog.tell(words, is_wrong=False)

    async def _show(self) -> None:
        rows = await self._rows()
        state = await self._it.keeper.listed()
        if self._dialog is not None:
            self._dialog.show_prices(rows, self._it.keeper.set_outside)
            self._dialog.show_list(list_words(state), is_fetched=state.is_fetched)

    async def _rows(self) -> list[PriceRow]:
        """Models that cost something: those that are listed, those that were used, those with a price of one's own."""
        it = self._it
        known = {ModelChoice(one.provider, one.name) for entry in it.models.entries for one in entry.models}
        known |= {ModelChoice(row.provider, row.model) for row in (await it.reports.report(Range.ALL)).models}
        known |= {ModelChoice(*own.model.split("/", 1)) for own in it.keeper.own}
        rows = []
        for choice in sorted(known, key=lambda one: (one.provider, one.model)):
            tariff = await it.book.tariff(choice)
            if tariff.is_own or tariff.prices is None or not tariff.prices.is_free:
                rows.append(_row(choice, it.models.name_of(choice.provider, choice.model), tariff))
        return rows

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._runner.start(work, name=name, on_error=self._refuse)

    def _refuse(self, error: AppError) -> None:
        if self._dialog is not None:
            self._dialog.tell(str(error), is_wrong=True)


def list_words(state: PriceListState) -> str:
    """Which list prices are in use: “List prices as of 9 November 2026, which come with GoalGetter.”."""
    day = f"{state.as_of.day} {state.as_of:%B %Y}"
    words = (
        f"List prices as of {day}, {'fetched when you asked' if state.is_fetched else 'which come with GoalGetter'}."
    )
    return f"{words} {state.problem}".strip()


def _row(choice: ModelChoice, name: str, tariff: Tariff) -> PriceRow:
    if tariff.prices is None:
        return PriceRow(choice, name, _UNKNOWN, "unknown")
    first, *others = tariff.prices.bands
    origin = "you" if tariff.is_own else "list"
    if others:
        origin += f", other above {others[0].above_input_tokens // 1000}k"
    return PriceRow(choice, name, _texts(first), origin, tariff.is_own)


def _texts(band: PriceBand) -> tuple[str, str, str, str]:
    return _text(band.input_usd), _text(band.cache_read_usd), _text(band.cache_write_usd), _text(band.output_usd)


def _text(price: Decimal | None) -> str:
    return "" if price is None else f"{price.normalize():f}"
