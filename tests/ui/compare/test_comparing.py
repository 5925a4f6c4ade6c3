"""Two models answer side by side in the real window, and one answer is kept."""

import asyncio
import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop_app.domain.messages import MessageStatus
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta, ToolCall
from desktop_app.paths import Paths
from desktop_app.ui.chat.items import ToolCardState
from tests.ui.chat.scenario import until
from tests.ui.compare.conftest import FIRST, SECOND, Two, never, opened, settled


def create(title: str) -> ToolCall:
    return ToolCall("c", "create_goal", json.dumps({"title": title}))


async def test_both_answer_at_once_and_the_kept_answer_goes_on(two: Two) -> None:
    gate = asyncio.Event()
    two.play([[TextDelta("From one")]], [[TextDelta("From "), gate, TextDelta("two")]])
    two.ask("Hi")
    await until(lambda: two.answer(FIRST) == "From one" and two.answer(SECOND) == "From ")
    await until(lambda: two.panel(FIRST).status == "Done in 1 s")
    assert two.presenter.is_streaming
    gate.set()
    await until(lambda: not two.presenter.is_streaming)
    assert two.answer(SECOND) == "From two"
    two.keep(2)
    await two.decided()
    assert two.said == ["From two"]
    assert two.switches == [(2, 2)]
    assert [message.provider for message in await two.path()] == [None, "other"]
    assert {(one.model.provider, one.wins, one.decided) for one in await two.session.chat.comparing.wins()} == {
        ("other", 1, 1),
        ("scripted", 0, 1),
    }


async def test_tool_calls_are_held_until_their_answer_is_kept(two: Two) -> None:
    two.play([[create("Run")], [TextDelta("One")]], [[create("Swim")], [TextDelta("Two")]])
    await two.asked("I want to move")
    assert [card.title_markdown for card in two.cards(FIRST)] == ["**Would create the goal** “Run”"]
    assert [card.state for card in two.cards(SECOND)] == [ToolCardState.HELD]
    assert await two.session.goals.list_goals() == ()
    two.panel(FIRST).keep.click()
    await two.decided()
    assert [goal.title for goal in await two.session.goals.list_goals()] == ["Run"]
    await until(lambda: two.desktop.shell.goal_editor.goal_id is not None)
    await settled()


async def test_one_fails_and_the_other_goes_on(two: Two) -> None:
    gate = asyncio.Event()
    refused = ProviderError(ErrorKind.REFUSED, "It refuses.", is_lasting=True)
    two.play([[refused]], [[gate, TextDelta("Still here")]])
    two.ask("Hi")
    await until(lambda: two.notices(FIRST))
    assert two.panel(FIRST).status == "Failed"
    assert two.notices(FIRST)[0].actions == ()
    assert two.presenter.is_streaming
    gate.set()
    await until(lambda: not two.presenter.is_streaming)
    assert two.answer(SECOND) == "Still here"
    assert two.panel(SECOND).keep.isEnabled()
    await settled()


async def test_escape_stops_both_and_what_came_can_be_kept(two: Two) -> None:
    two.play([[TextDelta("So far"), never()]], [[TextDelta("Begun"), never()]])
    two.ask("Hi")
    await until(lambda: two.answer(FIRST) and two.answer(SECOND))
    two.key(Qt.Key.Key_Escape)
    await until(lambda: not two.presenter.is_streaming)
    assert [two.panel(side).status for side in (FIRST, SECOND)] == ["Stopped", "Stopped"]
    two.keep(1)
    await two.decided()
    assert two.said == ["So far"]
    assert (await two.path())[-1].status is MessageStatus.STOPPED


async def test_an_answer_wanted_early_is_kept_when_it_is_done_and_stops_the_other(two: Two) -> None:
    gate = asyncio.Event()
    two.play([[TextDelta("One "), gate, TextDelta("whole")]], [[TextDelta("Two"), never()]])
    two.ask("Hi")
    await until(lambda: two.answer(FIRST) and two.answer(SECOND))
    two.keep(1)
    assert two.panel(FIRST).keep.text() == "Kept when it is done"
    gate.set()
    await two.decided()
    assert two.said == ["One whole"]


async def test_nothing_is_sent_before_one_answer_is_kept(two: Two) -> None:
    two.play([[TextDelta("One")]], [[TextDelta("Two")]])
    await two.asked("Hi")
    QTest.keyClicks(two.field, "And now?")
    two.key(Qt.Key.Key_Return)
    assert "Keep one of the two answers first" in two.complaint
    assert two.field.toPlainText() == "And now?"
    assert two.is_comparing
    two.keep(1)
    await two.decided()
    assert two.field.toPlainText() == "And now?"
    two.models[FIRST].extend([[TextDelta("Then this")]])
    two.key(Qt.Key.Key_Return)
    await until(lambda: two.said == ["One", "Then this"])
    await until(lambda: not two.presenter.is_streaming)
    await settled()


async def test_leaving_in_the_middle_and_coming_back_shows_both_with_what_came_meanwhile(two: Two) -> None:
    gate = asyncio.Event()
    two.play([[TextDelta("One "), gate, TextDelta("more")]], [[TextDelta("Two "), gate, TextDelta("more")]])
    two.ask("Hi")
    await until(lambda: two.answer(FIRST) and two.answer(SECOND))
    chat = two.presenter.conversation
    assert chat is not None
    two.presenter.new_chat()
    assert not two.is_comparing
    gate.set()
    await until(lambda: not two.presenter.is_streaming)
    two.presenter.open_conversation(chat.id)
    await until(lambda: two.is_comparing)
    assert [two.answer(side) for side in (FIRST, SECOND)] == ["One more", "Two more"]
    assert two.view.question.column.rows[0].text(0) == "Hi"
    await settled()


async def test_coming_back_while_both_still_write_lets_them_go_on_in_sight(two: Two) -> None:
    gate = asyncio.Event()
    two.play([[TextDelta("One "), gate, TextDelta("more")]], [[TextDelta("Two"), never()]])
    two.ask("Hi")
    await until(lambda: two.answer(FIRST) and two.answer(SECOND))
    chat = two.presenter.conversation
    assert chat is not None
    two.presenter.new_chat()
    two.presenter.open_conversation(chat.id)
    await until(lambda: two.is_comparing)
    gate.set()
    await until(lambda: two.answer(FIRST) == "One more")
    assert two.answer(SECOND) == "Two"
    two.key(Qt.Key.Key_Escape)
    await until(lambda: not two.presenter.is_streaming)
    await settled()


async def test_an_undecided_comparison_is_there_after_a_restart(paths: Paths, qtbot: QtBot) -> None:
    first = await opened(paths)
    first.play([[create("Run")], [TextDelta("One")]], [[TextDelta("Two"), never()]])
    first.ask("Hi")
    await until(lambda: first.answer(FIRST) == "One" and first.answer(SECOND) == "Two")
    await first.desktop.close()
    again = await opened(paths)
    await until(lambda: again.is_comparing)
    assert [again.answer(side) for side in (FIRST, SECOND)] == ["One", "Two"]
    assert [card.state for card in again.cards(FIRST)] == [ToolCardState.HELD]
    assert again.panel(SECOND).status == "Stopped"
    again.keep(1)
    await again.decided()
    assert [goal.title for goal in await again.session.goals.list_goals()] == ["Run"]
    await again.desktop.close()


async def test_the_models_are_chosen_in_their_columns(two: Two) -> None:
    two.begin()
    assert [two.panel(side).pill.text() for side in (FIRST, SECOND)] == ["Scripted · Script", "Other · Script"]
    two.choose(SECOND, "Other · Script")
    header = two.desktop.shell.window
    assert two.desktop.shell.model_button.isHidden()
    header.leave_compare_requested.emit()
    assert not two.is_comparing
    assert not two.desktop.shell.model_button.isHidden()


async def test_without_a_second_model_it_is_said_what_is_missing(paths: Paths, qtbot: QtBot) -> None:
    alone = await opened(paths, has_other=False)
    alone.ask("Hi")
    assert "Two models are needed" in alone.complaint
    assert alone.field.toPlainText() == "Hi"
    assert not alone.presenter.is_streaming
    await alone.desktop.close()


async def test_wins_are_told_when_models_are_chosen_again(two: Two) -> None:
    two.play([[TextDelta("One")]], [[TextDelta("Two")]])
    await two.asked("Hi")
    two.keep(2)
    await two.decided()
    two.begin()
    await until(lambda: two.panel(SECOND).status)
    assert two.panel(SECOND).status == "Kept in 1 of 1 comparisons"
    assert two.panel(FIRST).status == "Kept in 0 of 1 comparisons"
    await settled()


async def test_a_link_in_an_answer_is_shown_before_it_is_opened(two: Two) -> None:
    two.play([[TextDelta("[Here](https://example.org/a)")]], [[TextDelta("Two")]])
    await two.asked("Hi")
    two.panel(FIRST).thread_view.link_activated.emit("https://example.org/a")
    window = two.desktop.shell.window
    await until(lambda: window.findChildren(QMessageBox))
    (box,) = window.findChildren(QMessageBox)
    assert box.informativeText() == "https://example.org/a"
    box.reject()
    await settled()
