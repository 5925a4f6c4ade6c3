"""Own prices are kept, cleared and refused with a sentence; newer list prices are come when asked, if that may be."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from desktop_app.backend import Backend
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import InvalidValueError, NotAllowedError
from desktop_app.llm.catalog.list_prices import ListPrices
from desktop_app.paths import Paths
from desktop_app.services.spending.price_keeper import PriceKeeper, TypedPrice
from desktop_app.settings import read_sources
from tests.llm.catalog.price_lists import as_answer, price_list, price_server
from tests.llm.contract.server import Answer, Pause
from tests.services.conftest import NOW
from tests.services.recovery_profile import Profile

TODAY = date(2026, 11, 27)
SONNET = ModelChoice("claude", "claude-sonnet-4-5")


@dataclass
class Kept:
    """A keeper over a profile, whose list comes from a server of the test."""

    backend: Backend
    folder: Path
    told: int = 0

    def keeper(self, url: str = "http://127.0.0.1:1") -> PriceKeeper:
        keeper = PriceKeeper(self.backend.settings, ListPrices(self.folder, url), lambda: TODAY)
        keeper.subscribe(self.note)
        return keeper

    def note(self) -> None:
        self.told += 1


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    profile = Profile(tmp_path)
    await profile.open()
    yield Kept(profile.backend, tmp_path)
    await profile.backend.close()


async def test_ones_own_price_counts_from_then_on_until_it_is_cleared(kept: Kept) -> None:
    keeper = kept.keeper()
    await keeper.keep(SONNET, TypedPrice("$2", " 10.50 ", "0.2", "2.5"))
    await keeper.keep(ModelChoice("openai", "imagined/one"), TypedPrice("0", "0"))
    assert [one.words for one in keeper.own] == [
        "claude/claude-sonnet-4-5 = 2 / 10.50 / 0.2 / 2.5",
        "openai/imagined/one = 0 / 0",
    ]
    tariff = await kept.backend.price_book.tariff(SONNET)
    assert (tariff.is_own, keeper.own_of(SONNET)) == (True, keeper.own[0])
    await keeper.keep(SONNET, TypedPrice("3", "4"))
    assert [one.words for one in keeper.own] == ["openai/imagined/one = 0 / 0", "claude/claude-sonnet-4-5 = 3 / 4"]
    await keeper.remove(SONNET)
    assert keeper.own_of(SONNET) is None
    assert not (await kept.backend.price_book.tariff(SONNET)).is_own
    assert kept.told == 4


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (TypedPrice("-1", "2"), r"^Input: this is no amount of dollars from 0 to 1,000,000"),
        (TypedPrice("1", "NaN"), "^Output: this is no amount"),
        (TypedPrice("1", "1e3"), "^Output: this is no amount"),
        (TypedPrice("1", "2", "99999999"), "^Cached: this is no amount"),
        (TypedPrice("1", "2", "0.1", "1/2"), "^Cache write: this is no amount"),
        (TypedPrice("1", "2", "", "3"), "^Cached: enter what reading from the cache costs too"),
        (TypedPrice("", "2"), "^Input: this is no amount"),
        (TypedPrice("1", ""), "^Output: this is no amount"),
        (TypedPrice("1; openai/x = 0", "2"), "^Input: this is no amount"),
    ],
)
async def test_an_amount_that_is_none_is_refused_with_its_place_and_nothing_changes(
    kept: Kept, typed: TypedPrice, told: str
) -> None:
    keeper = kept.keeper()
    with pytest.raises(InvalidValueError, match=told):
        await keeper.keep(SONNET, typed)
    assert (keeper.own, kept.told) == ((), 0)


@pytest.mark.parametrize("name", ["", "  ", "a;b", "a=b", "a\nb"])
async def test_a_name_that_is_none_is_refused(kept: Kept, name: str) -> None:
    with pytest.raises(InvalidValueError, match=r"^Model: enter the name"):
        await kept.keeper().keep(ModelChoice("claude", name), TypedPrice("1", "2"))


async def test_more_prices_than_are_kept_are_refused(kept: Kept) -> None:
    many = "; ".join(f"claude/m{number} = 1 / 2" for number in range(200))
    await kept.backend.settings.keep("budget.prices", many)
    with pytest.raises(InvalidValueError, match="more than 200 models"):
        await kept.keeper().keep(SONNET, TypedPrice("1", "2"))
    assert len(kept.keeper().own) == 200


async def test_what_is_set_outside_is_not_changed_here(tmp_path: Path) -> None:
    sources = read_sources((), {"GOALGETTER_PRICES": "claude/m = 1 / 2"}, tmp_path)
    backend = await Backend.open(Paths(tmp_path, tmp_path, tmp_path), sources, lambda: NOW, ())
    await backend.preferences.load()
    assert "GOALGETTER_PRICES" in backend.prices.set_outside
    for change in (backend.prices.keep(SONNET, TypedPrice("1", "2")), backend.prices.remove(SONNET)):
        with pytest.raises(NotAllowedError, match="which is stronger"):
            await change
    await backend.close()


async def test_newer_list_prices_count_when_they_came_and_the_old_ones_when_they_are_wanted_again(kept: Kept) -> None:
    assert kept.keeper().set_outside == ""
    async with price_server(as_answer(price_list(input_mtok=4, output_mtok=20))) as server:
        keeper = kept.keeper(server.base_url)
        assert not (await keeper.listed()).is_fetched
        assert (await keeper.fetch()).as_of == TODAY
    assert (await keeper.listed()).is_fetched
    assert not (await keeper.use_bundled()).is_fetched
    assert kept.told == 2


async def test_nothing_is_fetched_where_nothing_may_leave_this_computer(kept: Kept) -> None:
    await kept.backend.settings.keep("llm.local_only", "true")
    async with price_server(as_answer(price_list())) as server:
        with pytest.raises(NotAllowedError, match="Only this computer"):
            await kept.keeper(server.base_url).fetch()
        assert server.connections == 0


async def test_a_fetch_ends_when_nothing_may_leave_this_computer_any_more(kept: Kept) -> None:
    pause = Pause(asyncio.Event())
    async with price_server(Answer([b"[", pause, b"]"])) as server:
        fetching = asyncio.create_task(kept.keeper(server.base_url).fetch())
        async with asyncio.timeout(30):
            await pause.reached.wait()
            await kept.backend.settings.keep("llm.local_only", "true")
            with pytest.raises(NotAllowedError, match="Only this computer"):
                await fetching
            await server.client_left.wait()
    assert kept.told == 0


async def test_a_fetch_that_is_given_up_at_the_end_of_the_program_ends(kept: Kept) -> None:
    pause = Pause(asyncio.Event())
    async with price_server(Answer([b"[", pause, b"]"])) as server:
        fetching = asyncio.create_task(kept.keeper(server.base_url).fetch())
        async with asyncio.timeout(30):
            await pause.reached.wait()
            fetching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetching
            await server.client_left.wait()
