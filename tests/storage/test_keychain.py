"""Keys in the system's keychain: a real one, none, and one that fails or hangs."""

import asyncio
import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as NoKeyring

from desktop_app.storage.keychain import SERVICE, Keychain, KeychainError, NoKeychainError
from tests.storage.keyrings import LockedKeyring, MemoryKeyring, WaitingKeyring

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
GENEROUS_S = 120
UNLOCKED = 'echo -n word | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -m "$1"'


@pytest.mark.skipif(
    not all(map(shutil.which, PROGRAMS)) and not os.environ.get("CI"), reason=f"needs {' and '.join(PROGRAMS)}"
)
def test_a_real_secret_service_keeps_replaces_and_removes_keys(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    variables = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_RUNTIME_DIR": str(tmp_path)}
    ended = subprocess.run(
        [
            str(shutil.which("dbus-run-session")),
            "--",
            "sh",
            "-c",
            UNLOCKED,
            sys.executable,
            "tests.storage.keychain_child",
        ],
        env={**os.environ, **variables, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        timeout=GENEROUS_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == [
        {},
        {"claude": "sk-canary-1", "compatible:Workshop": "sk-canary-ü"},
        {"claude": "sk-canary-2"},
        {"compatible:Workshop": "sk-canary-ü"},
    ]
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"sk-canary" in file.read_bytes()]


async def test_a_keychain_keeps_replaces_and_removes_keys() -> None:
    ring = MemoryKeyring()
    keychain = Keychain(find_backend=lambda: ring)
    await keychain.keep("claude", "sk-1")
    await keychain.keep("claude", "sk-2")
    assert ring.keys == {(SERVICE, "claude"): "sk-2"}
    assert await keychain.read(["openai", "claude"]) == {"claude": "sk-2"}
    await keychain.remove("claude")
    await keychain.remove("claude")
    assert await keychain.read(["claude"]) == {}


async def test_no_keychain_is_told_apart() -> None:
    with pytest.raises(NoKeychainError, match="no keychain on this computer"):
        await Keychain(find_backend=NoKeyring).read(["claude"])


async def test_keyrings_own_choice_is_asked_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    with pytest.raises(KeychainError):
        await Keychain().read(["claude"])


async def test_a_locked_keychain_says_what_to_do_and_no_key_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(KeychainError, match="Unlock it") as caught:
        await Keychain(find_backend=LockedKeyring).read(["claude"])
    assert not isinstance(caught.value, NoKeychainError)
    assert "canary" not in caplog.text


async def test_a_keychain_that_waits_holds_nobody_up_for_ever_and_works_once_it_was_answered() -> None:
    ring = WaitingKeyring()
    ring.keys[SERVICE, "claude"] = "sk-1"
    keychain = Keychain(0.05, lambda: ring)
    for _ in range(2):
        with pytest.raises(KeychainError, match="does not answer"):
            await keychain.read(["claude"])
    ring.answered.set()
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "keychain"]
    await asyncio.to_thread(thread.join, GENEROUS_S)
    assert await Keychain(find_backend=lambda: ring).read(["claude"]) == {"claude": "sk-1"}
    await keychain.keep("claude", "sk-2")
    assert ring.keys[SERVICE, "claude"] == "sk-2"


def test_a_keychain_that_answers_after_the_end_harms_nothing() -> None:
    ring = WaitingKeyring()
    with pytest.raises(KeychainError):
        asyncio.run(Keychain(0.05, lambda: ring).read(["claude"]))
    ring.answered.set()
    for thread in threading.enumerate():
        if thread.name == "keychain":
            thread.join(GENEROUS_S)
