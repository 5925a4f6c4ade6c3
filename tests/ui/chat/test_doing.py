"""Talking, by keyboard and mouse: editing, answering again, going from one version to another, quoting."""

import asyncio
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta
from desktop_app.paths import Paths
from desktop_app.ui.chat.bubble_row import BubbleRow
from desktop_app.ui.chat.card_rows import FooterRow
from desktop_app.ui.chat.column import Place
from desktop_app.ui.theme.theme import Theme
from tests.ui.chat.conftest import opened
from tests.ui.chat.scenario import Scenario, until


async def test_a_message_is_sent_and_answered(chat: Scenario) -> None:
    chat.play([TextDelta("Hello "), TextDelta("you.")])
    await chat.say("Hi")
    assert chat.said == ["Hi", "Hello you."]
    assert chat.field.toPlainText() == ""
    assert chat.switches == []


async def test_edited_message_is_sent_again_and_the_old_one_stays(chat: Scenario) -> None:
    chat.play([TextDelta("One.")], [TextDelta("Two.")], [TextDelta("Three.")])
    await chat.say("First")
    await chat.say("Second")
    chat.press(0, "edit")
    assert chat.field.toPlainText() == "First"
    await chat.say(" again")
    assert chat.said == ["First again", "Three."]
    assert chat.switches == ["2/2"]
    chat.press(0, "branch_back")
    await until(lambda: chat.said == ["First", "One.", "Second", "Two."])
    assert chat.switches == ["1/2"]
    chat.press(0, "branch_on")
    await until(lambda: chat.said == ["First again", "Three."])


async def test_arrow_up_in_the_empty_box_edits_the_last_message_and_escape_leaves_it(chat: Scenario) -> None:
    chat.play([TextDelta("One.")])
    await chat.say("First")
    chat.key(Qt.Key.Key_Up)
    assert chat.field.toPlainText() == "First"
    chat.write(" changed")
    chat.key(Qt.Key.Key_Escape)
    assert chat.field.toPlainText() == ""
    assert chat.said == ["First", "One."]


async def test_draft_waits_while_a_message_is_edited(chat: Scenario) -> None:
    chat.play([TextDelta("One.")], [TextDelta("Two.")])
    await chat.say("First")
    chat.write("a thought")
    chat.press(0, "edit")
    await chat.say("!")
    assert chat.said == ["First!", "Two."]
    assert chat.field.toPlainText() == "a thought"


async def test_reply_is_given_again_beside_the_first(chat: Scenario) -> None:
    chat.play([TextDelta("One.")], [TextDelta("Other.")])
    await chat.say("Hi")
    chat.press(-1, "retry_with")
    chat.choose("Answer again with Scripted · Script")
    await until(lambda: chat.said == ["Hi", "Other."])
    await chat.end()
    assert chat.switches == ["2/2"]
    chat.press(-1, "branch_back")
    await until(lambda: chat.said == ["Hi", "One."])
    assert chat.switches == ["1/2"]
    assert (await chat.transcript()).messages[-1].text == "One."


async def test_earlier_reply_is_given_again_and_what_followed_stays_on_its_branch(chat: Scenario) -> None:
    chat.play([TextDelta("One.")], [TextDelta("Two.")], [TextDelta("New one.")])
    await chat.say("First")
    await chat.say("Second")
    chat.press(2, "retry_with")
    chat.choose("Answer again with Scripted · Script")
    await until(lambda: chat.said == ["First", "New one."])
    await chat.end()
    chat.press(-1, "branch_back")
    await until(lambda: chat.said == ["First", "One.", "Second", "Two."])


async def test_switching_keeps_the_place_of_what_was_pressed(chat: Scenario) -> None:
    long = "A paragraph.\n\n" * 40
    chat.play([TextDelta(long)], [TextDelta(long)], [TextDelta(long + "B.")])
    await chat.say("First")
    await chat.say("Second")
    chat.press(3, "edit")
    await chat.say("!")
    key = chat.thread.column.rows[3].key
    chat.press(3, "branch_back")
    offset = chat.thread.row_offset(key)
    await until(lambda: chat.switches == ["1/2"])
    assert isinstance(chat.thread.column.rows[3], BubbleRow)
    assert chat.thread.row_offset(chat.thread.column.rows[3].key) == offset


async def test_broken_reply_is_tried_again_at_its_button(chat: Scenario) -> None:
    chat.play([TextDelta("Half"), ProviderError(ErrorKind.SERVER, "The server fell over.")], [TextDelta("Well.")])
    await chat.say("Hi")
    assert chat.said == ["Hi", "Half"]
    assert len(chat.notices) == 1
    chat.press(-1, "retry")
    await until(lambda: chat.said == ["Hi", "Well."])
    await chat.end()
    assert chat.notices == []
    assert chat.switches == ["2/2"]


async def test_broken_reply_goes_on_in_its_place(chat: Scenario) -> None:
    chat.play([TextDelta("Half"), ProviderError(ErrorKind.SERVER, "The server fell over.")], [TextDelta(" and half.")])
    await chat.say("Hi")
    chat.press(-1, "go_on")
    await until(lambda: chat.said == ["Hi", "Half and half."])
    await chat.end()
    assert chat.notices == []
    assert chat.switches == []


async def test_escape_stops_the_reply_and_its_text_stays(chat: Scenario) -> None:
    never = asyncio.Event()
    chat.play([TextDelta("Some"), never, TextDelta("more")])
    chat.write("Hi")
    chat.key(Qt.Key.Key_Return)
    await until(lambda: chat.said == ["Hi", "Some"])
    chat.key(Qt.Key.Key_Escape)
    await chat.end()
    assert chat.said == ["Hi", "Some"]


async def test_selection_is_quoted_into_the_box(chat: Scenario) -> None:
    chat.play([TextDelta("One.\n\nTwo.")])
    await chat.say("Hi")
    chat.thread.select_all()
    chat.thread._quote()
    assert chat.field.toPlainText() == "> Hi\n>\n> One.\n>\n> Two.\n\n"


async def test_drafts_belong_to_their_conversations_and_outlive_the_program(
    chat: Scenario, paths: Paths, qtbot: QtBot, theme: Theme
) -> None:
    chat.play([TextDelta("One.")])
    await chat.say("Hi")
    chat.write("half a tho")
    first = chat.conversation.id
    chat.presenter.new_chat()
    assert chat.field.toPlainText() == ""
    chat.write("something new")
    chat.presenter.open_conversation(first)
    await until(lambda: chat.field.toPlainText() == "half a tho")
    await chat.close()
    chat.view.close()
    again = await opened(paths, qtbot, theme)
    assert again.field.toPlainText() == "something new"
    again.presenter.open_conversation(first)
    await until(lambda: again.field.toPlainText() == "half a tho")
    again.play([TextDelta("Two.")])
    await again.say("ught")
    assert again.said[-2:] == ["half a thought", "Two."]
    assert again.backend.drafts.draft(first).is_empty
    await again.close()


async def test_what_is_typed_while_the_drafts_are_read_is_no_draft_of_its_own(chat: Scenario) -> None:
    desk = chat.presenter._desk
    desk._has_begun = False
    chat.write("I want")
    chat.write(" to run")
    desk.begin()
    assert chat.field.toPlainText() == "I want to run"
    assert chat.backend.drafts.draft(None).text == "I want to run"


async def test_a_reply_is_signed_with_its_models_name_once_that_is_known(chat: Scenario) -> None:
    chat.play([TextDelta("One.")])
    await chat.say("Hi")
    footer = next(row for row in chat.thread.column.rows if isinstance(row, FooterRow))
    assert "Script" in footer.item.text
    chat.presenter._names = {}
    chat.presenter._rows._thread.replace_item(replace(footer.item, text="scripted · script"))
    chat.presenter._note_models()
    footer = next(row for row in chat.thread.column.rows if isinstance(row, FooterRow))
    assert "Script" in footer.item.text


async def test_own_message_is_copied_beside_it(chat: Scenario) -> None:
    chat.play([TextDelta("One.")])
    await chat.say("Hi there")
    chat.press(0, "copy")
    assert QGuiApplication.clipboard().text() == "Hi there"


async def test_link_is_shown_as_the_browser_will_get_it(chat: Scenario) -> None:
    chat.play([TextDelta("[a](https://еxample.org/x)")])
    await chat.say("Hi")
    chat.thread.link_activated.emit("https://\u0435xample.org/x")
    await until(lambda: chat.asked)
    assert chat.asked == ["https://xn--xample-2of.org/x"]


async def test_message_that_was_found_is_shown_on_its_branch_and_lit(chat: Scenario) -> None:
    long = "A paragraph.\n\n" * 60
    chat.play([TextDelta("Needle")], [TextDelta(long)], [TextDelta(long)])
    await chat.say("First")
    needle = (await chat.transcript()).messages[1].id
    await chat.say("Second")
    chat.press(0, "edit")
    await chat.say("!")
    assert "Needle" not in chat.said
    conversation = chat.conversation.id
    chat.presenter.new_chat()
    assert needle is not None
    chat.presenter.show_message(conversation, needle)
    await until(lambda: chat.said[:2] == ["First", "Needle"])
    await until(lambda: chat.thread.washes(Place(1, 0)))
    assert 1 in chat.thread.rows_in_sight()
    assert chat.thread.washes(Place(0, 0)) == []
