"""Files and links given to the program, or to a second start of it: what stands on the screen then."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from desktop_app.desktop import Desktop
from desktop_app.domain.goal_records import local_record
from desktop_app.domain.goals import Goal, GoalFields
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU
from desktop_app.instance import Call
from desktop_app.llm.events import TextDelta
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import Paths
from desktop_app.services.goal_files.json_format import goals_as_json
from desktop_app.settings import Sources
from desktop_app.ui.goals.files.preview import ImportPreview
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import WindowState
from tests.e2e.test_main_job import Tried, started, until
from tests.services.archive.conftest import CHATGPT, written

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
async def tried(tmp_path: Path, qtbot: QtBot) -> AsyncIterator[Tried]:
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    tried = await started(paths, qtbot)
    yield tried
    await tried.desktop.close()


async def box_over(tried: Tried) -> QMessageBox:
    """The box that stands over the window."""
    window = tried.desktop.shell.window
    await until(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)))
    return next(box for box in window.findChildren(QMessageBox) if box.isVisible())


async def press(box: QMessageBox, button: str) -> None:
    next(one for one in box.buttons() if one.text() == button).click()
    await until(lambda: not box.isVisible())


def goal_file(folder: Path, *titles: str) -> Path:
    """A file as another computer would export it."""
    fields = [GoalFields(title) for title in titles]
    goals = [
        Goal(GoalId(0), one, AT, AT, uid=f"0b7e3f9c-1111-4222-8333-44445555{number:04}")
        for number, one in enumerate(fields)
    ]
    path = folder / "My goals.json"
    path.write_text(goals_as_json([local_record(goal, (), ()) for goal in goals], AT), encoding="utf-8")
    return path


async def test_a_file_of_goals_is_taken_in_once_the_person_has_seen_what_is_in_it(tried: Tried, tmp_path: Path) -> None:
    path = goal_file(tmp_path, "Read 24 books", "Sleep eight hours")
    tried.desktop.take_call(Call((str(path),)))
    window = tried.desktop.shell.window
    await until(lambda: any(one.isVisible() for one in window.findChildren(ImportPreview)))
    (preview,) = window.findChildren(ImportPreview)
    assert await tried.session.goals.list_goals() == ()
    preview.accept()
    told = await box_over(tried)
    assert len(await tried.session.goals.list_goals()) == 2
    await press(told, "Close")
    tried.desktop.take_items((str(path),))
    nothing = await box_over(tried)
    assert nothing.text().startswith("Nothing to import from “My goals.json”")
    await press(nothing, "Close")


async def test_several_are_opened_one_after_the_other(tried: Tried, tmp_path: Path) -> None:
    chats = written(tmp_path / "conversations.json", [CHATGPT])
    tried.desktop.take_items((str(tmp_path / "none.json"), "goalgetter://tidy", str(chats)))
    missing = await box_over(tried)
    assert missing.text() == "“none.json” cannot be read (No such file or directory). Nothing was taken in."
    await press(missing, "Close")
    unknown = await box_over(tried)
    assert "cannot be opened" in unknown.text()
    await press(unknown, "Close")
    offer = await box_over(tried)
    assert offer.text() == "Import 1 chat from ChatGPT?"
    await press(offer, "Cancel")


async def test_a_link_opens_a_goal_by_its_number_or_its_id(tried: Tried) -> None:
    first = (await tried.session.goals.create(GoalFields("Run a half marathon"), YOU)).goal
    second = (await tried.session.goals.create(GoalFields("Read 24 books"), YOU)).goal
    editor = tried.desktop.shell.goal_editor
    tried.desktop.take_items((f"goalgetter://goal/{first.id}",))
    await until(lambda: editor.goal_id == first.id)
    tried.desktop.take_items((f"goalgetter://goal/{second.uid}",))
    await until(lambda: editor.goal_id == second.id)
    tried.desktop.take_items(("goalgetter://goal/999",))
    box = await box_over(tried)
    assert box.text() == "The goal of this link is not on this computer, or was deleted."
    await press(box, "Close")


async def test_a_link_puts_words_into_the_box_of_a_new_chat_and_sends_nothing(tried: Tried) -> None:
    tried.play([TextDelta("Hello")])
    await tried.say("Hi")
    composer = tried.desktop.shell.chat.composer
    tried.desktop.take_items(("goalgetter://new?text=Run%20in%20May",))
    await until(lambda: composer.text() == "Run in May")
    assert not tried.rows
    tried.desktop.take_items(("goalgetter://new?text=And%20in%20June",))
    await until(lambda: composer.text() == "Run in May\n\nAnd in June")
    assert not tried.session.chat_presenter.is_streaming


async def test_a_second_start_brings_a_minimised_window_back(tried: Tried) -> None:
    window = tried.desktop.shell.window
    window.showMinimized()
    tried.desktop.take_call(Call())
    await until(lambda: window.isVisible() and not window.isMinimized())


async def test_a_second_start_leaves_a_question_over_the_window(tried: Tried) -> None:
    tried.desktop.take_items(("goalgetter://tidy",))
    box = await box_over(tried)
    tried.desktop.take_call(Call())
    await until(box.isActiveWindow)
    await press(box, "Close")


async def test_what_is_given_before_the_goals_are_open_is_opened_then(tmp_path: Path, qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    paths = Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")
    desktop = Desktop(Shell(application, WindowState()), paths, Sources(), (ScriptedService(AT.date, ()),))
    desktop.open()
    desktop.take_items(("goalgetter://new?text=Run",))
    await until(lambda: desktop.shell.chat.composer.text() == "Run")
    await desktop.close()
