"""Joins the menus for export and import to the files of goals."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.domain.goal_files import PDF, ImportAction, ImportPlan, TextFormat
from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import GoalId
from desktop_app.errors import InvalidValueError, StorageError
from desktop_app.services.goal_files import GoalFileService
from desktop_app.services.goal_files.service import FILE_LIMIT_BYTES
from desktop_app.services.goal_files.whole_file import write_whole
from desktop_app.ui.archive.presenter import file_name
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.file_dialogs import FileDialogs
from desktop_app.ui.goals.files.pdf_process import write_pdf
from desktop_app.ui.goals.files.preview import ImportPreview, sentence, told
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme

_KINDS: Final = {
    TextFormat.MARKDOWN.value: ("Markdown…", "Markdown (*.md)"),
    TextFormat.JSON.value: ("JSON, with its history…", "JSON (*.json)"),
    PDF: ("PDF…", "PDF (*.pdf)"),
    TextFormat.CALENDAR.value: ("Calendar with its dates…", "Calendar (*.ics)"),
}
_IMPORTED: Final = "Goals (*.json *.md *.markdown *.txt)"


class GoalFilesPresenter(QObject):
    """Exports the open goal or all, and imports files.

    `store` stores what stands in the editor first, so that it goes into the file.
    """

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        files: GoalFileService,
        runner: TaskRunner,
        shown: Callable[[], Goal | None],
        store: Callable[[], Coroutine[Any, Any, bool]],
        today: Callable[[], date],
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._files, self._runner = window, theme, files, runner
        self._shown, self._store, self._today = shown, store, today
        self._dialogs, self._places = Dialogs(window), FileDialogs(window)
        self._work: asyncio.Task[Any] | None = None

    def add_to(self, goal_menu: QMenu, program_menu: QMenu) -> None:
        """Put the entries into the menu for one goal's export, and into that of the program."""
        self._add_kinds(goal_menu, self._export_shown)
        self._add_kinds(program_menu.addMenu("Export all goals as"), self._export_all)
        program_menu.addAction("Import goals…").triggered.connect(self._start_import)

    def _add_kinds(self, into: QMenu, export: Callable[[str], None]) -> None:
        for kind, (words, _) in _KINDS.items():
            into.addAction(words).triggered.connect(partial(export, kind))

    def _export_shown(self, kind: str) -> None:
        goal = self._shown()
        if goal is not None:
            self._start(self._export(kind, goal), "export a goal")

    def _export_all(self, kind: str) -> None:
        self._start(self._export(kind, None), "export all goals")

    def _start_import(self) -> None:
        self._start(self._choose_and_import(), "import goals")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """One at a time: a dialog is open already where another is on."""
        if self._work is None or self._work.done():
            self._work = self._runner.start(work, name=name)
        else:
            work.close()

    async def _export(self, kind: str, goal: Goal | None) -> None:
        name = f"{file_name(goal.title) if goal else 'Goals'}.{kind}"
        title = "Export this goal" if goal else "Export all goals"
        path = await self._places.place_to_save(title, name, _KINDS[kind][1])
        # What was typed while the dialog was open goes along.
        if path is None or not await self._store():
            return
        ids = None if goal is None else [goal.id]
        if kind == PDF:
            await self._draw(path, ids)
        else:
            text = await self._files.export(TextFormat(kind), ids, with_history=True)
            await asyncio.to_thread(write_whole, path, text.encode())
        await self._dialogs.tell(f"{'The goal was' if goal else 'All goals were'} exported to “{path.name}”.")

    async def _draw(self, path: Path, ids: list[GoalId] | None) -> None:
        if not await self._files.chosen(ids):
            raise InvalidValueError("There are no goals to print yet.")
        await write_pdf(path, await self._files.export(TextFormat.JSON, ids))

    async def _choose_and_import(self) -> None:
        path = await self._places.file_to_open("Import goals", _IMPORTED)
        if path is not None:
            await self.offer(path)

    async def offer(self, path: Path) -> None:
        """Show what a file of goals would do, and do it where that is wanted. Raises AppError."""
        plan = await self._files.plan(await asyncio.to_thread(_read, path), path.name)
        if not any(step.action is not ImportAction.SAME for step in plan.steps):
            await self._dialogs.tell(_nothing(plan, path.name))
        elif await self._agreed(plan, path.name) and await self._store():
            await self._files.take_in(plan)
            await self._dialogs.tell(told(plan))

    async def _agreed(self, plan: ImportPlan, name: str) -> bool:
        preview = ImportPreview(plan, name, self._theme, self._today(), self._window)
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        finished = _Finished(preview, answer)
        preview.finished.connect(finished.finish)
        preview.open()
        try:
            await answer
            return bool(preview.result())
        finally:
            preview.hide()
            preview.deleteLater()


class _Finished(QObject):
    """Ends a future when a dialog ends, and goes with it."""

    def __init__(self, dialog: QObject, answer: "asyncio.Future[None]") -> None:
        super().__init__(dialog)
        self._answer = answer

    def finish(self) -> None:
        """The dialog was answered or closed."""
        if not self._answer.done():
            self._answer.set_result(None)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_LIMIT_BYTES:
            raise InvalidValueError(
                f"The file is larger than {FILE_LIMIT_BYTES // 1_000_000} MB. Nothing was taken in."
            )
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"“{path.name}” cannot be read ({error.strerror}). Nothing was taken in.") from None


def _nothing(plan: ImportPlan, name: str) -> str:
    if not plan.steps:
        return f"There is no goal in “{name}”. Nothing was taken in."
    return f"Nothing to import from “{name}”: {sentence(plan)}"
