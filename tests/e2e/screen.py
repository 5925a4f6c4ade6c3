"""A virtual screen, and the program on it, driven by keyboard and mouse."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")

TOOLS = ("Xvfb", "xdotool")
SIZE = "1440x900"

_GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(sys.argv)
sys.exit(not application.primaryScreen().grabWindow(0).save(sys.argv[1]))
"""


def missing_tools() -> list[str]:
    """The programs that are needed and not there."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]


@contextlib.contextmanager
def virtual_screen() -> Iterator[str]:
    """A screen of its own; gives its display name."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{int(number.readline())}"
    finally:
        server.terminate()
        server.wait(10)


def wait_for(what: str, found: Callable[[], _T], within_s: float = 60.0) -> _T:
    """What `found` gives, once that is true; fails with `what` when it does not come."""
    end = time.monotonic() + within_s
    while True:
        if value := found():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"within {within_s:.0f} s there was no {what}")
        time.sleep(0.05)


class Program:
    """GoalGetter in a process of its own, on a screen and a profile."""

    def __init__(self, display: str, home: Path, environment: Mapping[str, str]) -> None:
        self.home = home
        inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self._environment = {
            **inherited,
            "DISPLAY": display,
            "HOME": str(home),
            "GOALGETTER_HOME": str(home),
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2])]),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.errors = home / "stderr.txt"

    def start(self) -> None:
        """Start it and wait for its window."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self.errors.open("ab") as errors:
            command = [sys.executable, "-m", "desktop_app"]
            self._process = subprocess.Popen(command, env=self._environment, stderr=errors)
        window = wait_for("window", self.windows)
        self.window = window[-1]
        self._xdotool("windowfocus", "--sync", self.window)

    def command(self, *arguments: str) -> str:
        """Run one of its commands on the same profile; gives what it prints."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "desktop_app", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    def start_again(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start it once more on the same profile, with these files and links."""
        command = [sys.executable, "-m", "desktop_app", *arguments]
        return subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE, text=True)

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The running process."""
        assert self._process is not None
        return self._process

    def windows(self, title: str = "^GoalGetter$") -> list[str]:
        """The windows of the program that can be seen, by a pattern of their title."""
        return self._xdotool("search", "--onlyvisible", "--name", title).split()

    def focus(self, window: str) -> None:
        """Give a window the keyboard, as a window manager would."""
        self._xdotool("windowfocus", "--sync", window)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self._xdotool("type", "--delay", "5", "--", text)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, in X's names ("Return", "ctrl+m")."""
        for key in keys:
            self._xdotool("key", "--delay", "30", key)

    def click(self, x: int, y: int) -> None:
        """Click at a place on the screen."""
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at one place, move to another in steps, and let go."""
        self._xdotool("mousemove", *map(str, start), "mousedown", "1")
        for step in range(1, 9):
            place = (a + (b - a) * step // 8 for a, b in zip(start, end, strict=True))
            self._xdotool("mousemove", *map(str, place))
        self._xdotool("mouseup", "1")

    def picture(self, path: Path) -> None:
        """Keep what is on the screen as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-c", _GRAB, str(path)], env=self._environment, check=True, timeout=60)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - SQL values
        """What the program's database holds now; nothing while there is none."""
        file = self.home / "goalgetter.db"
        if not file.exists():
            return []
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
            try:
                return connection.execute(query, values).fetchall()
            except sqlite3.OperationalError:
                return []

    def kill(self) -> None:
        """End it without a warning, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def quit(self) -> int:
        """Ask it to end; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def end(self) -> None:
        """Make sure that it no longer runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def _xdotool(self, *arguments: str) -> str:
        command = ["xdotool", *arguments]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout.strip()
