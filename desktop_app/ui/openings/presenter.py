"""Opens the files and links that the program, or a second start of it, was given: one after the other, asking first."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final, assert_never

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.domain.goal_files import ImportAction, ImportPlan
from desktop_app.errors import AppError, InvalidValueError
from desktop_app.services.goal_files import GoalFileService
from desktop_app.services.goal_files.json_format import FORMAT as GOALS_FORMAT
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.openings.links import ChatLink, GoalLink, NewChatLink, read_link
from desktop_app.ui.tasks import TaskRunner

_HEAD_BYTES: Final = 4096
_NAMED: Final = 8


class OpeningPresenter(QObject):
    """Shows what links ask for, and offers to take goals in. Files of chats are handed to whoever imports those."""

    goal_requested = Signal(int)
    conversation_requested = Signal(int)
    text_offered = Signal(str)
    chats_offered = Signal(object)  # Path

    def __init__(self, window: QWidget, files: GoalFileService, dialogs: Dialogs, runner: TaskRunner) -> None:
        super().__init__(window)
        self._files = files
        self._dialogs = dialogs
        self._runner = runner
        self._waiting: list[str] = []
        self._work: asyncio.Task[None] | None = None

    def open(self, items: Sequence[str]) -> None:
        """Open these links and files once those before them are done."""
        self._waiting.extend(items)
        if self._waiting and (self._work is None or self._work.done()):
            self._work = self._runner.start(self._open_all(), name="open files and links")

    def open_file(self, path: Path) -> None:
        """Open one file."""
        self.open([str(path)])

    async def _open_all(self) -> None:
        while self._waiting:
            item = self._waiting.pop(0)
            try:
                await (self._open_link(item) if is_link(item) else self._open_file(Path(item)))
            except AppError as error:
                await self._dialogs.tell(str(error))

    async def _open_link(self, link: str) -> None:
        match read_link(link):
            case GoalLink(goal):
                goal_id = await self._files.goal_with(goal)
                if goal_id is None:
                    raise InvalidValueError("The goal of this link is not on this computer, or was deleted.")
                self.goal_requested.emit(goal_id)
            case ChatLink(conversation_id):
                self.conversation_requested.emit(conversation_id)
            case NewChatLink(text):
                if text.strip():
                    self.text_offered.emit(text)
            case _ as unknown:
                assert_never(unknown)

    async def _open_file(self, path: Path) -> None:
        if not await asyncio.to_thread(_holds_goals, path):
            self.chats_offered.emit(path)
            return
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise AppError(f"“{path.name}” cannot be read ({error.strerror}). Nothing was taken in.") from None
        plan = await self._files.plan(data, path.name)
        if not plan.count(ImportAction.ADD) + plan.count(ImportAction.CHANGE):
            await self._dialogs.tell(nothing_new(plan, path.name))
        elif await self._dialogs.ask(question(plan, path.name), "Take in", detail=what_it_does(plan)):
            await self._files.take_in(plan)


def question(plan: ImportPlan, name: str) -> str:
    """What is asked before goals are taken in."""
    return f"Take {_goals(len(plan.steps))} in from “{name}”?"


def nothing_new(plan: ImportPlan, name: str) -> str:
    """Why there is nothing to take in."""
    if not plan.steps:
        return f"There are no goals in “{name}”."
    is_or_are = "is" if len(plan.steps) == 1 else "are"
    return f"{_goals(len(plan.steps)).capitalize()} of “{name}” {is_or_are} here already, as in the file."


def what_it_does(plan: ImportPlan) -> str:
    """What taking them in would do, goal by goal."""
    lines = [_line(step.action, step.record.goal.title) for step in plan.steps if step.action is not ImportAction.SAME]
    more = len(lines) - _NAMED
    if more > 0:
        lines = [*lines[:_NAMED], f"and {more} more"]
    same = plan.count(ImportAction.SAME)
    if same:
        lines.append(f"{_goals(same).capitalize()} stay as {'it is' if same == 1 else 'they are'}.")
    return "\n".join([*lines, "", "A goal that changes keeps its history, so this can be undone."])


def _line(action: ImportAction, title: str) -> str:
    return f"Add “{title}”" if action is ImportAction.ADD else f"Change “{title}”"


def _goals(count: int) -> str:
    return "one goal" if count == 1 else f"{count:,} goals"


def is_link(item: str) -> bool:
    """Whether it is a link, not the name of a file."""
    return item.casefold().startswith("goalgetter:")


def _holds_goals(path: Path) -> bool:
    """Whether a file is one of goals, by its beginning; any other is taken for one of chats."""
    if path.suffix.casefold() not in {".json", ".zip"}:
        return True
    try:
        with path.open("rb") as file:
            return GOALS_FORMAT.encode() in file.read(_HEAD_BYTES)
    except OSError as error:
        raise AppError(f"“{path.name}” cannot be read ({error.strerror}). Nothing was taken in.") from None
