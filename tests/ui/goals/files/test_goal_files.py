"""Export and import of goals as a person does them: menu, file, preview, answer, on a real database and real files."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QLineEdit, QMenu, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import cli
from desktop_app.domain.goals import Goal, GoalEdit, GoalFields, Milestone
from desktop_app.domain.revisions import YOU
from desktop_app.errors import AppError, StorageError
from desktop_app.services.check_ins import CheckInService
from desktop_app.services.goal_files import GoalFileService
from desktop_app.services.goals import GoalService
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goal_transfer import GoalTransferRepository
from desktop_app.storage.goals import GoalRepository
from desktop_app.ui.goals.files.pdf_process import GOAL_PDF, write_pdf
from desktop_app.ui.goals.files.presenter import GoalFilesPresenter
from desktop_app.ui.goals.files.preview import ImportPreview
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.ui.goals.waiting import settled, until

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
RUN = GoalFields("Run: far/away", "# Plan\n", deadline=date(2027, 5, 17), milestones=(Milestone("5 km"),))
_Box = TypeVar("_Box", bound=QDialog)


@dataclass
class Desk:
    """A window with the two menus, and a profile behind it."""

    window: QWidget
    goals: GoalService
    files: GoalFileService
    runner: TaskRunner
    goal_menu: QMenu
    program_menu: QMenu
    shown: list[Goal] = field(default_factory=list)
    errors: list[AppError] = field(default_factory=list)
    stores: list[bool] = field(default_factory=list)

    def choose(self, words: str, *, of_all: bool = False) -> None:
        export = self.program_menu.actions()[0].menu()
        assert isinstance(export, QMenu)
        actions = [*(export if of_all else self.goal_menu).actions(), *self.program_menu.actions()]
        next(action for action in actions if action.text() == words).trigger()

    async def opened(self, kind: type[_Box]) -> _Box:
        await until(lambda: any(box.isVisible() for box in self.window.findChildren(kind)))
        return next(box for box in self.window.findChildren(kind) if box.isVisible())

    async def save_as(self, path: Path) -> str:
        dialog = await self.opened(QFileDialog)
        suggested = Path(dialog.selectedFiles()[0]).name
        _name(dialog, path)
        return suggested

    async def told(self) -> str:
        box = await self.opened(QMessageBox)
        text = box.text()
        box.buttons()[0].click()
        await until(lambda: not box.isVisible())
        return text

    async def import_file(self, path: Path) -> None:
        self.choose("Import goals…")
        dialog = await self.opened(QFileDialog)
        _name(dialog, path)

    async def failed(self) -> str:
        await until(lambda: bool(self.errors))
        return str(self.errors.pop())


def _name(dialog: QFileDialog, path: Path) -> None:
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(line, QLineEdit)
    line.setText(str(path))
    dialog.accept()


async def profile(folder: Path) -> tuple[Database, GoalService, GoalFileService]:
    database = await Database.open(folder / "goalgetter.db")
    goals = GoalService(GoalRepository(database), lambda: NOW)
    check_ins = CheckInService(CheckInRepository(database), goals, lambda: NOW)
    return database, goals, GoalFileService(GoalTransferRepository(database), goals, check_ins, lambda: NOW)


@pytest.fixture
async def desk(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[Desk]:
    # Loops of earlier tests have timers, which must end in this thread and not in that which opens the database.
    gc.collect()
    database, goals, files = await profile(tmp_path / "profile")
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    with qtbot.waitExposed(window):
        window.show()
    errors: list[AppError] = []
    runner = TaskRunner(errors.append)
    desk = Desk(window, goals, files, runner, QMenu(window), QMenu(window), errors=errors)

    async def store() -> bool:
        desk.stores.append(True)
        return True

    shown = lambda: desk.shown[-1] if desk.shown else None  # noqa: E731 - as composition hands it over
    presenter = GoalFilesPresenter(window, theme, files, runner, shown, store, NOW.date)
    presenter.add_to(desk.goal_menu, desk.program_menu)
    yield desk
    await settled(runner)
    await runner.close()
    await database.close()
    assert errors == []


@pytest.mark.parametrize(
    ("words", "ending", "beginning"),
    [
        ("Markdown…", "md", b"# Run: far/away"),
        ("JSON, with its history…", "json", b"{"),
        ("PDF…", "pdf", b"%PDF"),
        ("Calendar with its dates…", "ics", b"BEGIN:VCALENDAR"),
    ],
)
async def test_the_open_goal_is_exported_where_the_person_says(
    desk: Desk, tmp_path: Path, words: str, ending: str, beginning: bytes
) -> None:
    desk.shown.append((await desk.goals.create(RUN, YOU)).goal)
    file = tmp_path / f"out.{ending}"

    desk.choose(words)
    suggested = await desk.save_as(file)

    assert await desk.told() == f"The goal was exported to “out.{ending}”."
    assert suggested == f"Run far away.{ending}"
    assert beginning in file.read_bytes()[:400]
    assert desk.stores == [True]


async def test_all_goals_go_out_and_come_into_another_profile_as_the_preview_said(desk: Desk, tmp_path: Path) -> None:
    await desk.goals.create(RUN, YOU)
    await desk.goals.create(GoalFields("Read"), YOU)
    file = tmp_path / "all.json"
    desk.choose("JSON, with its history…", of_all=True)
    await desk.save_as(file)
    assert await desk.told() == "All goals were exported to “all.json”."

    database, goals, files = await profile(tmp_path / "other")
    await files.take_in(await files.plan(file.read_bytes(), file.name))
    (first, _) = await goals.list_goals()
    await goals.edit(first.id, GoalEdit(title="Run there", content="# Other\n"), YOU)
    await goals.create(GoalFields("New there"), YOU)
    from_there = tmp_path / "there.json"
    from_there.write_text(await files.export("json"))  # type: ignore[arg-type] # equal to the format
    await database.close()

    await desk.import_file(from_there)
    preview = await desk.opened(ImportPreview)
    assert (
        preview.findChildren(QLabel)[0].text()
        == "“there.json”: 1 goal new, 1 goal would change, 1 goal as it is already."
    )
    texts = [preview.list.item(row).text() for row in range(preview.list.count())]
    assert texts == ["Run there\nChanges: title, plan", "New there\nNew, draft"]
    assert [goal.title for goal in await desk.goals.list_goals()] == ["Run: far/away", "Read"]
    QTest.keyClick(preview.list, Qt.Key.Key_Down)
    QTest.keyClick(preview, Qt.Key.Key_Return)

    assert await desk.told() == "Done: 1 goal added, 1 goal changed."
    assert [goal.title for goal in await desk.goals.list_goals()] == ["Run there", "Read", "New there"]
    changed = (await desk.goals.list_goals())[0]
    assert len(await desk.goals.revisions(changed.id)) == 2


async def test_a_preview_that_is_left_with_esc_takes_nothing_in(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("# Learn Spanish\n\nBy May.\n")
    await desk.import_file(tmp_path / "plan.md")
    preview = await desk.opened(ImportPreview)
    QTest.keyClick(preview, Qt.Key.Key_Escape)
    await until(lambda: not preview.isVisible())
    await settled(desk.runner)
    assert await desk.goals.list_goals() == ()


async def test_what_is_here_already_is_said_and_not_asked_about(desk: Desk, tmp_path: Path) -> None:
    await desk.goals.create(RUN, YOU)
    file = tmp_path / "same.json"
    file.write_text(await desk.files.export("json"))  # type: ignore[arg-type] # equal to the format
    await desk.import_file(file)
    assert await desk.told() == "Nothing to import from “same.json”: 1 goal as it is already."


@pytest.mark.parametrize(
    "content",
    [
        b'{"format": "goalgetter.goals", "version": 1, "goals": [{"uid": "a',
        b'{"format": "goalgetter.goals", "version": 99, "goals": []}',
        b"[" * 100_000,
        b'{"goals": ' + b"9" * 10_000 + b"}",
        b"\xff\xfe\x00broken",
    ],
)
async def test_a_file_that_is_broken_newer_or_hostile_is_refused_with_a_sentence(
    desk: Desk, tmp_path: Path, content: bytes
) -> None:
    await desk.goals.create(RUN, YOU)
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    await desk.import_file(file)
    sentence = await desk.failed()
    assert sentence.endswith(".")
    assert len(sentence) < 400
    assert [goal.title for goal in await desk.goals.list_goals()] == ["Run: far/away"]


async def test_html_in_an_import_stays_the_text_that_it_is(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "evil.md").write_text("# <img src=x onerror=alert(1)>\n\n<script>alert(1)</script>\n")
    await desk.import_file(tmp_path / "evil.md")
    preview = await desk.opened(ImportPreview)
    assert preview.list.item(0).text().startswith("<img src=x onerror=alert(1)>")
    rich = [label for label in preview.findChildren(QLabel) if label.textFormat() is not Qt.TextFormat.PlainText]
    assert not any("<script" in label.text() or "<img" in label.text() for label in rich)
    preview.accept()
    assert await desk.told() == "Done: 1 goal added."
    (goal,) = await desk.goals.list_goals()
    assert goal.fields.content.strip() == "<script>alert(1)</script>"


async def test_a_pdf_that_cannot_be_written_says_so_and_leaves_the_file_that_was_there(
    desk: Desk, tmp_path: Path
) -> None:
    await desk.goals.create(RUN, YOU)
    text = await desk.files.export("json")  # type: ignore[arg-type] # equal to the format
    with pytest.raises(StorageError, match="written"):
        await write_pdf(tmp_path / "no folder" / "x.pdf", text)
    with pytest.raises(StorageError):
        await write_pdf(tmp_path / "x.pdf", json.dumps({"format": "other"}))
    assert not (tmp_path / "x.pdf").exists()


async def test_the_window_goes_on_while_a_long_plan_is_drawn(desk: Desk, tmp_path: Path) -> None:
    long = GoalFields("Long", "Words of a **plan**.\n\n" * 2_000)
    await desk.goals.create(long, YOU)
    drawing = asyncio.create_task(write_pdf(tmp_path / "x.pdf", await desk.files.export("json")))  # type: ignore[arg-type] # equal to the format
    turns = 0
    while not drawing.done():
        turns += 1
        await asyncio.sleep(0.01)
    await drawing
    assert turns > 10
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_the_process_that_draws_is_called_as_the_command_line_knows_it() -> None:
    assert GOAL_PDF == cli.GOAL_PDF
