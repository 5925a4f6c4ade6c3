"""Whatever happens in the middle of a turn: what was said is on disk, in its own conversation and nowhere else."""

import asyncio

import pytest

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import MessageStatus
from desktop_app.llm.events import TextDelta
from desktop_app.services.chat import ChatRepositories, TurnEnded, TurnEvent, TurnStarted
from desktop_app.storage.database import Database
from tests.services.conftest import World


class Listener:
    """What one turn told, and a moment at which its text has begun to come."""

    def __init__(self) -> None:
        self.events: list[TurnEvent] = []
        self.has_begun = asyncio.Event()

    def __call__(self, event: TurnEvent) -> None:
        self.events.append(event)
        if isinstance(event, TextDelta):
            self.has_begun.set()

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta))

    @property
    def conversation_id(self) -> ConversationId:
        (started,) = [event for event in self.events if isinstance(event, TurnStarted)]
        return started.conversation.id

    @property
    def ended(self) -> TurnEnded:
        last = self.events[-1]
        assert isinstance(last, TurnEnded)
        return last


async def test_two_conversations_that_stream_at_once_are_never_mixed(world: World) -> None:
    goes_on = [asyncio.Event(), asyncio.Event()]
    world.play(
        [TextDelta("a1 "), goes_on[0], TextDelta("a2 "), TextDelta("a3")],
        [TextDelta("b1 "), goes_on[1], TextDelta("b2")],
    )
    first, second = Listener(), Listener()
    turns = [asyncio.create_task(world.chat.send(None, "To A", world.options, first))]
    await first.has_begun.wait()
    turns.append(asyncio.create_task(world.chat.send(None, "To B", world.options, second)))
    await second.has_begun.wait()
    # The one that began later ends first.
    goes_on[1].set()
    await turns[1]
    goes_on[0].set()
    await turns[0]
    assert (first.text, second.text) == ("a1 a2 a3", "b1 b2")
    for listener, expected in ((first, ["To A", "a1 a2 a3"]), (second, ["To B", "b1 b2"])):
        transcript = await world.chat.transcript(listener.conversation_id)
        assert [message.text for message in transcript.messages] == expected
        assert listener.ended.message == transcript.messages[1]
    assert [[message.text for message in call.messages] for call in world.scripted.calls] == [["To A"], ["To B"]]


async def test_stopping_one_conversation_leaves_the_other_streaming(world: World) -> None:
    goes_on = asyncio.Event()
    world.play([TextDelta("a1"), asyncio.Event()], [TextDelta("b1 "), goes_on, TextDelta("b2")])
    first, second = Listener(), Listener()
    stopped = asyncio.create_task(world.chat.send(None, "To A", world.options, first))
    await first.has_begun.wait()
    kept = asyncio.create_task(world.chat.send(None, "To B", world.options, second))
    await second.has_begun.wait()
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    goes_on.set()
    await kept
    assert (first.ended.message.status, first.ended.message.text) == (MessageStatus.STOPPED, "a1")
    assert (second.ended.message.status, second.ended.message.text) == (MessageStatus.COMPLETE, "b1 b2")


async def test_the_message_is_on_disk_before_the_model_is_asked(world: World) -> None:
    """Another program reads it while the model has not said a word."""
    goes_on = asyncio.Event()
    world.play([goes_on])
    turn = asyncio.create_task(world.chat.send(None, "Keep this", world.options, world.events.append))
    async with asyncio.timeout(30):
        while not world.scripted.calls:  # noqa: ASYNC110 - the model tells nobody that it was asked
            await asyncio.sleep(0)
    elsewhere = await Database.open(world.database.path)
    repositories = ChatRepositories.of(elsewhere)
    (conversation,) = await repositories.conversations.list_conversations()
    you, coach = (await repositories.conversations.transcript(conversation.id)).messages
    await elsewhere.close()
    assert (you.text, coach.parts, coach.status) == ("Keep this", (), MessageStatus.STREAMING)
    goes_on.set()
    await turn


async def test_a_conversation_deleted_in_mid_stream_keeps_what_came_for_when_it_is_restored(world: World) -> None:
    goes_on = asyncio.Event()
    world.play([TextDelta("So "), goes_on, TextDelta("far")])
    listener = Listener()
    turn = asyncio.create_task(world.chat.send(None, "Hi", world.options, listener))
    await listener.has_begun.wait()
    await world.headings.delete(listener.conversation_id)
    goes_on.set()
    await turn
    await world.headings.restore(listener.conversation_id)
    transcript = await world.chat.transcript(listener.conversation_id)
    assert [message.text for message in transcript.messages] == ["Hi", "So far"]
