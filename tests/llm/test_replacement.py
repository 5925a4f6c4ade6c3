"""Settings that change while the program runs: who is asked from then on, and with which key."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_app.domain.goals import UserPhase
from desktop_app.llm.errors import ProviderError
from desktop_app.llm.events import Done, TextDelta
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.paths import Paths
from desktop_app.settings import BuiltinSettings, ClaudeSettings, CompatibleSettings, OllamaSettings, Settings
from tests.llm.claude.under_test import ClaudeUnderTest
from tests.llm.contract.provider import TODAY, ProviderUnderTest, you
from tests.llm.contract.script import Says, ScriptedReply, reply
from tests.llm.contract.server import Pause
from tests.llm.openai_agents.under_test import CompatibleUnderTest
from tests.llm.played import turn

GENEROUS_S = 30
OLD, NEW = "sk-ant-api03-old", "sk-ant-api03-new"


@dataclass
class Place:
    """A scripted server without a service of its own, and the keys that came to it."""

    provider: ProviderUnderTest
    url: str = ""
    keys: list[str] = field(default_factory=list)

    async def start(self) -> "Place":
        self.url = await self.provider.server.start()
        return self

    def seen_keys(self) -> list[str]:
        return [request.headers.get("authorization", "none") for request in self.provider.server.requests]


@pytest.fixture
async def first() -> AsyncIterator[Place]:
    place = await Place(ClaudeUnderTest()).start()
    yield place
    await place.provider.server.stop()


@pytest.fixture
async def second() -> AsyncIterator[Place]:
    place = await Place(ClaudeUnderTest()).start()
    yield place
    await place.provider.server.stop()


def factory(tmp_path: Path, settings: Settings) -> LLMServiceFactory:
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    return LLMServiceFactory(settings, paths, lambda: TODAY, grace_s=0)


def claude(place: Place, key: str) -> Settings:
    return Settings(ClaudeSettings(key, place.url))


async def test_the_next_request_goes_to_the_new_address_with_the_new_key_and_a_running_turn_to_its_end(
    tmp_path: Path, first: Place, second: Place
) -> None:
    made = factory(tmp_path, claude(first, OLD))
    go = asyncio.Event()
    first.provider.script(ScriptedReply([Says("Slow"), Pause(go), Says("ly")]))
    second.provider.script(reply("Quick"))
    old = await made.get_service("claude")
    conversation = [you("Hello")]
    stream = old.stream_message(conversation, UserPhase.GOAL_SETTING, (), (), None, model="m", tools=None)
    async with asyncio.timeout(GENEROUS_S), aclosing(stream) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
        made.use(claude(second, NEW))
        assert not made.is_current(old)
        quick = await turn(await made.get_service("claude"))
        assert isinstance(quick[-1], Done)
        go.set()
        rest = [event async for event in events]
    assert isinstance(rest[-1], Done)
    assert [event.text for event in rest if isinstance(event, TextDelta)] == ["ly"]
    await made.aclose()
    assert set(first.seen_keys()) == {f"Bearer {OLD}"}
    assert set(second.seen_keys()) == {f"Bearer {NEW}"}


async def test_an_old_key_is_never_sent_again_on_the_same_server(tmp_path: Path, first: Place) -> None:
    made = factory(tmp_path, claude(first, OLD))
    first.provider.script(reply("One"), reply("Two"), reply("Three"))
    await turn(await made.get_service("claude"))
    made.use(claude(first, NEW))
    await turn(await made.get_service("claude"))
    await turn(await made.get_service("claude"))
    assert first.seen_keys() == [f"Bearer {OLD}", f"Bearer {NEW}", f"Bearer {NEW}"]
    await made.aclose()


async def test_the_old_service_is_closed_once_nobody_uses_it(tmp_path: Path, first: Place) -> None:
    made = factory(tmp_path, claude(first, OLD))
    old = await made.get_service("claude")
    with old.in_use.one_more():
        made.use(claude(first, NEW))
        first.provider.script(reply("Still there"))
        assert isinstance((await turn(old))[-1], Done)
    closing = next(task for task in asyncio.all_tasks() if task.get_name() == "close the old claude")
    await asyncio.wait_for(closing, GENEROUS_S)
    with pytest.raises((ProviderError, RuntimeError)):
        await turn(old)
    await made.aclose()


async def test_what_did_not_change_stays_and_which_model_answers_is_no_change(tmp_path: Path, first: Place) -> None:
    settings = claude(first, OLD)
    made = factory(tmp_path, settings)
    service, ollama = await made.get_service("claude"), await made.get_service("ollama")
    made.use(Settings(ClaudeSettings(OLD, first.url, model="other"), ollama=OllamaSettings("http://127.0.0.1:2")))
    assert await made.get_service("claude") is service
    assert await made.get_service("ollama") is not ollama
    await made.aclose()


async def test_settings_that_change_while_a_service_is_made_are_the_ones_that_count(
    tmp_path: Path, first: Place
) -> None:
    made = factory(tmp_path, claude(first, OLD))
    first.provider.script(reply("Hello"))
    getting = asyncio.create_task(made.get_service("claude"))
    await asyncio.sleep(0)
    made.use(claude(first, NEW))
    await turn(await getting)
    assert first.seen_keys() == [f"Bearer {NEW}"]
    await made.aclose()


async def test_a_key_is_tried_without_touching_the_service_in_force(tmp_path: Path, first: Place) -> None:
    made = factory(tmp_path, claude(first, OLD))
    service = await made.get_service("claude")
    trial = await made.trial("claude", claude(first, NEW))
    await trial.list_models()
    await trial.aclose()
    assert await made.get_service("claude") is service
    assert set(first.seen_keys()) == {f"Bearer {NEW}"}
    await made.aclose()


async def test_a_removed_key_takes_the_provider_away(tmp_path: Path, first: Place) -> None:
    made = factory(tmp_path, claude(first, OLD))
    await made.get_service("claude")
    made.use(claude(first, ""))
    with pytest.raises(ProviderError, match="No key"):
        await made.get_service("claude")
    await made.aclose()


async def test_two_compatible_servers_have_a_key_each_and_one_needs_none(tmp_path: Path) -> None:
    one, other = [await Place(CompatibleUnderTest()).start() for _ in range(2)]
    settings = Settings(
        compatible=(
            CompatibleSettings("one", f"{one.url}/v1"),
            CompatibleSettings("other", f"{other.url}/v1", "sk-other"),
        )
    )
    made = factory(tmp_path, settings)
    for place, name in ((one, "one"), (other, "other")):
        place.provider.script(reply("Hello"))
        service = await made.get_service(f"compatible:{name}")
        assert (await service.check_health()).is_usable
        await turn(service)
    assert set(one.seen_keys()) == {"none"}
    assert set(other.seen_keys()) == {"Bearer sk-other"}
    await made.aclose()
    for place in (one, other):
        await place.provider.server.stop()


async def test_local_only_leaves_what_is_on_this_computer(tmp_path: Path, first: Place) -> None:
    settings = Settings(
        ClaudeSettings(OLD, first.url),
        ollama=OllamaSettings("http://192.168.1.5:11434"),
        builtin=BuiltinSettings(weights_url="https://example.org/model"),
        compatible=(CompatibleSettings("far", "https://example.org/v1"), CompatibleSettings("near", "http://[::1]/v1")),
        local_only=True,
    )
    made = factory(tmp_path, settings)
    usable = {name for name, why_not in made.get_available_providers().items() if why_not is None}
    assert usable == {"builtin", "claude", "compatible:near"}
    with pytest.raises(ProviderError, match="nothing beyond this computer"):
        await made.get_service("openai")
    await made.aclose()


async def test_turning_local_only_on_closes_what_speaks_beyond(tmp_path: Path) -> None:
    made = factory(tmp_path, Settings(ClaudeSettings(OLD)))
    service = await made.get_service("claude")
    made.use(Settings(ClaudeSettings(OLD), local_only=True))
    assert not made.is_current(service)
    with pytest.raises(ProviderError, match="Not used"):
        await made.get_service("claude")
    await made.aclose()
