"""Newer list prices come from the source when asked, are looked at, kept with their day, and given up again."""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.prices import PriceBand
from desktop_app.errors import StorageError
from desktop_app.llm.catalog.bundled_prices import AS_OF
from desktop_app.llm.catalog.list_prices import ListPrices
from desktop_app.llm.catalog.price_source import SOURCE, PriceListError
from tests.llm.catalog.price_lists import as_answer, model, price_list, price_server
from tests.llm.contract.server import Answer, Ending

TODAY = date(2026, 11, 27)
DEARER = {"input_mtok": 4, "output_mtok": 20.5, "cache_read_mtok": "0.4"}


def files(folder: Path) -> list[str]:
    return [one.name for one in folder.iterdir()]


async def sonnet(prices: ListPrices) -> PriceBand | None:
    listed = await prices.prices("claude", "claude-sonnet-4-5", None, TODAY)
    return listed.bands[0] if listed else None


async def test_nothing_is_asked_for_until_the_person_asks(tmp_path: Path) -> None:
    async with price_server(as_answer(price_list(**DEARER))) as server:
        prices = ListPrices(tmp_path, server.base_url)
        bundled = await sonnet(prices)
        assert bundled is not None
        assert (bundled.input_usd, (await prices.state()).as_of) == (Decimal(3), AS_OF)
        assert server.requests == []
        assert files(tmp_path) == []


async def test_a_newer_list_counts_at_once_and_after_a_restart_with_its_day(tmp_path: Path) -> None:
    async with price_server(as_answer(price_list(**DEARER))) as server:
        prices = ListPrices(tmp_path, f"{server.base_url}/data.json")
        state = await prices.fetch(TODAY)
        (request,) = server.requests
    assert (request.method, request.path, request.body) == ("GET", "/data.json", b"")
    assert not {"authorization", "cookie", "x-api-key"} & set(request.headers)
    assert (state.as_of, state.is_fetched) == (TODAY, True)
    dearer = PriceBand(0, Decimal(4), Decimal("20.5"), Decimal("0.4"), None)
    again = ListPrices(tmp_path, "http://127.0.0.1:1")
    for one in (prices, again):
        assert await sonnet(one) == dearer
        assert await one.state() == state
    listed = await again.prices("claude", "claude-sonnet-4-5", None, TODAY)
    assert listed is not None
    assert listed.as_of == TODAY, "calls are written down with the day of their price"


async def test_the_prices_of_the_program_come_back_when_asked_for(tmp_path: Path) -> None:
    async with price_server(as_answer(price_list(**DEARER))) as server:
        prices = ListPrices(tmp_path, server.base_url)
        await prices.fetch(TODAY)
    state = await prices.use_bundled()
    assert (state.as_of, state.is_fetched) == (AS_OF, False)
    assert files(tmp_path) == []
    band = await sonnet(prices)
    assert band is not None
    assert band.input_usd == Decimal(3)
    await prices.use_bundled()


async def test_a_program_that_brings_a_newer_list_uses_its_own(tmp_path: Path) -> None:
    async with price_server(as_answer(price_list(**DEARER))) as server:
        await ListPrices(tmp_path, server.base_url).fetch(AS_OF - timedelta(days=1))
    assert not (await ListPrices(tmp_path).state()).is_fetched


NONSENSE = {
    "no JSON": b"<<<",
    "not UTF-8": b'["\xff\xfe"]',
    "another document": b'{"providers": []}',
    "an empty list": b"[]",
    "no providers": b"[1, null, []]",
    "no number": json.dumps(price_list(input_mtok=1)).replace("1", "NaN", 1).encode(),
    "infinite": json.dumps(price_list(input_mtok=float("inf"))).encode(),
    "negative": json.dumps(price_list(input_mtok=-3, output_mtok=15)).encode(),
    "huge": json.dumps(price_list(input_mtok=3, output_mtok=10**9)).encode(),
    "huge in a tier": json.dumps(
        price_list(input_mtok={"base": 3, "tiers": [{"start": 200_000, "price": 1e30}]}, output_mtok=15)
    ).encode(),
    "negative under a condition": json.dumps(
        [
            {**one, "models": [*one["models"], {**model("m"), "prices": [{"prices": {"cache_read_mtok": -1}}]}]}
            for one in price_list()
        ]
    ).encode(),
    "words for a price": json.dumps(price_list(input_mtok="free for all")).encode(),
    "without Claude": json.dumps(price_list()[1:]).encode(),
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("what", NONSENSE)
async def test_nonsense_is_refused_in_a_sentence_and_changes_nothing(what: str, tmp_path: Path) -> None:
    async with price_server(Answer([NONSENSE[what]])) as server:
        prices = ListPrices(tmp_path, server.base_url)
        with pytest.raises(PriceListError, match=r"The prices in use stay as they are\.$"):
            await prices.fetch(TODAY)
    assert (await prices.state()).as_of == AS_OF
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer([b"no"], status=404), "answered 404"),
        (Answer([b"no"], status=503), "answered 503"),
        (Answer([], status=302, headers={"location": "http://127.0.0.1:9/"}), "answered 302"),
        (Answer([b"<p>Log in"], headers={"content-type": "text/html"}), "A web page came"),
        (Answer([b"[" + b" " * 1_000_000] * 40, headers={"content-type": "text/plain"}), "far too long"),
        (Answer([b"[{"], ending=Ending.CUT), "no answer came"),
    ],
)
async def test_a_server_that_has_no_list_is_told_of(answer: Answer, told: str, tmp_path: Path) -> None:
    async with price_server(answer) as server:
        prices = ListPrices(tmp_path, server.base_url)
        with pytest.raises(PriceListError, match=told):
            await prices.fetch(TODAY)
    assert (await prices.state()).as_of == AS_OF


async def test_without_a_network_it_is_said_and_nothing_changes(tmp_path: Path) -> None:
    prices = ListPrices(tmp_path, "http://127.0.0.1:1/data.json")
    with pytest.raises(PriceListError, match=r"no answer came\. The prices in use stay as they are\. Try"):
        await prices.fetch(TODAY)


@pytest.mark.parametrize(
    "kept", ["", "{", "[]", '{"as_of": "2026-11-27"}', '{"as_of": "soon", "providers": []}', "[" * 100_000]
)
async def test_a_kept_list_that_is_broken_is_told_of_and_the_one_of_the_program_counts(
    kept: str, tmp_path: Path
) -> None:
    (tmp_path / "list-prices.json").write_text(kept, encoding="utf-8")
    prices = ListPrices(tmp_path)
    state = await prices.state()
    assert (state.as_of, state.is_fetched) == (AS_OF, False)
    assert "cannot be read" in state.problem
    assert await sonnet(prices) is not None


async def test_a_folder_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file", encoding="utf-8")
    async with price_server(as_answer(price_list(**DEARER))) as server:
        prices = ListPrices(tmp_path / "folder" / "deeper", server.base_url)
        with pytest.raises(StorageError, match="could not be written"):
            await prices.fetch(TODAY)
    assert not (await prices.state()).is_fetched


async def test_a_list_that_cannot_be_taken_away_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "list-prices.json").mkdir()
    with pytest.raises(StorageError, match="They stay in use"):
        await ListPrices(tmp_path).use_bundled()


def test_the_source_is_the_one_that_the_package_itself_updates_from() -> None:
    assert SOURCE.startswith("https://raw.githubusercontent.com/pydantic/genai-prices/")
