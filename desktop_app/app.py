"""The window's process: paints first, then loads everything else, and ends in order."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QEvent, QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app import __version__
from desktop_app.errors import AppError
from desktop_app.imports import import_quietly
from desktop_app.logs import start_logging
from desktop_app.paths import APP_NAME, Paths, default_paths
from desktop_app.settings import Settings, settings_from_environment
from desktop_app.ui.loop import generators_looked_after
from desktop_app.ui.shell import Shell
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.window_state import read_window_state

if TYPE_CHECKING:
    from desktop_app.composition import Session
    from desktop_app.llm.base import BaseLLMService


def run() -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    application = make_application()
    paths = default_paths()
    return qasync.run(_main(application, paths))


def make_application() -> QApplication:
    """The one QApplication of this process."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName(APP_NAME)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("goalgetter")
    # The loop ends when `_main` returns, never when a window closes.
    application.setQuitOnLastWindowClosed(False)
    return application


async def _main(application: QApplication, paths: Paths) -> int:
    stop = asyncio.Event()
    desktop = Desktop(application, paths, settings_from_environment())
    desktop.shell.window.close_requested.connect(stop.set)
    async with generators_looked_after():
        with _stop_signals(stop):
            return await _live(desktop, stop)


async def _live(desktop: "Desktop", stop: asyncio.Event) -> int:
    desktop.shell.window.show()
    await desktop.first_paint()
    if os.environ.get("GOALGETTER_EXIT_AFTER_PAINT"):
        print(f"first_paint_s {_process_age_s():.3f}")  # noqa: T201 - the benchmark reads it
        return 0
    desktop.open()
    await stop.wait()
    await desktop.close()
    return 0


class Desktop:
    """The running application on one profile: its window, and behind it a session once that is open."""

    def __init__(
        self,
        application: QApplication,
        paths: Paths,
        settings: Settings,
        services: "Sequence[BaseLLMService]" = (),
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._services = services
        self.shell = Shell(application, read_window_state(paths.data))
        self.session: Session | None = None
        self._paint = _FirstPaint(self.shell.window)
        self._runner = TaskRunner(self._tell_not_opened)
        self._opening: asyncio.Task[None] | None = None

    async def first_paint(self) -> None:
        """Wait until the window stands on the screen."""
        await self._paint.painted.wait()

    def open(self) -> "asyncio.Task[None]":
        """Load what the window needs and fill it; where that fails, the window says so and offers to try again."""
        self._opening = self._runner.start(self._open(), name="open the profile")
        return self._opening

    async def close(self) -> None:
        """Save, stop and close everything; the window goes last."""
        if self._opening is not None:
            await self._opening
        if self.session is not None:
            await self.session.close()
        self.shell.close(self._paths.data)

    async def _open(self) -> None:
        await asyncio.to_thread(start_logging, self._paths.logs)
        composition = await asyncio.to_thread(import_quietly, "desktop_app.composition")
        self.session = await composition.open_session(self.shell, self._paths, self._settings, utc_now, self._services)
        await self.session.start()

    def _tell_not_opened(self, error: AppError) -> None:
        self.shell.show_opening_error(str(error), self.open)


class _FirstPaint(QObject):
    """Notices when a window was painted for the first time."""

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self.painted = asyncio.Event()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The filter sees the event before the window does.
            QTimer.singleShot(0, self.painted.set)
        return False


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


@contextlib.contextmanager
def _stop_signals(stop: asyncio.Event) -> Iterator[None]:
    """End in order on SIGINT and SIGTERM. Python sees a signal only between instructions, so a byte wakes Qt's loop."""
    receiver, sender = socket.socketpair()
    receiver.setblocking(False)
    sender.setblocking(False)
    previous_fd = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(receiver.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: receiver.recv(64))
    previous = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_fd)
        notifier.setEnabled(False)
        receiver.close()
        sender.close()


def _process_age_s() -> float:
    """Seconds since this process was started (Linux), or since Python began elsewhere."""
    try:
        with open("/proc/self/stat", encoding="ascii") as file:  # noqa: PTH123 - measured, so without detours
            ticks = int(file.read().rsplit(")", 1)[1].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError):
        return time.perf_counter()
