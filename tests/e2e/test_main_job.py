"""Talk a goal through, and it is written down: the whole application, by its keys, with a scripted model."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.composition import Session
from desktop_app.desktop import Desktop
from desktop_app.domain.goals import GoalEdit, Phase
from desktop_app.domain.messages import MessageStatus
from desktop_app.domain.revisions import Author, AuthorKind
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta, ToolCall
from desktop_app.llm.scripted import ScriptedService, Step
from desktop_app.paths import Paths
from desktop_app.settings import Sources
from desktop_app.storage.database import Database
from desktop_app.tracing.reader import read_records
from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.card_rows import CardRow
from desktop_app.ui.chat.coach_row import CoachRow
from desktop_app.ui.chat.items import NoticeItem, ToolCard, ToolCardState
from desktop_app.ui.chat.notice_row import NoticeRow
from desktop_app.ui.chat.rows import Row
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import WindowState

TODAY = date(2026, 11, 21)
SENTENCE = "I want to run a half marathon in May"
COACH = Author(AuthorKind.COACH, "scripted", "script")


def create(call_id: str = "c1", **arguments: object) -> ToolCall:
    return ToolCall(call_id, "create_goal", json.dumps({"title": "Run a half marathon", **arguments}))


async def until(is_true: Callable[[], object], within_s: float = 20.0) -> None:
    """Wait for what an event will bring."""
    async with asyncio.timeout(within_s):
        while not is_true():  # noqa: ASYNC110 - the window is watched from outside, as a person does
            await asyncio.sleep(0.01)


@dataclass
class Tried:
    """The application on a profile, and the hands of the person."""

    desktop: Desktop
    scripted: ScriptedService
    qtbot: QtBot

    @property
    def session(self) -> Session:
        assert self.desktop.session is not None
        return self.desktop.session

    @property
    def rows(self) -> Sequence[Row]:
        """What the thread shows."""
        return self.desktop.shell.chat.thread_view.column.rows

    @property
    def said(self) -> list[str]:
        """What stands in the thread, the person's messages and the coach's, without cards and footers."""
        return [
            row.source if isinstance(row, CoachRow) else row.item.text
            for row in self.rows
            if isinstance(row, CoachRow | BubbleRow)
        ]

    @property
    def cards(self) -> list[ToolCard]:
        return [row.item for row in self.rows if isinstance(row, CardRow)]

    @property
    def notices(self) -> list[NoticeItem]:
        return [row.item for row in self.rows if isinstance(row, NoticeRow)]

    def play(self, *script: Sequence[Step]) -> None:
        self.scripted.extend(script)

    def type_and_send(self, text: str) -> None:
        composer = self.desktop.shell.chat.composer
        composer.focus()
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)

    async def say(self, text: str) -> None:
        """Type, send, and wait for the end of the reply."""
        before = len(self.rows)
        self.type_and_send(text)
        await until(lambda: len(self.rows) > before and not self.session.chat_presenter.is_streaming)


async def started(
    paths: Paths, qtbot: QtBot, script: Sequence[Sequence[Step]] = (), *, typed: str = "", enter: bool = False
) -> Tried:
    """The application, open; `typed` is what the person writes, and perhaps sends, before it is."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    scripted = ScriptedService(lambda: TODAY, script)
    desktop = Desktop(Shell(application, WindowState()), paths, Sources(), (scripted,))
    desktop.shell.window.resize(1440, 900)
    desktop.shell.window.show()
    composer = desktop.shell.chat.composer
    composer.set_text(typed)
    if enter:
        composer.ask_to_send()
    desktop.open()
    await desktop.opened()
    tried = Tried(desktop, scripted, qtbot)
    await until(lambda: tried.session.models.choice is not None)
    desktop.shell.window.activateWindow()
    return tried


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs")


@pytest.fixture
async def tried(paths: Paths, qtbot: QtBot) -> AsyncIterator[Tried]:
    tried = await started(paths, qtbot)
    yield tried
    await tried.desktop.close()


async def test_a_sentence_becomes_a_goal_that_stands_in_the_editor(tried: Tried) -> None:
    tried.play([TextDelta("I write it down."), create(deadline="2027-05-31", tags=["running"])], [TextDelta("Done.")])
    await tried.say(SENTENCE)
    editor = tried.desktop.shell.goal_editor
    await until(lambda: editor.goal_id is not None)
    (goal,) = await tried.session.goals.list_goals()
    assert editor.goal_id == goal.id
    assert (goal.title, goal.fields.deadline) == ("Run a half marathon", date(2027, 5, 31))
    assert tried.desktop.shell.window.is_editor_shown
    kinds = [type(row) for row in tried.rows]
    assert kinds[:4] == [BubbleRow, CoachRow, CardRow, CoachRow]
    assert tried.said == [SENTENCE, "I write it down.", "Done."]


async def test_a_turn_leaves_a_trace_once_the_program_has_settled(paths: Paths, qtbot: QtBot) -> None:
    tried = await started(paths, qtbot, [[create()], [TextDelta("Done.")]])
    await tried.say(SENTENCE)
    await until(paths.traces.exists)
    await tried.desktop.close()
    kinds = [record.kind for record in read_records(paths.traces)]
    assert kinds == ["generation", "tool", "generation", "turn"]


async def test_whatever_takes_the_focus_has_a_name_to_read_out(tried: Tried) -> None:
    tried.play([create(tags=["running"], milestones=[{"title": "10 km"}])], [TextDelta("Done.")])
    await tried.say(SENTENCE)
    await until(lambda: tried.desktop.shell.goal_editor.goal_id is not None)
    window = tried.desktop.shell.window
    nameless = []
    for widget in window.findChildren(QWidget):
        spoken = QAccessible.queryAccessibleInterface(widget)
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        if takes_focus and not spoken.text(QAccessible.Text.Name):
            nameless.append(f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}")
    assert nameless == []


async def test_everything_is_there_after_a_restart(paths: Paths, qtbot: QtBot) -> None:
    first = await started(paths, qtbot, [[TextDelta("I write it down."), create()], [TextDelta("Done.")]])
    await first.say(SENTENCE)
    await first.desktop.close()
    again = await started(paths, qtbot)
    await until(lambda: again.rows)
    await until(lambda: again.desktop.shell.goal_editor.goal_id is not None)
    assert again.said == [SENTENCE, "I write it down.", "Done."]
    assert [card.state for card in again.cards] == [ToolCardState.DONE]
    await again.desktop.close()


async def test_what_is_sent_before_all_is_loaded_is_sent_then(paths: Paths, qtbot: QtBot) -> None:
    tried = await started(paths, qtbot, [[TextDelta("Which race?")]], typed=SENTENCE, enter=True)
    await until(lambda: tried.said == [SENTENCE, "Which race?"])
    await until(lambda: not tried.session.chat_presenter.is_streaming)
    await tried.desktop.close()


async def test_what_is_typed_before_all_is_loaded_stays_in_the_box(paths: Paths, qtbot: QtBot) -> None:
    first = await started(paths, qtbot, [[TextDelta("Hello")]])
    await first.say("Hi")
    await first.desktop.close()
    again = await started(paths, qtbot, typed="Another thing")
    assert again.desktop.shell.chat.composer.text() == "Another thing"
    await again.desktop.close()
    last = await started(paths, qtbot)
    last.session.chat_presenter.new_chat()
    assert last.desktop.shell.chat.composer.text() == "Another thing"
    await last.desktop.close()


async def test_stop_keeps_what_came(tried: Tried) -> None:
    tried.play([TextDelta("So far so good"), asyncio.Event()])
    tried.type_and_send(SENTENCE)
    await until(lambda: len(tried.said) == 2)
    window = tried.desktop.shell.window
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    await until(lambda: not tried.session.chat_presenter.is_streaming)
    (conversation,) = await tried.session.chat.list_conversations()
    coach = (await tried.session.chat.transcript(conversation.id)).messages[1]
    assert (coach.text, coach.status) == ("So far so good", MessageStatus.STOPPED)


async def test_a_failure_is_explained_and_trying_again_answers(tried: Tried) -> None:
    # A kind that is not tried again by itself.
    tried.play([ProviderError(ErrorKind.REFUSED, "That was declined. Your message is safe.")], [TextDelta("Hello")])
    await tried.say("Hi")
    (notice,) = tried.notices
    assert (notice.title, notice.text) == ("That was declined", "Your message is safe.")
    tried.desktop.shell.chat.thread_view.action_requested.emit(notice.key, notice.actions[0].id)
    await until(lambda: tried.said == ["Hi", "Hello"])
    await until(lambda: not tried.session.chat_presenter.is_streaming)
    assert not tried.notices


async def test_undo_in_the_chat_takes_the_change_back_and_redo_brings_it_again(tried: Tried) -> None:
    tried.play([create()], [TextDelta("Done.")])
    await tried.say(SENTENCE)
    goals = tried.session.goals
    thread = tried.desktop.shell.chat.thread_view
    thread.action_requested.emit(tried.cards[0].key, "undo")
    await until(lambda: tried.cards[0].state is ToolCardState.UNDONE)
    assert (await goals.list_goals())[0].phase is Phase.ARCHIVED
    thread.action_requested.emit(tried.cards[0].key, "redo")
    await until(lambda: tried.cards[0].state is ToolCardState.DONE)
    assert (await goals.list_goals())[0].phase is Phase.DRAFT


async def test_what_the_person_is_typing_is_never_overwritten_by_the_coach(tried: Tried) -> None:
    tried.play([create(content="First plan")], [TextDelta("Done.")])
    await tried.say(SENTENCE)
    editor = tried.desktop.shell.goal_editor
    await until(lambda: editor.goal_id is not None)
    plan = editor.plan.editor
    plan.setFocus()
    QTest.keyClicks(plan, "My own words. ")
    goal_id = editor.goal_id
    assert goal_id is not None
    await tried.session.goals.edit(goal_id, GoalEdit(content="The coach's plan", title="Run it"), COACH)
    assert "My own words. " in plan.toPlainText()
    await tried.session.editor.flush()
    goal = await tried.session.goals.goal(goal_id)
    assert "My own words. " in goal.fields.content
    assert goal.title == "Run it"
    contents = [
        change.after
        for revision in await tried.session.goals.revisions(goal_id)
        for change in revision.changes
        if change.field == "content"
    ]
    assert "The coach's plan" in contents


async def test_an_empty_message_is_not_sent_and_a_megabyte_is(tried: Tried) -> None:
    tried.type_and_send("   ")
    await asyncio.sleep(0.05)
    assert await tried.session.chat.list_conversations() == ()
    tried.play([TextDelta("That was long.")])
    text = "words " * 180_000 + "end"
    QGuiApplication.clipboard().setText(text)
    composer = tried.desktop.shell.chat.composer
    composer.clear()
    composer.focus()
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: not composer.is_blank)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    await until(lambda: len(tried.said) == 2)
    await until(lambda: not tried.session.chat_presenter.is_streaming)
    (conversation,) = await tried.session.chat.list_conversations()
    (attached,) = (await tried.session.chat.transcript(conversation.id)).messages[0].attachments
    assert (attached.name, attached.size_bytes) == ("Pasted text.txt", len(text))
    sent = tried.scripted.calls[-1].messages[0].text
    assert text in sent


async def test_a_reply_goes_on_while_another_chat_is_on_screen(tried: Tried) -> None:
    gate = asyncio.Event()
    tried.play([TextDelta("One "), gate, TextDelta("two")])
    tried.type_and_send("First")
    await until(lambda: len(tried.said) == 2)
    presenter = tried.session.chat_presenter
    first = presenter.conversation
    assert first is not None
    presenter.new_chat()
    assert not tried.rows
    gate.set()
    await until(lambda: not presenter.is_streaming)
    assert not tried.rows
    presenter.open_conversation(first.id)
    await until(lambda: tried.said == ["First", "One two"])


async def test_a_folder_that_cannot_be_written_is_explained_and_opens_once_it_can(tmp_path: Path, qtbot: QtBot) -> None:
    blocked = tmp_path / "data"
    blocked.write_text("a file stands where the folder should be")
    paths = Paths(data=blocked, cache=tmp_path / "cache", logs=tmp_path / "logs")
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    scripted = ScriptedService(lambda: TODAY, ())
    desktop = Desktop(Shell(application, WindowState()), paths, Sources(), (scripted,))
    desktop.shell.window.show()
    desktop.open()
    await desktop.opened()
    (notice,) = Tried(desktop, scripted, qtbot).notices
    assert notice.title == "Your goals cannot be opened"
    assert str(blocked) in notice.text
    assert blocked.read_text() == "a file stands where the folder should be"
    blocked.unlink()
    desktop.shell.chat.thread_view.action_requested.emit(notice.key, notice.actions[0].id)
    await until(lambda: desktop.session is not None)
    await desktop.close()


async def test_a_database_of_a_newer_version_is_explained_and_left_alone(paths: Paths, qtbot: QtBot) -> None:
    await (await Database.open(paths.database)).close()
    with contextlib.closing(sqlite3.connect(paths.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = paths.database.read_bytes()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    scripted = ScriptedService(lambda: TODAY, ())
    desktop = Desktop(Shell(application, WindowState()), paths, Sources(), (scripted,))
    desktop.shell.window.show()
    desktop.open()
    await desktop.opened()
    (notice,) = Tried(desktop, scripted, qtbot).notices
    assert "Update GoalGetter" in notice.text
    assert paths.database.read_bytes() == before
    await desktop.close()
