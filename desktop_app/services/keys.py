"""Your keys: which is in force and from where, trying one, keeping it in the system keychain, removing it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from desktop_app.errors import InvalidValueError
from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.factory import LLMServiceFactory
from desktop_app.llm.failures import health_after
from desktop_app.services.models import ModelDirectory
from desktop_app.services.settings import SettingsService
from desktop_app.settings.declarations import COMPATIBLE, setting
from desktop_app.settings.origins import Layer, Origin
from desktop_app.settings.value_types import RefusedError
from desktop_app.storage.keychain import Keychain, KeychainError, NoKeychainError

_log = logging.getLogger(__name__)

_KEYS: Final = {"claude": "llm.claude.api_key", "openai": "llm.openai.api_key"}
_REFUSALS: Final = frozenset({ErrorKind.INVALID_KEY, ErrorKind.PERMISSION})
_SHORTEST_SHOWN: Final = 16
NO_KEYCHAIN: Final = "There is no keychain on this computer."


class Verdict(Enum):
    """What came of trying a key."""

    WORKS = "works"
    REFUSED = "refused"
    UNTRIED = "untried"  # the provider could not be asked


@dataclass(frozen=True, slots=True)
class KeyTrial:
    """What came of trying a key, and in words."""

    verdict: Verdict
    words: str


@dataclass(frozen=True, slots=True)
class KeyState:
    """The key of a provider as it may be shown. `masked` is its end, empty if there is no key.

    `outside` is where a key is set outside of GoalGetter, None if nowhere; `trouble` is why the keychain cannot be
    used, empty if it can.
    """

    provider: str
    label: str
    masked: str
    origin: Origin
    outside: Origin | None
    trouble: str

    @property
    def is_entered_here(self) -> bool:
        """Whether the key in force was entered here, and so can be removed here."""
        return self.origin.layer in {Layer.WINDOW, Layer.KEYCHAIN}


class KeyService:
    """Finds keys, tries them and keeps them; what changes counts from the next request on.

    Keys set outside of GoalGetter come first at every start. One entered here counts until the program ends, and is
    kept in the keychain for the starts at which nothing is set outside. Without a `keychain` nothing is kept.
    """

    def __init__(
        self, settings: SettingsService, factory: LLMServiceFactory, models: ModelDirectory, keychain: Keychain | None
    ) -> None:
        self._settings = settings
        self._factory = factory
        self._models = models
        self._keychain = keychain
        self._trouble = "" if keychain else NO_KEYCHAIN
        self._listeners: list[Callable[[], None]] = []

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers that take a key."""
        servers = (server.provider for server in self._settings.current.compatible)
        return tuple(name for name in (*_KEYS, *servers) if name in self._factory.labels)

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever a key came, changed or went."""
        self._listeners.append(listener)

    def is_optional(self, provider: str) -> bool:
        """Whether the provider is a server on this computer, which mostly wants no key."""
        servers = {server.provider: server.base_url for server in self._settings.current.compatible}
        return provider in servers and is_loopback(servers[provider])

    def state(self, provider: str) -> KeyState:
        """Which key the provider has."""
        setting_id = _key_id(provider)
        origin = self._settings.current.origin(setting_id)
        key = self._key_in_force(provider)
        outside = self._settings.set_outside(setting_id)
        return KeyState(provider, self._factory.labels[provider], _masked(key), origin, outside, self._trouble)

    async def load(self, *providers: str) -> tuple[str, ...]:
        """Read the keys that are nowhere else from the keychain, or only those of the named providers.

        Requests that need one of them wait; nothing else does. Gives the providers whose keys were looked for.
        """
        wanted = [name for name in self.providers if not providers or name in providers]
        missing = tuple(name for name in wanted if not self._key_in_force(name))
        if not missing or self._keychain is None:
            return ()
        self._factory.expect_keys(*missing)
        try:
            await self._read(missing)
        finally:
            self._factory.keys_came()
        return missing

    async def look(self, provider: str) -> KeyState:
        """Look into the keychain again, if it could not be used before; which key the provider has."""
        if self._keychain is not None and (self._trouble or not self._key_in_force(provider)):
            await self._read((provider,))
        return self.state(provider)

    async def try_key(self, provider: str, text: str) -> KeyTrial:
        """Ask the provider whether it takes the key. Raises InvalidValueError for a text that is no key."""
        settings = self._settings.with_key(_key_id(provider), sound_key(text))
        try:
            service = await self._factory.trial(provider, settings)
            try:
                count = len(await service.list_models())
            finally:
                await service.aclose()
        except ProviderError as error:
            verdict = Verdict.REFUSED if error.kind in _REFUSALS else Verdict.UNTRIED
            return KeyTrial(verdict, _why_not(error, self._factory.labels[provider]))
        return KeyTrial(Verdict.WORKS, f"The key works: {count} model{'' if count == 1 else 's'} available.")

    async def test(self, provider: str) -> KeyTrial:
        """Ask the provider whether it takes the key in force. Raises InvalidValueError where there is none."""
        return await self.try_key(provider, self._key_in_force(provider))

    async def keep(self, provider: str, text: str) -> KeyState:
        """Use this key from the next request on, and keep it where that is possible; `trouble` says if it is not.

        Raises InvalidValueError for a text that is no key.
        """
        key, setting_id = sound_key(text), _key_id(provider)
        is_kept = await self._in_keychain(provider, key)
        needs_window = not is_kept or self._settings.set_outside(setting_id) is not None
        self._settings.use_keys(
            window={setting_id: key if needs_window else None}, keychain={setting_id: key} if is_kept else {}
        )
        _log.info("a key for %s was entered", provider)
        return await self._changed(provider)

    async def remove(self, provider: str) -> KeyState:
        """Forget the key that was entered here. Raises KeychainError where the keychain does not give it up."""
        setting_id = _key_id(provider)
        if self._keychain is not None:
            try:
                await self._keychain.remove(provider)
            except NoKeychainError as error:
                self._trouble = str(error)
        self._settings.use_keys(window={setting_id: None}, keychain={setting_id: None})
        _log.info("the key for %s was removed", provider)
        return await self._changed(provider)

    async def _changed(self, provider: str) -> KeyState:
        self._tell()
        await self._models.refresh(provider)
        return self.state(provider)

    async def _read(self, providers: tuple[str, ...]) -> None:
        assert self._keychain is not None  # noqa: S101 - whoever calls has looked
        try:
            found = await self._keychain.read(providers)
        except KeychainError as error:
            self._trouble = str(error)
        else:
            self._trouble = ""
            self._settings.use_keys(keychain={_key_id(name): found.get(name) for name in providers})
        self._tell()

    async def _in_keychain(self, provider: str, key: str) -> bool:
        if self._keychain is None:
            return False
        try:
            await self._keychain.keep(provider, key)
        except KeychainError as error:
            self._trouble = str(error)
            return False
        self._trouble = ""
        return True

    def _key_in_force(self, provider: str) -> str:
        settings = self._settings.current
        keys = {"claude": settings.claude.api_key, "openai": settings.openai.api_key}
        keys |= {server.provider: server.api_key for server in settings.compatible}
        return keys.get(provider) or ""

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def sound_key(text: str) -> str:
    """The key in a text that was pasted. Raises InvalidValueError with what to do."""
    if not text.strip():
        raise InvalidValueError("Paste a key first.")
    try:
        return str(setting(_KEYS["claude"]).type.read(text, Path()))
    except RefusedError as error:
        raise InvalidValueError(f"This {error}. Copy the key again and paste it whole.") from error


def _key_id(provider: str) -> str:
    return _KEYS.get(provider) or f"{COMPATIBLE}.{provider.removeprefix('compatible:')}.api_key"


def _masked(key: str) -> str:
    """A key as it may be shown: its last four characters, if that leaves most of it hidden."""
    if not key:
        return ""
    return f"••••••••{key[-4:]}" if len(key) >= _SHORTEST_SHOWN else "••••••••"


def _why_not(error: ProviderError, label: str) -> str:
    """What went wrong, without what is said of messages: none was sent."""
    if error.kind is ErrorKind.NOT_SET_UP:
        return str(error)
    health = health_after(error, label)
    return f"{health.text} {health.advice}".strip()
