"""The whole program in one window, talking with a server on the loopback; prints what it saw as one line of JSON.

A program of its own, started by `chat_live.py` on the screen that its environment names: window, database, traces,
the provider's SDK and the loop are the real ones. A turn is what the window's thread computes between two waits of
Qt's loop.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import psutil
import qasync
from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QTimer
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from build_scripts.benchmarks.chat_filling import filled_conversation
from build_scripts.benchmarks.chat_server import MODEL
from desktop_app.app import make_application
from desktop_app.composition import Session
from desktop_app.desktop import Desktop
from desktop_app.domain.providers import ModelChoice
from desktop_app.paths import Paths
from desktop_app.settings import read_sources
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.garbage import GarbageCollection
from desktop_app.ui.loop import generators_looked_after
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import WindowState

_BEFORE: Final = 190_000
_SECONDS: Final = 8
_OPENED: Final = 20_000
# At 20 deltas of ten characters a second this is an hour of replies.
_REPLIES: Final = 36
_DELTAS_A_REPLY: Final = 2_000
# A person pauses too; what the conversation before has left is looked through then.
_REST_S: Final = 3.0
_MARK: Final = re.compile(r"n(\d+)")


class Turns(QObject):
    """The turns of the loop since `begin`, in milliseconds of the thread's processor time."""

    def __init__(self) -> None:
        super().__init__()
        self.since: list[float] = []
        self._last = time.thread_time()
        self.listeners: list[Callable[[], None]] = []
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None  # noqa: S101 - the loop runs
        dispatcher.awake.connect(self._note)

    def begin(self) -> None:
        """Forget what was; what is being computed at the moment counts from here."""
        self.since = []
        self._last = time.thread_time()

    def end(self) -> list[float]:
        """The turns, the longest last. Those in which nothing was computed are left out."""
        return sorted(turn for turn in self.since if turn > 0.05)

    def _note(self) -> None:
        now = time.thread_time()
        self.since.append((now - self._last) * 1000)
        for listener in self.listeners:
            listener()
        self._last = time.thread_time()


class Paints(QObject):
    """When each mark of a reply was painted: seen before the paint, dated at the end of its turn."""

    def __init__(self, tried: Tried) -> None:
        super().__init__(tried.shell.chat.thread_view)
        self._tried = tried
        self._seen = -1
        self.at: list[float] = []
        tried.shell.chat.thread_view.viewport().installEventFilter(self)
        tried.turns.listeners.append(self._date)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        if event.type() is QEvent.Type.Paint and (row := self._tried.reply) is not None:
            text = "".join(row.text(unit) for unit in range(max(row.count() - 2, 0), row.count()))
            marks = _MARK.findall(text[-40:])
            self._seen = int(marks[-1]) if marks else self._seen
        return False

    def _date(self) -> None:
        while len(self.at) <= self._seen:
            self.at.append(time.perf_counter())


class Tried:
    """The program and the hands of a person."""

    def __init__(self, shell: Shell, desktop: Desktop) -> None:
        self.shell = shell
        self.desktop = desktop
        self.turns = Turns()

    @property
    def session(self) -> Session:
        """What stands behind the window."""
        assert self.desktop.session is not None  # noqa: S101 - it was waited for
        return self.desktop.session

    @property
    def reply(self) -> CoachRow | None:
        """The last reply in the thread."""
        rows = self.shell.chat.thread_view.column.rows
        return next((row for row in reversed(rows[-4:]) if isinstance(row, CoachRow)), None)

    async def say(self, words: str) -> None:
        """Send, and wait until the reply stands there."""
        self.ask(words)
        await _until(lambda: self.session.chat_presenter.is_streaming)
        await self.replied()

    def ask(self, words: str) -> None:
        """Send."""
        composer = self.shell.chat.composer
        composer.set_text(words)
        composer.send_requested.emit()

    async def replied(self) -> None:
        """Wait until all of the reply is shown."""
        thread = self.shell.chat.thread_view
        await _until(lambda: not self.session.chat_presenter.is_streaming and not thread.is_behind)


async def _until(is_true: Callable[[], object]) -> None:
    async with asyncio.timeout(600):
        while not is_true():  # noqa: ASYNC110 - the window is watched from outside, as a person does
            await asyncio.sleep(0.1)


async def _measure(tried: Tried, address: str, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"first": [], "stalls": {}}
    for _ in range(4):
        tried.turns.begin()
        await tried.say("deltas=200 rate=100")
        found["first"].append(tried.turns.end()[-1])
    for rate in (100, 1_000):
        found["stalls"][str(rate)] = await _stalls(tried, rate)
    # The clock counts what other programs take, so the least disturbed of three counts.
    found["waits"] = [await _waits(tried, address) for _ in range(3)]
    tried.session.chat_presenter.new_chat()
    found["opening"] = await _opening(tried, path)
    found["hour"] = await _hour(tried)
    return found


async def _stalls(tried: Tried, rate: int) -> list[float]:
    """The turns while a reply streams behind 190,000 characters."""
    tried.session.chat_presenter.new_chat()
    tried.ask(f"before={_BEFORE} deltas={rate * _SECONDS} rate={rate}")
    await _until(lambda: (row := tried.reply) is not None and len(row.source) > _BEFORE)
    tried.turns.begin()
    await tried.replied()
    return tried.turns.end()


async def _waits(tried: Tried, address: str) -> list[float]:
    """From the socket to the screen, in milliseconds, for each delta; the first one opens the connection."""
    tried.session.chat_presenter.new_chat()
    paints = Paints(tried)
    await tried.say("marked deltas=400 rate=80")
    paints.deleteLater()
    tried.turns.listeners.clear()
    sent = json.loads(await asyncio.to_thread(lambda: urlopen(f"{address}/sent").read()))  # noqa: S310
    pairs = list(zip(sent, paints.at, strict=False))[1:]
    return sorted((shown - gone) * 1000 for gone, shown in pairs)


async def _opening(tried: Tried, path: Path) -> list[float]:
    """The turns while a conversation of 20,000 messages is opened, up to its first row."""
    conversation_id = await asyncio.to_thread(filled_conversation, path, _OPENED)
    thread = tried.shell.chat.thread_view
    tried.turns.begin()
    tried.session.chat_presenter.open_conversation(conversation_id)
    await _until(lambda: tried.reply is not None and thread.column.is_complete)
    return tried.turns.end()


async def _hour(tried: Tried) -> dict[str, Any]:
    """What the second half of an hour of replies adds to what the program holds."""
    tried.session.chat_presenter.new_chat()
    await asyncio.sleep(_REST_S)
    states: list[dict[str, float]] = []
    longest = 0.0
    for number in range(_REPLIES):
        tried.turns.begin()
        await tried.say(f"deltas={_DELTAS_A_REPLY} rate=0")
        longest = max(longest, tried.turns.end()[-1])
        if number in {_REPLIES // 2 - 1, _REPLIES - 1}:
            await asyncio.sleep(_REST_S)
            states.append(_held())
    return {"held": states, "longest": longest}


def _held() -> dict[str, float]:
    gc.collect()
    ours = [one for one in gc.get_objects() if isinstance(one, QObject)]
    in_windows = [child for window in QApplication.topLevelWidgets() for child in window.findChildren(QObject)]
    everything = ours + in_windows
    return {
        "memory": psutil.Process().memory_info().rss / 1e6,
        "objects": len({id(one) for one in everything}),
        "timers": sum(isinstance(one, QTimer) for one in everything),
        "documents": sum(isinstance(one, QTextDocument) for one in everything),
        "tasks": len(asyncio.all_tasks()),
        "files": psutil.Process().num_fds(),
    }


async def _run(shell: Shell, address: str, own: Path) -> None:
    GarbageCollection(shell.window)
    variables = {
        "ANTHROPIC_API_KEY": "sk-bench-0123456789",
        "ANTHROPIC_BASE_URL": address,
        "OLLAMA_HOST": "127.0.0.1:9",
    }
    paths = Paths(own / "data", own / "cache", own / "logs")
    async with generators_looked_after():
        desktop = Desktop(shell, paths, read_sources((), variables, own))
        desktop.open()
        await desktop.opened()
        tried = Tried(shell, desktop)
        await tried.session.models.choose(ModelChoice("claude", MODEL))
        await _until(lambda: tried.session.models.model(ModelChoice("claude", MODEL)) is not None)
        found = await _measure(tried, address, paths.database)
        await desktop.close()
    print(json.dumps(found), flush=True)


def main(address: str) -> None:
    """Open the window, measure, print."""
    application = make_application()
    with tempfile.TemporaryDirectory(prefix="goalgetter-bench-") as folder:
        shell = Shell(application, WindowState())
        shell.window.resize(1280, 800)
        shell.window.show()
        qasync.run(_run(shell, address, Path(folder)))
