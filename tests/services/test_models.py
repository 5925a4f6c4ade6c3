"""Which providers and models there are, and which one answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from desktop_app.domain.prices import ModelPrices, PriceBand
from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo, ProviderHealth
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import Paths
from desktop_app.services.models import ModelDirectory
from desktop_app.services.preferences import Preferences
from desktop_app.settings import ClaudeSettings, OpenAISettings, Settings
from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository
from tests.llm.claude.fake_claude import error, model, model_list
from tests.llm.contract.server import Pause
from tests.llm.played import PlayedServer

TODAY = date(2026, 11, 21)
WORKING = ProviderHealth(HealthState.WORKING, "Working")


class Provider(ScriptedService):
    """A provider whose health and models the test sets."""

    label = "Provider"

    def __init__(self, name: str, *models: str, is_local: bool = True) -> None:
        super().__init__(lambda: TODAY, ())
        self.provider_name = name
        self.names = models
        self.is_local = is_local
        self.health = WORKING
        self.failure: ProviderError | None = None
        self.may_download = False

    async def list_models(self) -> tuple[ModelInfo, ...]:
        if self.failure:
            raise self.failure
        return tuple(ModelInfo(self.provider_name, name, name.title(), is_local=self.is_local) for name in self.names)

    async def check_health(self) -> ProviderHealth:
        return self.health

    def allow_download(self) -> None:
        self.may_download = True

    async def prepare(self, on_health: Callable[[ProviderHealth], None]) -> None:
        on_health(ProviderHealth(HealthState.STARTING, "Loading…", progress=0.5))
        await asyncio.sleep(0)
        on_health(self.health)


@dataclass
class Shelf:
    directory: ModelDirectory
    preferences: Preferences
    told: list[int] = field(default_factory=list)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "goalgetter.db")
    yield database
    await database.close()


async def shelf(database: Database, *providers: Provider) -> Shelf:
    paths = Paths(Path("data"), Path("cache"), Path("logs"))
    preferences = Preferences(PreferenceRepository(database))
    await preferences.load()
    factory = LLMServiceFactory(Settings(), paths, lambda: TODAY, providers)
    shelf = Shelf(ModelDirectory(factory, preferences), preferences)
    shelf.directory.subscribe(lambda: shelf.told.append(len(shelf.told)))
    return shelf


async def test_nothing_is_chosen_before_anything_is_known(database: Database) -> None:
    shown = await shelf(database, Provider("one", "a"))
    assert shown.directory.choice is None
    assert shown.directory.entries[0].health.state is HealthState.STARTING


async def test_a_model_on_this_computer_answers_until_the_person_chooses(database: Database) -> None:
    shown = await shelf(database, Provider("cloud", "big", is_local=False), Provider("local", "small"))
    await shown.directory.prepare()
    assert shown.directory.choice == ModelChoice("local", "small")
    await shown.directory.choose(ModelChoice("cloud", "big"))
    assert shown.directory.choice == ModelChoice("cloud", "big")


async def test_no_provider_over_a_network_is_used_unasked(database: Database) -> None:
    shown = await shelf(database, Provider("cloud", "big", is_local=False))
    await shown.directory.prepare()
    assert shown.directory.choice is None


async def test_the_choice_is_there_after_a_restart_a_model_per_provider(database: Database) -> None:
    providers = Provider("one", "a", "b"), Provider("two", "c")
    first = await shelf(database, *providers)
    await first.directory.prepare()
    await first.directory.choose(ModelChoice("one", "b"))
    await first.directory.choose(ModelChoice("two", "c"))
    again = await shelf(database, *providers)
    assert again.directory.choice == ModelChoice("two", "c")
    assert again.preferences.value("model.one") == "b"


async def test_getting_ready_is_told_and_a_failure_is_shown_with_its_reason(database: Database) -> None:
    broken = Provider("one", "a")
    broken.failure = ProviderError(ErrorKind.NETWORK, "It cannot be reached.")
    shown = await shelf(database, broken, Provider("two", "c"))
    await shown.directory.prepare()
    one, two = shown.directory.entries
    assert (one.health.state, one.health.text, one.models) == (HealthState.FAILED, "It cannot be reached.", ())
    assert (two.health, [model.name for model in two.models]) == (WORKING, ["c"])
    assert len(shown.told) >= 4


async def test_a_provider_that_is_not_usable_lists_no_models(database: Database) -> None:
    provider = Provider("one", "a")
    provider.health = ProviderHealth(HealthState.NOT_SET_UP, "Not there", download_bytes=7)
    shown = await shelf(database, provider)
    await shown.directory.prepare()
    assert shown.directory.entries[0].models == ()
    assert shown.directory.choice is None
    provider.health = WORKING
    await shown.directory.download("one")
    assert provider.may_download
    assert shown.directory.choice == ModelChoice("one", "a")


async def test_looking_again_finds_what_came_meanwhile(database: Database) -> None:
    provider = Provider("one", "a")
    shown = await shelf(database, provider)
    await shown.directory.prepare()
    provider.names = ("a", "b")
    await shown.directory.refresh()
    assert [model.name for model in shown.directory.entries[0].models] == ["a", "b"]
    told = len(shown.told)
    await shown.directory.refresh()
    assert len(shown.told) == told


async def test_models_are_called_by_their_labels_also_when_they_are_gone(database: Database) -> None:
    shown = await shelf(database, Provider("one", "a"))
    await shown.directory.prepare()
    assert shown.directory.name_of("one", "a") == "Provider · A"
    assert shown.directory.name_of("one", "gone") == "Provider · gone"
    assert shown.directory.model(ModelChoice("nobody", "a")) is None


async def test_models_that_nobody_lists_yet_are_called_as_the_catalog_calls_them(database: Database) -> None:
    directory = (await shelf(database, Provider("claude"))).directory
    old = ("claude", "claude-sonnet-4-5-20250929")
    assert directory.name_of(*old) == "Provider · claude-sonnet-4-5-20250929"
    await directory.learn_names([old, ("claude", "claude-of-nobody"), (None, None)])
    assert directory.name_of(*old) == "Provider · Claude Sonnet 4.5"
    assert directory.name_of("claude", "claude-of-nobody") == "Provider · claude-of-nobody"


async def test_a_chosen_model_that_is_not_listed_stays_in_the_list_as_it_was_typed(
    database: Database, tmp_path: Path
) -> None:
    preferences = Preferences(PreferenceRepository(database))
    await preferences.keep("model.openai", "gpt-4-turbo")
    factory = LLMServiceFactory(
        Settings(openai=OpenAISettings(api_key="sk")),
        Paths(tmp_path, tmp_path, tmp_path),
        lambda: TODAY,
        [Provider("openai", "gpt-6", is_local=False)],
    )
    directory = ModelDirectory(factory, preferences)
    await directory.refresh()
    listed, chosen = directory.entries[0].models
    assert (listed.name, listed.is_listed) == ("gpt-6", True)
    assert (chosen.name, chosen.is_listed, chosen.is_retired) == ("gpt-4-turbo", False, True)
    assert chosen.context_window == 128_000


@pytest.mark.parametrize("late_answer", [200, 401])
async def test_what_an_old_key_still_finds_out_is_not_shown(database: Database, late_answer: int) -> None:
    server, go = PlayedServer(), asyncio.Event()
    old = ClaudeSettings("sk-ant-api03-old", await server.start())
    paths, preferences = Paths(Path("data"), Path("cache"), Path("logs")), Preferences(PreferenceRepository(database))
    factory = LLMServiceFactory(Settings(old), paths, lambda: TODAY, grace_s=0)
    directory = ModelDirectory(factory, preferences)
    listed = model_list(model("claude-sonnet-5", "sonnet", "2026-08-01T00:00:00Z"))
    refused = error(401, "authentication_error", "no")
    slow = listed if late_answer == 200 else refused
    server.play(replace(slow, pieces=[Pause(go), *cast("list[bytes]", slow.pieces)]), listed, listed)
    looking = asyncio.create_task(directory.refresh("claude"))
    async with asyncio.timeout(30):
        while not server.requests:  # noqa: ASYNC110 - a server has no event for a request
            await asyncio.sleep(0.01)
        factory.use(Settings(replace(old, api_key="sk-ant-api03-new")))
        await directory.refresh("claude")
        go.set()
        await looking
    entry = next(entry for entry in directory.entries if entry.name == "claude")
    assert [found.name for found in entry.models] == ["claude-sonnet-5"]
    assert [request.headers["authorization"] for request in server.requests] == [
        "Bearer sk-ant-api03-old", *["Bearer sk-ant-api03-new"] * 2,
    ]  # fmt: skip
    await factory.aclose()
    await server.stop()


async def test_other_prices_are_shown_without_asking_a_provider_again(database: Database) -> None:
    paths = Paths(Path("data"), Path("cache"), Path("logs"))
    preferences = Preferences(PreferenceRepository(database))
    own: list[ModelPrices] = []

    async def priced(models: Iterable[ModelInfo]) -> tuple[ModelInfo, ...]:
        return tuple(replace(model, prices=own[0]) if own else model for model in models)

    claude, openai = Provider("claude", "opus", is_local=False), Provider("openai", "gpt", is_local=False)
    factory = LLMServiceFactory(Settings(), paths, lambda: TODAY, (claude, openai))
    directory = ModelDirectory(factory, preferences, priced=priced)
    await directory.refresh("claude")
    choice = ModelChoice("claude", "opus")
    before = directory.model(choice)
    assert before is not None
    claude.failure = openai.failure = ProviderError(ErrorKind.NETWORK, "It was asked.")
    own.append(ModelPrices((PriceBand(0, Decimal(1), Decimal(2)),), TODAY))
    await directory.reprice()
    assert directory.model(choice) == replace(before, prices=own[0])
    own.clear()
    await directory.reprice()
    assert directory.model(choice) == before
    await ModelDirectory(factory, preferences).reprice()
