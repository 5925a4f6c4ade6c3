"""Joins the menus for export and import to the archive."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.domain.messages import Conversation
from desktop_app.services.archive import ArchiveService, ExportFormat, ImportPreview, ImportReport
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.file_dialogs import FileDialogs, Progress
from desktop_app.ui.tasks import TaskRunner

_KINDS: Final = {
    ExportFormat.MARKDOWN: ("Markdown…", "Markdown (*.md)"),
    ExportFormat.HTML: ("HTML…", "HTML (*.html)"),
    ExportFormat.JSON: ("JSON, with all branches…", "JSON (*.json)"),
}
_IMPORTED: Final = "Conversations (*.json *.zip)"
_NO_NAME: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


class ArchivePresenter(QObject):
    """Exports the conversation on screen, and imports files."""

    conversations_added = Signal()

    def __init__(
        self,
        window: QWidget,
        archive: ArchiveService,
        dialogs: Dialogs,
        files: FileDialogs,
        runner: TaskRunner,
        shown: Callable[[], Conversation | None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._archive = archive
        self._dialogs = dialogs
        self._files = files
        self._runner = runner
        self._shown = shown
        self._work: asyncio.Task[Any] | None = None

    def add_to(self, chat_menu: QMenu, program_menu: QMenu) -> None:
        """Put the entries into the menu of a chat and into that of the program."""
        export = chat_menu.addMenu("Export as")
        for kind, (words, _) in _KINDS.items():
            action = export.addAction(words)
            action.setData(kind.value)
        export.triggered.connect(self._export_as)
        program_menu.addAction("Import chats…").triggered.connect(self._start_import)
        program_menu.addAction("Export all chats…").triggered.connect(self._start_export_of_all)

    def _export_as(self, action: QAction) -> None:
        conversation = self._shown()
        if conversation is not None:
            exporting = self._export(conversation, ExportFormat(action.data()))
            self._runner.start(exporting, name="export a chat")

    async def _export(self, conversation: Conversation, kind: ExportFormat) -> None:
        name = f"{file_name(conversation.title)}.{kind.value}"
        path = await self._files.place_to_save("Export this chat", name, _KINDS[kind][1])
        if path is not None:
            await self._archive.export(conversation.id, path, kind)

    def _start_export_of_all(self) -> None:
        if self._work is None or self._work.done():
            self._work = self._runner.start(self._export_all(), name="export all chats")

    async def _export_all(self) -> None:
        path = await self._files.place_to_save("Export all chats", "Chats.json", _KINDS[ExportFormat.JSON][1])
        if path is None:
            return
        progress = Progress(self._window, "Exporting chats: {done} of {total}", 1)
        progress.cancelled.connect(self._cancel)
        try:
            count = await self._archive.export_all(path, progress.note)
        finally:
            progress.close()
        await self._dialogs.tell(f"{_chats(count)} {'was' if count == 1 else 'were'} exported to “{path.name}”.")

    def _start_import(self) -> None:
        if self._work is None or self._work.done():
            self._work = self._runner.start(self._choose_and_import(), name="import chats")

    async def _choose_and_import(self) -> None:
        path = await self._files.file_to_open("Import chats", _IMPORTED)
        if path is not None:
            await self.offer(path)

    async def offer(self, path: Path) -> None:
        """Say what a file of chats would bring, and bring it where that is wanted. Raises AppError like `preview`."""
        preview = await self._archive.preview(path)
        if not preview.new:
            await self._dialogs.tell(nothing_new(preview))
        elif await self._dialogs.ask(offer(preview), "Import", detail=what_is_known(preview)):
            report = await self._import(preview)
            self.conversations_added.emit()
            await self._dialogs.tell(told(report))

    async def _import(self, preview: ImportPreview) -> ImportReport:
        progress = Progress(self._window, "Importing chats: {done} of {total}", preview.total)
        progress.cancelled.connect(self._cancel)
        try:
            return await self._archive.import_file(preview.path, lambda done: progress.note(done, preview.total))
        finally:
            progress.close()

    def _cancel(self) -> None:
        if self._work is not None:
            self._work.cancel()


def file_name(title: str) -> str:
    """A title as the name of a file on any system, without its ending."""
    name = " ".join(_NO_NAME.sub(" ", title).split()).strip(" .")[:80].strip(" .")
    return name or "Chat"


def offer(preview: ImportPreview) -> str:
    """The question before an import."""
    source = f" from {preview.source.value}" if preview.source else ""
    return f"Import {_chats(preview.new)}{source}?"


def what_is_known(preview: ImportPreview) -> str:
    """What an import would leave out, and what of it is here in part."""
    known = f"{_chats(preview.known)} of this file {_are(preview.known)} here already." if preview.known else ""
    newer = f"{_chats(preview.newer)} went on since: as they are in the file they come beside those here."
    return " ".join(part for part in (known, newer if preview.newer else "") if part)


def nothing_new(preview: ImportPreview) -> str:
    """Why there is nothing to import."""
    if not preview.total:
        return f"Nothing is said in the chats of “{preview.path.name}”, so there is nothing to import."
    return f"All {_chats(preview.total)} of “{preview.path.name}” {_are(preview.total)} here already."


def told(report: ImportReport) -> str:
    """What an import brought."""
    return f"{_chats(report.added)} {'was' if report.added == 1 else 'were'} imported."


def _chats(count: int) -> str:
    return "1 chat" if count == 1 else f"{count:,} chats"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
