"""Prices as the person changes them: own ones, typed for a model; newer list prices, fetched only when asked."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import InvalidValueError, NotAllowedError
from desktop_app.llm.catalog.list_prices import ListPrices, PriceListState
from desktop_app.services.settings import SettingsService
from desktop_app.settings import Settings
from desktop_app.settings.value_types import Money, OwnPrice, OwnPrices, RefusedError

_log = logging.getLogger(__name__)
_PRICES: Final = "budget.prices"
_ONLY_HERE: Final = (
    "Prices come from the internet, and nothing may leave this computer. "
    "Turn “Only this computer” off for it, or enter your own."
)
# What would end a price or begin another one where prices are kept.
_PARTS_PRICES: Final = (";", "=")


@dataclass(frozen=True, slots=True)
class TypedPrice:
    """What was typed, in dollars for a million tokens; tokens of the cache without a price count as input."""

    input: str
    output: str
    cache_read: str = ""
    cache_write: str = ""


class PriceKeeper:
    """Keeps own prices in the settings and the list in the person's data; tells whoever listens that prices changed."""

    def __init__(self, settings: SettingsService, listed: ListPrices, today: Callable[[], date]) -> None:
        self._settings = settings
        self._listed = listed
        self._today = today
        self._listeners: list[Callable[[], None]] = []
        self._fetching: asyncio.Task[PriceListState] | None = None
        settings.subscribe(self._note_settings)
        self._known = self.own

    @property
    def own(self) -> tuple[OwnPrice, ...]:
        """The person's own prices."""
        return self._settings.current.budget.prices

    @property
    def set_outside(self) -> str:
        """Where own prices are set outside of GoalGetter, which is stronger; empty if nowhere."""
        origin = self._settings.set_outside(_PRICES)
        return origin.place if origin else ""

    def own_of(self, model: ModelChoice) -> OwnPrice | None:
        """The person's own price of a model."""
        return next((one for one in self.own if one.model == _named(model)), None)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Tell `listener` whenever prices changed."""
        self._listeners.append(listener)

    async def keep(self, model: ModelChoice, typed: TypedPrice) -> None:
        """Let a model cost this from now on. Raises InvalidValueError, NotAllowedError and StorageError."""
        self._refuse_if_set_outside()
        own = _read(model, typed)
        await self._write([*(one for one in self.own if one.model != own.model), own])

    async def remove(self, model: ModelChoice) -> None:
        """Let a model cost its list price again. Raises NotAllowedError and StorageError."""
        self._refuse_if_set_outside()
        await self._write([one for one in self.own if one.model != _named(model)])

    async def listed(self) -> PriceListState:
        """Which list prices are in use."""
        return await self._listed.state()

    async def fetch(self) -> PriceListState:
        """Fetch newer list prices, as the person asked. Raises NotAllowedError, PriceListError and StorageError."""
        if self._settings.current.local_only:
            raise NotAllowedError(_ONLY_HERE)
        self._fetching = asyncio.ensure_future(self._listed.fetch(self._today()))
        try:
            state = await self._fetching
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling() or not self._settings.current.local_only:
                raise
            raise NotAllowedError(_ONLY_HERE) from None
        finally:
            self._fetching.cancel()
            self._fetching = None
        _log.info("list prices: fetched, as of %s", state.as_of)
        self._tell()
        return state

    async def use_bundled(self) -> PriceListState:
        """Go back to the list prices that came with GoalGetter. Raises StorageError."""
        state = await self._listed.use_bundled()
        _log.info("list prices: those that came with the program, as of %s", state.as_of)
        self._tell()
        return state

    def _refuse_if_set_outside(self) -> None:
        if place := self.set_outside:
            raise NotAllowedError(f"Your own prices are set by {place}, which is stronger. Change them there.")

    async def _write(self, prices: list[OwnPrice]) -> None:
        text = "; ".join(one.words for one in prices)
        try:
            OwnPrices().read(text, Path())
        except RefusedError as error:
            raise InvalidValueError(f"Your own prices: this {error}. They stay as they were.") from error
        await self._settings.keep(_PRICES, text)

    def _note_settings(self, settings: Settings) -> None:
        if settings.local_only and self._fetching is not None:
            self._fetching.cancel()
        if self.own != self._known:
            self._known = self.own
            _log.info("own prices: %d models", len(self.own))
            self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _named(model: ModelChoice) -> str:
    return f"{model.provider}/{model.model}"


def _read(model: ModelChoice, typed: TypedPrice) -> OwnPrice:
    name = model.model.strip()
    if not name or not model.provider.strip() or any(sign in name for sign in _PARTS_PRICES) or not name.isprintable():
        raise InvalidValueError("Model: enter the name as its provider writes it, such as gpt-5-mini.")
    if typed.cache_write.strip() and not typed.cache_read.strip():
        raise InvalidValueError("Cached: enter what reading from the cache costs too.")
    parts = {"Input": typed.input, "Output": typed.output, "Cached": typed.cache_read, "Cache write": typed.cache_write}
    for label, text in parts.items():
        if text.strip() or label in {"Input", "Output"}:
            _refuse_nonsense(label, text)
    told = " / ".join(text.strip() for text in parts.values() if text.strip())
    (own,) = OwnPrices().read(f"{model.provider.strip()}/{name} = {told}", Path())
    return own


def _refuse_nonsense(label: str, text: str) -> None:
    try:
        Money().read(text, Path())
    except RefusedError as error:
        raise InvalidValueError(f"{label}: this {error}. Nothing changed.") from error
