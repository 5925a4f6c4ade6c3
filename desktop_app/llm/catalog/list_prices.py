"""The list prices in use: those that come with the program, or newer ones that were asked for and are kept."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop_app.domain.prices import ModelPrices
from desktop_app.errors import StorageError
from desktop_app.imports import quiet_imports

if TYPE_CHECKING:
    from genai_prices.data_snapshot import DataSnapshot

_log = logging.getLogger(__name__)
_FILE: Final = "list-prices.json"
_BROKEN: Final = "The newer prices that were kept cannot be read, so those that came with GoalGetter are used."


@dataclass(frozen=True, slots=True)
class PriceListState:
    """The day to which the prices in use are known, whether they were fetched, and what is wrong with those kept."""

    as_of: date
    is_fetched: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    data: "DataSnapshot"
    state: PriceListState


class ListPrices:
    """Keeps a fetched list in the folder of the person's data, with its day; nothing is fetched but by `fetch`.

    Where the program brings a newer list than the one that is kept, the newer one counts.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """`url` in place of the source that `genai-prices` itself updates from."""
        self._path = folder / _FILE
        self._url = url
        self._list: _List | None = None
        self._lock = asyncio.Lock()

    async def state(self) -> PriceListState:
        """Which prices are in use."""
        return (await self._in_use()).state

    async def prices(self, provider: str, name: str, address: str | None, today: date) -> ModelPrices | None:
        """What a model costs; None where nobody tells. The first call takes about 0.2 s, in a thread."""
        listed = await self._in_use()

        def look() -> ModelPrices | None:
            from desktop_app.llm.catalog.bundled_prices import prices_in  # noqa: PLC0415 - 0.2 s

            return prices_in(listed.data, listed.state.as_of, provider, name, address, today)

        return await asyncio.to_thread(look)

    async def fetch(self, today: date) -> PriceListState:
        """Fetch the list of this day and keep it. Raises PriceListError and StorageError; then nothing changed."""
        fetch, source = await asyncio.to_thread(_fetching)
        url = self._url or source
        raw = await fetch(url)
        async with self._lock:
            self._list = await asyncio.to_thread(self._keep, raw, today, url)
            return self._list.state

    async def use_bundled(self) -> PriceListState:
        """Forget a list that was fetched. Raises StorageError."""
        async with self._lock:
            self._list = await asyncio.to_thread(self._forget)
            return self._list.state

    async def _in_use(self) -> _List:
        async with self._lock:
            if self._list is None:
                self._list = await asyncio.to_thread(_read, self._path)
            return self._list

    def _keep(self, raw: bytes, today: date, url: str) -> _List:
        from desktop_app.llm.catalog.price_source import parsed  # noqa: PLC0415 - 0.2 s

        data = parsed(raw)
        kept = json.dumps({"as_of": today.isoformat(), "source": url, "providers": json.loads(raw)})
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Whole or not at all, also where the power goes in the middle of it.
            beside = self._path.with_suffix(".new")
            beside.write_text(kept, encoding="utf-8")
            beside.replace(self._path)
        except OSError as error:
            told = f"The newer prices could not be written to {self._path} ({error.strerror})."
            raise StorageError(f"{told} The prices in use stay as they are.") from error
        return _List(data, PriceListState(today, is_fetched=True))

    def _forget(self) -> _List:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            told = f"The newer prices in {self._path} could not be taken away ({error.strerror})."
            raise StorageError(f"{told} They stay in use.") from error
        return _bundled()


def _fetching() -> tuple[Callable[[str], Awaitable[bytes]], str]:
    with quiet_imports():
        from desktop_app.llm.catalog.price_source import SOURCE, fetched  # noqa: PLC0415 - 0.2 s
    return fetched, SOURCE


def _read(path: Path) -> _List:
    bundled = _bundled()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return bundled
    except (OSError, ValueError) as error:
        return _broken(bundled, error)
    from desktop_app.llm.catalog.price_source import PriceListError, parsed  # noqa: PLC0415 - 0.2 s

    try:
        kept = json.loads(text)
        as_of = date.fromisoformat(kept["as_of"])
        if as_of < bundled.state.as_of:
            return bundled
        return _List(parsed(json.dumps(kept["providers"])), PriceListState(as_of, is_fetched=True))
    except (ValueError, TypeError, KeyError, RecursionError, PriceListError) as error:
        return _broken(bundled, error)


def _broken(bundled: _List, error: Exception) -> _List:
    _log.warning("the kept list prices cannot be used: %s", type(error).__name__)
    return _List(bundled.data, PriceListState(bundled.state.as_of, problem=_BROKEN))


def _bundled() -> _List:
    with quiet_imports():
        from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415 - 0.2 s

        from desktop_app.llm.catalog.bundled_prices import AS_OF  # noqa: PLC0415
    return _List(get_snapshot(), PriceListState(AS_OF))
