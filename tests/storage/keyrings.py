"""Keychains as a system may have them, through keyring's own interface."""

import threading
from typing import NoReturn

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

GENEROUS_S = 120


class MemoryKeyring(KeyringBackend):
    """A keychain that keeps its keys in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has it without types
        self.keys: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.keys.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.keys[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.keys[service, username]


class LockedKeyring(MemoryKeyring):
    """The person closed the question for its password."""

    def get_password(self, service: str, username: str) -> NoReturn:
        raise KeyringLocked(f"sk-canary {service} {username}")

    def set_password(self, service: str, username: str, password: str) -> NoReturn:
        raise KeyringLocked(f"sk-canary {service} {username} {password}")


class WaitingKeyring(MemoryKeyring):
    """It waits for somebody to answer it."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(GENEROUS_S)
        return super().get_password(service, username)
