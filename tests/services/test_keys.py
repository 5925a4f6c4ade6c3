"""Keys: which is in force, trying one, keeping it, and that none is ever found where it does not belong."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as NoKeyring

from desktop_app.backend import Backend
from desktop_app.clock import utc_now
from desktop_app.domain.providers import HealthState
from desktop_app.errors import InvalidValueError
from desktop_app.llm.errors import ProviderError
from desktop_app.paths import Paths
from desktop_app.services.keys import KeyTrial, Verdict
from desktop_app.settings import read_sources
from desktop_app.storage.keychain import SERVICE, Keychain, KeychainError
from tests.llm.claude.fake_claude import error, model, model_list
from tests.llm.contract.server import Answer, LoopbackServer, SeenRequest
from tests.storage.keyrings import LockedKeyring, MemoryKeyring, WaitingKeyring

GOOD, OTHER, BAD = "sk-ant-canary-good-0123456789", "sk-ant-canary-other-0123456789", "sk-ant-canary-bad-0123456789"
VARIABLE = "ANTHROPIC_API_KEY"


class Anthropic(LoopbackServer):
    """Takes some keys; repeats a refused one in its answer, as servers do."""

    def __init__(self) -> None:
        super().__init__(self._judge)
        self.taken = {GOOD, OTHER}
        self.status = 200

    @property
    def keys(self) -> list[str]:
        return [request.headers["authorization"].removeprefix("Bearer ") for request in self.requests]

    def _judge(self, request: SeenRequest) -> Answer:
        key = request.headers["authorization"].removeprefix("Bearer ")
        if self.status != 200:
            return error(self.status, "api_error", "out of order")
        if key not in self.taken:
            return error(401, "authentication_error", f"invalid x-api-key {key}")
        return model_list(model("claude-sonnet-5", "sonnet", "2026-08-01T00:00:00Z"))


@dataclass
class Desk:
    """An open profile with a keychain, in front of a server that judges keys."""

    server: Anthropic
    folder: Path
    ring: MemoryKeyring
    keychain: Keychain
    opened: list[Backend] = field(default_factory=list)

    async def open(self, environment: Mapping[str, str] | None = None, keychain: Keychain | None = None) -> Backend:
        sources = read_sources([], {"ANTHROPIC_BASE_URL": self.server.base_url, **(environment or {})}, self.folder)
        paths = Paths(self.folder / "data", self.folder / "cache", self.folder / "logs")
        backend = await Backend.open(paths, sources, utc_now, keychain=keychain or self.keychain)
        self.opened.append(backend)
        await backend.load()
        return backend

    async def close(self) -> None:
        for backend in self.opened:
            await backend.close()
        self.opened.clear()


@pytest.fixture
async def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Desk]:
    caplog.set_level(logging.DEBUG)
    server, ring = Anthropic(), MemoryKeyring()
    await server.start()
    desk = Desk(server, tmp_path, ring, Keychain(find_backend=lambda: ring))
    yield desk
    await desk.close()
    await server.stop()
    assert "canary" not in caplog.text
    assert await asyncio.to_thread(files_with_keys, tmp_path) == []


def files_with_keys(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]


async def health(backend: Backend) -> HealthState:
    await backend.models.refresh("claude")
    return next(entry.health.state for entry in backend.models.entries if entry.name == "claude")


async def test_a_key_in_the_keychain_is_found_and_used(desk: Desk) -> None:
    desk.ring.keys[SERVICE, "claude"] = GOOD
    backend = await desk.open()
    assert await health(backend) is HealthState.NOT_SET_UP
    told: list[int] = []
    backend.keys.subscribe(lambda: told.append(1))
    assert await backend.keys.load() == ("claude", "openai")
    assert await health(backend) is HealthState.WORKING
    assert await backend.keys.load("claude") == ()
    state = backend.keys.state("claude")
    assert (state.masked, state.origin.hint, state.outside) == ("••••••••6789", "kept in the system keychain", None)
    assert state.is_entered_here
    assert len(told) == 1


async def test_the_keychain_is_left_alone_where_the_key_is_set_outside(desk: Desk) -> None:
    ring = LockedKeyring()
    backend = await desk.open({VARIABLE: GOOD, "OPENAI_API_KEY": OTHER}, Keychain(find_backend=lambda: ring))
    await backend.keys.load()
    state = backend.keys.state("claude")
    assert (state.origin.hint, state.trouble) == ("set by ANTHROPIC_API_KEY", "")
    assert not state.is_entered_here


async def test_who_needs_a_key_waits_for_the_keychain_and_nobody_else(desk: Desk) -> None:
    ring = WaitingKeyring()
    ring.keys[SERVICE, "claude"] = GOOD
    backend = await desk.open(None, Keychain(find_backend=lambda: ring))
    loading = asyncio.create_task(backend.keys.load())
    await asyncio.sleep(0)
    available = backend.factory.get_available_providers()
    assert available["claude"] is not None
    assert available["claude"].text == "Looking for your key…"
    assert available["builtin"] is None
    assert (await backend.factory.get_service("ollama")).provider_name == "ollama"
    waiting = asyncio.create_task(backend.factory.get_service("claude"))
    await asyncio.sleep(0)
    assert not waiting.done()
    ring.answered.set()
    await loading
    assert (await (await waiting).check_health()).is_usable


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (" \n", "Paste a key first"),
        ("sk-ant canary", "This has a space or another character that no key has. Copy the key again"),
        ("your-api-key", "This holds a placeholder, not a key"),
    ],
)
async def test_a_text_that_is_no_key_is_refused_before_anybody_is_asked(desk: Desk, text: str, words: str) -> None:
    backend = await desk.open()
    for act in (backend.keys.try_key, backend.keys.keep):
        with pytest.raises(InvalidValueError, match=words):
            await act("claude", text)
    assert desk.server.requests == []


@pytest.mark.parametrize(
    ("key", "status", "trial"),
    [
        (f" {GOOD}\r\n", 200, KeyTrial(Verdict.WORKS, "The key works: 1 model available.")),
        (BAD, 200, KeyTrial(Verdict.REFUSED, "Claude does not accept the key. ")),
        (GOOD, 500, KeyTrial(Verdict.UNTRIED, "Claude has a problem of its own. ")),
    ],
)
async def test_a_key_is_tried_before_it_is_relied_on(desk: Desk, key: str, status: int, trial: KeyTrial) -> None:
    backend = await desk.open()
    desk.server.status = status
    found = await backend.keys.try_key("claude", key)
    assert found.verdict is trial.verdict
    assert "canary" not in found.words
    assert "message" not in found.words
    if trial.verdict is Verdict.WORKS:
        assert found.words == trial.words
    assert desk.server.keys == [key.strip()]
    assert desk.ring.keys == {}
    with pytest.raises(ProviderError, match="No key"):
        await backend.factory.get_service("claude")


async def test_a_key_that_is_kept_counts_at_once_and_at_the_next_start(desk: Desk) -> None:
    backend = await desk.open()
    state = await backend.keys.keep("claude", f"\n{GOOD} ")
    assert (state.origin.hint, state.trouble) == ("kept in the system keychain", "")
    assert await health(backend) is HealthState.WORKING
    await desk.close()
    again = await desk.open()
    await again.keys.load()
    assert await health(again) is HealthState.WORKING
    assert set(desk.server.keys) == {GOOD}


async def test_after_a_key_was_replaced_the_old_one_is_never_sent_again(desk: Desk) -> None:
    backend = await desk.open()
    await backend.keys.keep("claude", GOOD)
    before = len(desk.server.keys)
    await backend.keys.keep("claude", OTHER)
    await health(backend)
    assert set(desk.server.keys[:before]) == {GOOD}
    assert set(desk.server.keys[before:]) == {OTHER}
    assert desk.ring.keys == {(SERVICE, "claude"): OTHER}


async def test_a_key_entered_over_one_that_is_set_outside_counts_until_the_program_ends(desk: Desk) -> None:
    backend = await desk.open({VARIABLE: BAD})
    assert await health(backend) is HealthState.FAILED
    state = await backend.keys.keep("claude", GOOD)
    assert state.origin.hint == "until GoalGetter is closed"
    assert state.outside is not None
    assert state.outside.hint == "set by ANTHROPIC_API_KEY"
    assert await health(backend) is HealthState.WORKING
    await desk.close()
    again = await desk.open({VARIABLE: BAD})
    await again.keys.load()
    assert await health(again) is HealthState.FAILED
    await desk.close()
    without = await desk.open()
    await without.keys.load()
    assert await health(without) is HealthState.WORKING


@pytest.mark.parametrize(("ring", "trouble"), [(NoKeyring, "no keychain"), (LockedKeyring, "Unlock it")])
async def test_where_nothing_can_be_kept_the_key_counts_for_this_run_and_that_is_said(
    desk: Desk, ring: Callable[[], MemoryKeyring], trouble: str
) -> None:
    backend = await desk.open(None, Keychain(find_backend=ring))
    state = await backend.keys.keep("claude", GOOD)
    assert state.origin.hint == "until GoalGetter is closed"
    assert trouble in state.trouble
    assert await health(backend) is HealthState.WORKING
    assert (await backend.keys.look("claude")).trouble


async def test_without_any_keychain_a_key_counts_for_this_run(desk: Desk) -> None:
    sources = read_sources([], {"ANTHROPIC_BASE_URL": desk.server.base_url}, desk.folder)
    paths = Paths(desk.folder / "data", desk.folder / "cache", desk.folder / "logs")
    backend = await Backend.open(paths, sources, utc_now)
    desk.opened.append(backend)
    await backend.load()
    await backend.keys.load()
    assert (await backend.keys.keep("claude", GOOD)).trouble == "There is no keychain on this computer."
    assert await health(backend) is HealthState.WORKING
    await backend.keys.remove("claude")
    assert await health(backend) is HealthState.NOT_SET_UP


async def test_a_keychain_that_was_unlocked_meanwhile_is_looked_into_again(desk: Desk) -> None:
    rings: list[MemoryKeyring] = [LockedKeyring(), desk.ring]
    desk.ring.keys[SERVICE, "claude"] = GOOD
    backend = await desk.open(None, Keychain(find_backend=lambda: rings.pop(0)))
    await backend.keys.load()
    assert "Unlock it" in backend.keys.state("claude").trouble
    state = await backend.keys.look("claude")
    assert (state.trouble, state.origin.hint) == ("", "kept in the system keychain")
    assert await backend.keys.look("claude") == state


async def test_a_removed_key_is_gone_everywhere_and_one_set_outside_counts_again(desk: Desk) -> None:
    backend = await desk.open({VARIABLE: OTHER})
    await backend.keys.keep("claude", GOOD)
    state = await backend.keys.remove("claude")
    assert desk.ring.keys == {}
    assert state.origin.hint == "set by ANTHROPIC_API_KEY"
    count = len(desk.server.keys)
    await health(backend)
    assert set(desk.server.keys[count:]) == {OTHER}


async def test_a_key_that_the_keychain_does_not_give_up_stays(desk: Desk) -> None:
    desk.ring.keys[SERVICE, "claude"] = GOOD
    rings: list[MemoryKeyring] = [desk.ring, LockedKeyring()]
    backend = await desk.open(None, Keychain(find_backend=lambda: rings.pop(0)))
    await backend.keys.load()
    with pytest.raises(KeychainError):
        await backend.keys.remove("claude")
    assert backend.keys.state("claude").masked


async def test_without_a_keychain_removing_is_done_all_the_same(desk: Desk) -> None:
    backend = await desk.open(None, Keychain(find_backend=NoKeyring))
    await backend.keys.keep("claude", GOOD)
    state = await backend.keys.remove("claude")
    assert (state.masked, state.origin.hint) == ("", "")


async def test_compatible_servers_have_keys_of_their_own(desk: Desk) -> None:
    (desk.folder / "config.yaml").write_text(
        "llm: {compatible: [{name: One, base_url: 'http://127.0.0.1:9/v1'}, {name: Two, base_url: 'http://[::1]:9/v1'}]}"
    )
    backend = await desk.open({"GOALGETTER_CONFIG": "config.yaml"})
    assert backend.keys.providers == ("claude", "openai", "compatible:One", "compatible:Two")
    await backend.keys.keep("compatible:Two", "sk-short")
    assert [server.api_key for server in backend.settings.current.compatible] == [None, "sk-short"]
    assert desk.ring.keys == {(SERVICE, "compatible:Two"): "sk-short"}
    assert backend.keys.state("compatible:Two").masked == "••••••••"
    assert backend.keys.state("compatible:One").masked == ""


async def test_local_only_tries_no_key_elsewhere(desk: Desk) -> None:
    backend = await desk.open({"GOALGETTER_LOCAL_ONLY": "1", "ANTHROPIC_BASE_URL": "https://example.org"})
    trial = await backend.keys.try_key("claude", GOOD)
    assert trial.verdict is Verdict.UNTRIED
    assert "nothing beyond this computer" in trial.words
