"""Export and import as a person does them: menu, file, question, answer, on a real database and real files."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QProgressDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.messages import Conversation, Message, Role, TextPart
from desktop_app.errors import AppError
from desktop_app.services.archive import ArchiveService, ImportPreview, ImportReport
from desktop_app.services.archive.reading import Source
from desktop_app.storage.archive import ArchiveRepository
from desktop_app.storage.attachments import AttachmentRepository
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.ui.archive.presenter import ArchivePresenter, file_name, nothing_new, offer, told, what_is_known
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.file_dialogs import FileDialogs, Progress
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.services.archive.conftest import CHATGPT, CLAUDE, written

NOW = datetime(2026, 3, 12, 10, tzinfo=UTC)
_Box = TypeVar("_Box", QFileDialog, QMessageBox, QProgressDialog)


async def until(is_so: Callable[[], bool]) -> None:
    """Let the loop go on until something is so."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - nothing tells when it is
            await asyncio.sleep(0)


@dataclass
class Desk:
    """A window with the two menus."""

    window: QWidget
    presenter: ArchivePresenter
    conversations: ConversationRepository
    chat_menu: QMenu
    program_menu: QMenu
    shown: list[Conversation] = field(default_factory=list)
    errors: list[AppError] = field(default_factory=list)

    def choose(self, words: str) -> None:
        """Choose an entry of either menu."""
        export = self.chat_menu.actions()[0].menu()
        assert isinstance(export, QMenu)
        actions = [*export.actions(), *self.program_menu.actions()]
        next(action for action in actions if action.text() == words).trigger()

    async def opened(self, kind: type[_Box]) -> _Box:
        """The box of a kind, once it stands over the window."""
        await until(lambda: any(box.isVisible() for box in self.window.findChildren(kind)))
        return next(box for box in self.window.findChildren(kind) if box.isVisible())

    async def answer(self, text: str, button: str) -> None:
        """Wait for a box that says `text`, and press a button of it."""
        box = await self.opened(QMessageBox)
        assert box.text() == text
        next(one for one in box.buttons() if one.text() == button).click()
        await until(lambda: not box.isVisible())

    async def titles(self) -> list[str]:
        return sorted(one.title for one in await self.conversations.list_conversations())


@pytest.fixture
async def desk(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[Desk]:
    # Loops of earlier tests have timers, which must end in this thread and not in that which opens the database.
    gc.collect()
    database = await Database.open(tmp_path / "profile" / "goalgetter.db")
    conversations = ConversationRepository(database)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    with qtbot.waitExposed(window):
        window.show()
    errors: list[AppError] = []
    shown: list[Conversation] = []
    runner = TaskRunner(errors.append)
    archive = ArchiveService(ArchiveRepository(database), AttachmentRepository(database))
    presenter = ArchivePresenter(
        window,
        archive,
        Dialogs(window),
        FileDialogs(window),
        runner,
        lambda: shown[-1] if shown else None,
    )
    desk = Desk(window, presenter, conversations, QMenu(window), QMenu(window), shown, errors)
    presenter.add_to(desk.chat_menu, desk.program_menu)
    yield desk
    await runner.close()
    await database.close()


@pytest.mark.parametrize(
    ("words", "ending", "beginning"),
    [("Markdown…", "md", "# My chat"), ("HTML…", "html", "<!doctype"), ("JSON, with all branches…", "json", "{")],
)
async def test_the_chat_on_screen_is_exported_where_the_person_says(
    desk: Desk, tmp_path: Path, words: str, ending: str, beginning: str
) -> None:
    chat = await desk.conversations.create("My chat", NOW)
    await desk.conversations.add_message(chat.id, Message(Role.YOU, (TextPart("Hi"),)), NOW)
    desk.shown.append(chat)
    desk.choose(words)
    dialog = await desk.opened(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == f"My chat.{ending}"
    dialog.selectFile(str(tmp_path / "out"))
    dialog.accept()
    path = tmp_path / f"out.{ending}"
    await until(path.exists)
    assert (await asyncio.to_thread(path.read_text, encoding="utf-8")).startswith(beginning)
    assert not desk.errors


async def test_a_file_is_imported_after_its_count_was_seen(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    path = written(tmp_path / "conversations.json", [CHATGPT, CLAUDE])
    with qtbot.captureExceptions():
        desk.choose("Import chats…")
        dialog = await desk.opened(QFileDialog)
        dialog.selectFile(str(path))
        dialog.accept()
        await desk.answer("Import 2 chats from Claude?", "Import")
        await desk.answer("2 chats were imported.", "Close")
    assert await desk.titles() == ["Reading", "Running"]
    desk.choose("Import chats…")
    again = await desk.opened(QFileDialog)
    again.selectFile(str(path))
    again.accept()
    await desk.answer("All 2 chats of “conversations.json” are here already.", "Close")
    assert not desk.errors


async def test_all_chats_are_exported_to_one_file(desk: Desk, tmp_path: Path) -> None:
    for title in ("One", "Two"):
        await desk.conversations.create(title, NOW)
    desk.choose("Export all chats…")
    dialog = await desk.opened(QFileDialog)
    dialog.selectFile(str(tmp_path / "all.json"))
    dialog.accept()
    await desk.answer("2 chats were exported to “all.json”.", "Close")
    text = await asyncio.to_thread((tmp_path / "all.json").read_text, encoding="utf-8")
    assert [one["title"] for one in json.loads(text)["conversations"]] == ["One", "Two"]


async def test_a_file_that_is_no_export_is_told_and_nothing_is_imported(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "diary.json"
    path.write_text("Dear diary", encoding="utf-8")
    desk.choose("Import chats…")
    dialog = await desk.opened(QFileDialog)
    dialog.selectFile(str(path))
    dialog.accept()
    await until(lambda: bool(desk.errors))
    assert "“diary.json” holds no conversations" in str(desk.errors[0])
    assert await desk.titles() == []


async def test_closing_the_dialog_or_saying_no_imports_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.choose("Import chats…")
    (await desk.opened(QFileDialog)).reject()
    await until(lambda: not desk.window.findChildren(QFileDialog))
    desk.choose("Import chats…")
    dialog = await desk.opened(QFileDialog)
    dialog.selectFile(str(written(tmp_path / "x.json", [CLAUDE])))
    dialog.accept()
    await desk.answer("Import 1 chat from Claude?", "Cancel")
    assert await desk.titles() == []
    assert not desk.errors


async def test_work_that_takes_long_shows_how_far_it_is_and_can_be_cancelled(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    progress = Progress(window, "Importing chats: {done} of {total}", 9)
    wishes: list[None] = []
    progress.cancelled.connect(lambda: wishes.append(None))
    dialog = window.findChild(QProgressDialog)
    assert isinstance(dialog, QProgressDialog)
    dialog.forceShow()
    progress.note(4, 9)
    assert (dialog.labelText(), dialog.value(), dialog.isModal()) == ("Importing chats: 4 of 9", 4, False)
    cancel = dialog.findChild(QPushButton)
    assert isinstance(cancel, QPushButton)
    cancel.click()
    assert len(wishes) == 1
    progress.note(5, 9)
    assert dialog.value() != 5
    progress.close()
    assert len(wishes) == 1


def test_words_fit_the_numbers() -> None:
    one = ImportPreview(Path("a.json"), Source.CLAUDE, 1, 0)
    some = ImportPreview(Path("a.json"), Source.CHATGPT, 1_200, 1)
    assert (offer(one), what_is_known(one)) == ("Import 1 chat from Claude?", "")
    assert offer(some) == "Import 1,199 chats from ChatGPT?"
    assert what_is_known(some) == "1 chat of this file is here already."
    assert nothing_new(ImportPreview(Path("a.json"), None, 0, 0)).startswith("Nothing is said")
    assert told(ImportReport(1, 0)) == "1 chat was imported."


@pytest.mark.parametrize(
    ("title", "name"),
    [("Why B1, and why now?", "Why B1, and why now"), ("a/b:c", "a b c"), ("...", "Chat"), ("x" * 200, "x" * 80)],
)
def test_a_title_makes_a_name_for_a_file(title: str, name: str) -> None:
    assert file_name(title) == name
