"""The system's keychain, for keys: each call in a thread of its own with a time-out, for it may wait for a person."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypeVar

from desktop_app.errors import StorageError
from desktop_app.imports import import_quietly

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")

SERVICE: Final = "GoalGetter"
# Long enough for somebody who is asked for the keychain's password.
TIMEOUT_S: Final = 60.0


class KeychainError(StorageError):
    """The keychain did not do what it was asked; the text says what to do."""


class NoKeychainError(KeychainError):
    """There is no keychain on this system, as on one without a desktop."""


class Keychain:
    """Keys under the names of their providers.

    `find_backend` gives the system's keychain and may take seconds; keyring chooses it by default. A call that is
    stuck is left behind, and every other one fails until it ends.
    """

    def __init__(
        self, timeout_s: float = TIMEOUT_S, find_backend: "Callable[[], KeyringBackend] | None" = None
    ) -> None:
        self._find_backend = find_backend or _system_backend
        self._timeout_s = timeout_s
        self._one_at_a_time = asyncio.Lock()
        self._is_free = threading.Event()
        self._is_free.set()

    async def read(self, providers: Iterable[str]) -> dict[str, str]:
        """The keys that are kept, of these providers. Raises KeychainError."""
        names = tuple(providers)

        def read(backend: "KeyringBackend") -> dict[str, str]:
            found = {name: backend.get_password(SERVICE, name) for name in names}
            return {name: key for name, key in found.items() if key}

        return await self._ask(read)

    async def keep(self, provider: str, key: str) -> None:
        """Keep `key` in place of what was there. Raises KeychainError."""
        await self._ask(lambda backend: backend.set_password(SERVICE, provider, key))

    async def remove(self, provider: str) -> None:
        """Remove the key, if there is one. Raises KeychainError."""

        def remove(backend: "KeyringBackend") -> None:
            if backend.get_password(SERVICE, provider) is not None:
                backend.delete_password(SERVICE, provider)

        await self._ask(remove)

    async def _ask(self, call: "Callable[[KeyringBackend], _Result]") -> _Result:
        async with self._one_at_a_time:
            if not self._is_free.is_set():
                raise KeychainError(_SILENT)
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await self._in_thread(lambda: call(self._usable_backend()))
            except TimeoutError:
                raise KeychainError(_SILENT) from None

    def _usable_backend(self) -> "KeyringBackend":
        backend = self._find_backend()
        if backend.priority <= 0:  # keyring's own "fail" and "null"
            raise NoKeychainError("There is no keychain on this computer.")
        return backend

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        """The result of `work`. The thread does not keep the program from ending."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_Result] = loop.create_future()

        def settle(result: _Result | None, error: KeychainError | None) -> None:
            if done.done():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # None only where that is the result

        def run() -> None:
            result, error = None, None
            try:
                result = work()
            except KeychainError as raised:
                error = raised
            except Exception as raised:  # noqa: BLE001 - backends raise what their systems do, a locked one too
                _log.warning("the keychain failed: %s", type(raised).__name__)
                error = KeychainError(_REFUSED)
            self._is_free.set()
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                loop.call_soon_threadsafe(settle, result, error)

        self._is_free.clear()
        threading.Thread(target=run, name="keychain", daemon=True).start()
        return await done


_SILENT: Final = "The system keychain does not answer. Unlock it, if it asks for its password, and try again."
_REFUSED: Final = "The system keychain could not be used. Unlock it and try again."


def _system_backend() -> "KeyringBackend":
    backend: KeyringBackend = import_quietly("keyring").get_keyring()
    return backend
