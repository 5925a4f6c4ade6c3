"""The running application behind its window: the loop, the signals, and a session on the profile."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QSocketNotifier

from desktop_app.clock import utc_now
from desktop_app.crashes import CrashReports, note_uncaught
from desktop_app.errors import AppError
from desktop_app.imports import import_quietly
from desktop_app.instance import Call, Instance
from desktop_app.instance.answering import Answering
from desktop_app.logs import start_logging
from desktop_app.paths import Paths
from desktop_app.tracing.redaction import Redactor
from desktop_app.tracing.spans import current_trace_id
from desktop_app.ui.garbage import GarbageCollection
from desktop_app.ui.loop import generators_looked_after
from desktop_app.ui.openings.system_events import SystemOpenings
from desktop_app.ui.shell import Shell
from desktop_app.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from desktop_app.composition import Session
    from desktop_app.llm.base import BaseLLMService
    from desktop_app.settings import Sources
    from desktop_app.ui.crashes.presenter import CrashPresenter


def live(shell: Shell, paths: Paths, instance: Instance, items: Sequence[str] = ()) -> int:
    """Fill the window, open these files and links, and stay until it is closed; returns the exit code."""
    return qasync.run(_live(shell, paths, instance, items))


async def _live(shell: Shell, paths: Paths, instance: Instance, items: Sequence[str]) -> int:
    stop = asyncio.Event()
    GarbageCollection(shell.window)
    shell.window.close_requested.connect(stop.set)
    async with generators_looked_after():
        with _stop_signals(stop):
            desktop = Desktop(shell, paths, watches=True)
            answering = Answering(instance, desktop.take_call)
            openings = SystemOpenings(shell.application)
            openings.opened.connect(desktop.take_item)
            stop_noting = note_uncaught(desktop.note_bug)
            desktop.open()
            desktop.take_items(items)
            await answering.start()
            await stop.wait()
            await answering.close()
            await desktop.close()
            stop_noting()
    return 0


class Desktop:
    """The application on one profile: its window, and behind it a session once that is open."""

    def __init__(
        self,
        shell: Shell,
        paths: Paths,
        sources: "Sources | None" = None,
        services: "Sequence[BaseLLMService]" = (),
        *,
        watches: bool = False,
    ) -> None:
        """`sources` of settings are read when it opens, if None; `services` replace the providers they would give.

        With `watches`, where this process is when it dies is noted for the next start.
        """
        self.shell = shell
        self.session: Session | None = None
        self._paths = paths
        self._sources = sources
        self._services = services
        self._watches = watches
        self._runner = TaskRunner(self._tell_not_opened)
        self._reports: CrashReports | None = None
        self._crashes: CrashPresenter | None = None
        self._opening: asyncio.Task[None] | None = None
        self._items: list[str] = []
        self._is_filled = False

    def open(self) -> None:
        """Load what the window needs and fill it; where that fails, the window says so and offers to try again."""
        self._opening = self._runner.start(self._open(), name="open the profile")

    async def opened(self) -> None:
        """Wait until opening ended, well or not."""
        if self._opening is not None:
            await self._opening

    def take_call(self, call: Call) -> None:
        """Another start on this profile: come to the front, and open what that was given."""
        self.shell.come_to_front(call.activation)
        self.take_items(call.items)

    def take_item(self, item: str) -> None:
        """Open a file or link that the system hands over."""
        self.take_items((item,))

    def take_items(self, items: Sequence[str]) -> None:
        """Open files and links, once there is a session for them."""
        self._items.extend(items)
        if self._is_filled and self.session is not None:
            waiting, self._items = self._items, []
            self.session.openings.open(waiting)

    async def close(self) -> None:
        """Save, stop and close everything; the window goes last."""
        await self.opened()
        if self.session is not None:
            await self.session.close()
        if self._reports is not None:
            await asyncio.to_thread(self._reports.close)
        await self._runner.close()
        self.shell.close(self._paths.data)

    async def _open(self) -> None:
        redactor = Redactor()
        await asyncio.to_thread(start_logging, self._paths.logs, redactor.text, current_trace_id)
        await self._watch(redactor)
        composition = await asyncio.to_thread(import_quietly, "desktop_app.composition")
        settings = await asyncio.to_thread(import_quietly, "desktop_app.settings")
        sources = self._sources or await asyncio.to_thread(settings.read_sources, self._paths.settings_folders)
        self.session = await composition.open_session(
            self.shell, self._paths, sources, utc_now, self._services, redactor, self.note_bug
        )
        await self.session.start()
        self._is_filled = True
        self.take_items(())

    def note_bug(self, error: BaseException, doing: str) -> None:
        """Write down and tell what nobody expected; any thread may call."""
        if self._crashes is not None:
            self._crashes.note(error, doing)

    async def _watch(self, redactor: Redactor) -> None:
        """From now on what goes wrong is noted; tell of a start that ended by dying."""
        if self._reports is not None:
            return
        self._reports = CrashReports(self._paths.crashes, redactor.text, utc_now)
        crashes = await asyncio.to_thread(import_quietly, "desktop_app.ui.crashes.presenter")
        self._crashes = crashes.CrashPresenter(self.shell.window, self.shell.theme, self._reports, self._runner)
        died = await asyncio.to_thread(self._reports.watch) if self._watches else None
        if died is not None:
            self._crashes.tell(died)

    def _tell_not_opened(self, error: AppError) -> None:
        self.shell.show_opening_error(str(error), self.open)


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
