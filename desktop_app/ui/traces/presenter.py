"""Fills the window of traces: reads the files in a thread, follows them while somebody looks, writes exports."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.errors import AppError, StorageError
from desktop_app.tracing.index import TraceHead, TraceIndex
from desktop_app.ui.file_dialogs import FileDialogs
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.traces.window import TraceWindow

EVERY_MS: Final = 1_000
PAUSE_MS: Final = 200


class TracePresenter(QObject):
    """Makes the window when it is first asked for. `message_requested` gives the numbers of a chat and a message."""

    message_requested = Signal(int, int)
    conversation_requested = Signal(int)

    def __init__(
        self,
        make_window: Callable[[], TraceWindow],
        place: Callable[[], tuple[Path, bool]],
        runner: TaskRunner,
        today: Callable[[], date],
        parent: QObject,
    ) -> None:
        """`place` tells where the traces are, and whether new ones are written."""
        super().__init__(parent)
        self._make_window, self._place, self._runner, self._today = make_window, place, runner, today
        self._window: TraceWindow | None = None
        self._index: TraceIndex | None = None
        self._chosen = ""
        self._found: tuple[str, set[str]] = ("", set())
        self._lock = asyncio.Lock()  # the index is read by one thread at a time
        self._follow = QTimer(self, interval=EVERY_MS)
        self._follow.timeout.connect(self._look)
        self._soon = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._soon.timeout.connect(self._search)

    def open(self) -> None:
        """Show the window, with the newest trace if none was looked at."""
        window = self._shown()
        self._runner.start(self._read(is_first=True), name="read the traces", on_error=self._fail)
        window.search.setFocus()

    def open_trace(self, trace_id: str) -> None:
        """Show the window with one trace."""
        self._chosen = trace_id
        self._shown().search.clear()
        self._shown().filters.choose(0)
        self._runner.start(self._read(is_first=True), name="read the traces", on_error=self._fail)

    def close(self) -> None:
        """Close the window, if it is open."""
        self._follow.stop()
        if self._window is not None:
            self._window.close()

    def _shown(self) -> TraceWindow:
        if self._window is None:
            window = self._window = self._make_window()
            window.filter_changed.connect(self._soon.start)
            window.list.trace_chosen.connect(self._choose)
            window.open_requested.connect(self._open_chat)
            window.export_requested.connect(self._export)
            window.shown.connect(self._follow.start)
            window.hidden.connect(self._follow.stop)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        return self._window

    def _look(self) -> None:
        if not self._lock.locked():
            self._runner.start(self._read(is_first=False), name="follow the traces", on_error=self._fail)

    def _search(self) -> None:
        self._runner.start(self._list(), name="search the traces", on_error=self._fail)

    async def _read(self, *, is_first: bool) -> None:
        path, _ = self._place()
        async with self._lock:
            if self._index is None or self._index.path != path:
                self._index = TraceIndex(path)
            with _told(path):
                is_new = await asyncio.to_thread(self._index.refresh)
        if is_new or is_first:
            self._found = ("", set())
            await self._list()
            await self._show()

    async def _list(self) -> None:
        window, index = self._window, self._index
        if window is None or index is None:
            return
        text = window.search.text().strip()
        async with self._lock:
            with _told(index.path):
                if text and self._found[0] != text:
                    self._found = (text, await asyncio.to_thread(index.find, text))
                heads = await asyncio.to_thread(index.heads)
        wanted = [
            head for head in heads if _fits(head, window.filter) and (not text or head.trace_id in self._found[1])
        ]
        window.show_heads(wanted, self._today(), self._chosen, is_on=self._place()[1])
        if not self._chosen and wanted:
            window.list.choose_first()

    def _choose(self, trace_id: str) -> None:
        self._chosen = trace_id
        self._runner.start(self._show(), name="show a trace", on_error=self._fail)

    async def _show(self) -> None:
        window, index, chosen = self._window, self._index, self._chosen
        if window is None or index is None:
            return
        async with self._lock:
            with _told(index.path):
                spans = await asyncio.to_thread(index.spans, chosen)
        if chosen == self._chosen:
            window.show_trace(index.head(chosen), spans)

    def _open_chat(self) -> None:
        head = self._index.head(self._chosen) if self._index is not None else None
        if head is None or head.conversation_id is None:
            return
        if head.message_id is None:
            self.conversation_requested.emit(head.conversation_id)
        else:
            self.message_requested.emit(head.conversation_id, head.message_id)

    def _export(self) -> None:
        self._runner.start(self._exported(self._chosen), name="export a trace", on_error=self._fail)

    async def _exported(self, trace_id: str) -> None:
        window, index = self._window, self._index
        if window is None or index is None:
            return
        path = await FileDialogs(window).place_to_save("Export the trace", f"{trace_id}.json", "JSON (*.json)")
        if path is None:
            return
        async with self._lock:
            with _told(path):
                records = await asyncio.to_thread(index.raw, trace_id)
                await asyncio.to_thread(_write, path, json.dumps(records, ensure_ascii=False, indent=2))

    def _fail(self, error: AppError) -> None:
        if self._window is not None:
            self._window.nothing.setText(str(error))
            self._window.nothing.show()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what files refuse into a sentence."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path} cannot be read or written ({error.strerror}).") from error


def _fits(head: TraceHead, wanted: str) -> bool:
    match wanted:
        case "Errors":
            return head.is_failed
        case "Slow":
            return head.is_slow
        case "Tools":
            return head.has_tools
        case _:
            return True


def _write(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, "utf-8")
    part.replace(path)
