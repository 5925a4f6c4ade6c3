"""Newer list prices from where `genai-prices` updates its own: fetched when told, and looked at before they count."""

import asyncio
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NoReturn

import httpx2
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import ModelInfo, ModelPrice, TieredPrices, _providers_from_raw
from genai_prices.update_prices import DEFAULT_UPDATE_URL

from desktop_app.errors import AppError
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.http_pool import WebPageError, open_pool

SOURCE: Final = DEFAULT_UPDATE_URL
_WHOLE_S: Final = 60.0
_MOST_BYTES: Final = 32_000_000
# Those that the coach's own providers are priced by; a list without them is none.
_MUST_HAVE: Final = ("anthropic", "openai")
_LEAST_MODELS: Final = 5
# The dearest model that is known costs 600 dollars for a million tokens.
_MOST_USD: Final = Decimal(100_000)
_STAYS: Final = "The prices in use stay as they are."
_LATER: Final = "Try again later, or enter your own."


class PriceListError(AppError):
    """No newer list: it could not be fetched, or it makes no sense. The prices in use stay."""


async def fetched(url: str) -> bytes:
    """The list at `url` as it came. Raises PriceListError."""
    try:
        async with (
            asyncio.timeout(_WHOLE_S),
            open_pool(Deadlines(), url) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code != httpx2.codes.OK:
                raise PriceListError(f"The server of the list prices answered {answer.status_code}. {_STAYS} {_LATER}")
            return await _body(answer)
    except WebPageError as error:
        raise PriceListError(f"A web page came in place of the list prices. {_STAYS} {_LATER}") from error
    except (httpx2.HTTPError, TimeoutError) as error:
        raise PriceListError(f"The list prices could not be fetched: no answer came. {_STAYS} {_LATER}") from error


def parsed(raw: bytes | str) -> DataSnapshot:
    """The list in `raw`. Raises PriceListError where it is none, or where a price of it cannot be one."""
    try:
        providers = json.loads(raw, parse_constant=_no_number)
        data = DataSnapshot(_providers_from_raw(providers), from_auto_update=True)
    # Whatever is wrong with the text of another: it is no list.
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise PriceListError(f"What came is no list of prices. {_STAYS}") from error
    models = {one.id: one.models for one in data.providers}
    for name in _MUST_HAVE:
        if len(models.get(name, ())) < _LEAST_MODELS:
            raise PriceListError(f"The list that came has no prices of {name}, so it is not used. {_STAYS}")
    for provider, of_provider in models.items():
        for model in of_provider:
            if not all(price.is_finite() and 0 <= price <= _MOST_USD for price in _amounts(model)):
                told = f"a price of {provider}/{model.id} that cannot be one"
                raise PriceListError(f"The list that came has {told}, so none of it is used. {_STAYS}")
    return data


async def _body(answer: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > _MOST_BYTES:
            raise PriceListError(f"What came is far too long for a list of prices. {_STAYS}")
    return bytes(body)


def _amounts(model: ModelInfo) -> Iterator[Decimal]:
    for price in [one.prices for one in model.prices] if isinstance(model.prices, list) else [model.prices]:
        for part in _parts(price):
            if isinstance(part, TieredPrices):
                yield part.base
                yield from (tier.price for tier in part.tiers)
            elif part is not None:
                yield part


def _parts(price: ModelPrice) -> tuple[Decimal | TieredPrices | None, ...]:
    return price.input_mtok, price.output_mtok, price.cache_read_mtok, price.cache_write_mtok


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
