"""Going from chat to chat, deleting and closing in mid-stream: nothing is lost, and nothing is mixed."""

import asyncio

from PySide6.QtCore import Qt

from desktop_app.domain.messages import MessageStatus
from desktop_app.llm.events import TextDelta
from desktop_app.paths import Paths
from desktop_app.services.chat import ChatRepositories
from desktop_app.storage.database import Database
from tests.ui.chat.scenario import Scenario, until


async def begin(chat: Scenario, text: str, first: str) -> int:
    """Send a message in a new chat, and wait for the first words of its reply; returns the chat's id."""
    chat.presenter.new_chat()
    chat.write(text)
    chat.key(Qt.Key.Key_Return)
    await until(lambda: chat.said == [text, first])
    return chat.conversation.id


async def show(chat: Scenario, conversation_id: int) -> None:
    chat.presenter.open_conversation(conversation_id)
    await until(lambda: chat.presenter.conversation and chat.conversation.id == conversation_id)


async def test_two_chats_stream_while_one_goes_from_one_to_the_other_and_neither_has_a_word_of_the_other(
    chat: Scenario,
) -> None:
    steps = [[asyncio.Event() for _ in range(2)] for _ in range(2)]
    chat.play(
        [TextDelta("a1"), steps[0][0], TextDelta(" a2"), steps[0][1], TextDelta(" a3")],
        [TextDelta("b1"), steps[1][0], TextDelta(" b2"), steps[1][1], TextDelta(" b3")],
    )
    first = await begin(chat, "To A", "a1")
    second = await begin(chat, "To B", "b1")
    steps[0][0].set()
    await show(chat, first)
    await until(lambda: chat.said == ["To A", "a1 a2"])
    steps[1][0].set()
    await show(chat, second)
    await until(lambda: chat.said == ["To B", "b1 b2"])
    steps[0][1].set()
    steps[1][1].set()
    await until(lambda: chat.said == ["To B", "b1 b2 b3"])
    await show(chat, first)
    await until(lambda: chat.said == ["To A", "a1 a2 a3"])
    await chat.end()
    for number, said in ((first, ["To A", "a1 a2 a3"]), (second, ["To B", "b1 b2 b3"])):
        (conversation,) = [one for one in await chat.backend.chat.list_conversations() if one.id == number]
        transcript = await chat.backend.chat.transcript(conversation.id)
        assert [message.text for message in transcript.messages] == said


async def test_closing_in_mid_stream_keeps_what_came_and_marks_it_as_stopped(chat: Scenario, paths: Paths) -> None:
    chat.play([TextDelta("So far"), asyncio.Event()])
    await begin(chat, "Hi", "So far")
    number = chat.conversation.id
    chat.write("half a thought")
    await chat.close()
    database = await Database.open(paths.database)
    repositories = ChatRepositories.of(database)
    messages = (await repositories.conversations.transcript(number)).messages
    drafts = await repositories.unsent.drafts()
    await database.close()
    assert [(message.text, message.status) for message in messages] == [
        ("Hi", MessageStatus.COMPLETE),
        ("So far", MessageStatus.STOPPED),
    ]
    assert drafts[number].text == "half a thought"


async def test_deleting_the_chat_in_mid_stream_stops_it_and_undo_brings_back_what_came(chat: Scenario) -> None:
    chat.backend.conversations.subscribe(chat.presenter.follow_heading)
    chat.play([TextDelta("So far"), asyncio.Event()])
    await begin(chat, "Hi", "So far")
    number = chat.conversation.id
    await chat.backend.conversations.delete(number)
    await chat.end()
    assert chat.presenter.conversation is None
    await chat.backend.conversations.restore(number)
    await show(chat, number)
    await until(lambda: chat.said == ["Hi", "So far"])
    assert (await chat.transcript()).messages[1].status is MessageStatus.STOPPED
