"""A session bus with a notification service on it."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.accessibility import session_bus
from tests.ui.goals.waiting import until


@dataclass
class Desktop:
    """What a desktop was told; `choose` is the person's click."""

    process: subprocess.Popen[str]
    told: "queue.Queue[Any]" = field(default_factory=queue.Queue)

    def listen(self) -> None:
        """Gather what the service tells."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.put(json.loads(line))

    async def next(self) -> Any:  # noqa: ANN401 - a JSON value
        """What is told next."""
        await until(lambda: not self.told.empty())
        return self.told.get_nowait()

    def choose(self, number: int, action: str) -> None:
        """Choose an action of a notification."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{number} {action}\n")
        self.process.stdin.flush()


@pytest.fixture
def bus_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A session bus of this test alone, that this process finds."""
    if shutil.which("dbus-daemon") is None and not os.environ.get("CI"):
        pytest.skip("needs dbus-daemon")
    with session_bus(tmp_path / "bus") as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def desktop(bus_address: str) -> Iterator[Desktop]:
    """A notification service on that bus."""
    command = [sys.executable, "-m", "tests.ui.notifications.service_child"]
    env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": bus_address}
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        desktop = Desktop(process)
        listener = threading.Thread(target=desktop.listen)
        listener.start()
        assert desktop.told.get(timeout=60) == "ready"
        yield desktop
        process.terminate()
        process.wait()
        listener.join()
