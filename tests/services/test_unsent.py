"""What is written but not sent is there again after a restart; what waits is sent in order, once."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from desktop_app.domain.ids import ConversationId, QueuedId
from desktop_app.domain.messages import MessageStatus, Unsent
from desktop_app.errors import InvalidValueError, NotFoundError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta
from desktop_app.services.chat import TurnEvent
from desktop_app.services.drafts import DraftKeeper
from desktop_app.storage.database import Database
from desktop_app.storage.unsent import UnsentRepository
from tests.services.conftest import World

NOWHERE = ConversationId(999)


async def begun(world: World) -> ConversationId:
    world.play([TextDelta("Hello")])
    await world.chat.send(None, "Hi", world.options, world.events.append)
    return (await world.chat.list_conversations())[0].id


async def restarted(world: World) -> DraftKeeper:
    """The drafts as a later start of the program knows them."""
    drafts = DraftKeeper(UnsentRepository(world.database))
    await drafts.load()
    return drafts


async def test_drafts_are_kept_per_chat_over_a_restart(world: World) -> None:
    chat = await begun(world)
    part = await world.attachments.attach("plan.md", b"# Plan")
    drafts = await restarted(world)
    drafts.note(chat, Unsent("half a sen", (part,)))
    drafts.note(None, Unsent("a new idea \ud83d"))
    await drafts.flush()
    again = await restarted(world)
    assert again.draft(chat) == Unsent("half a sen", (part,))
    assert again.draft(None) == Unsent("a new idea \ufffd")
    assert again.draft(NOWHERE) == Unsent("")


async def test_a_draft_is_written_by_itself_soon_after_it_changed(world: World) -> None:
    drafts = DraftKeeper(UnsentRepository(world.database), save_after_s=0)
    drafts.note(None, Unsent("first"))
    drafts.note(None, Unsent("first words"))

    async def written() -> None:
        while (await restarted(world)).draft(None) != Unsent("first words"):
            pass

    await asyncio.wait_for(written(), 30)
    await drafts.close()


async def test_an_emptied_box_leaves_no_draft(world: World) -> None:
    drafts = await restarted(world)
    drafts.note(None, Unsent("sent now"))
    await drafts.flush()
    drafts.note(None, Unsent(""))
    await drafts.close()
    assert await UnsentRepository(world.database).drafts() == {}


async def test_the_draft_of_a_chat_that_is_gone_is_no_fault(world: World) -> None:
    drafts = await restarted(world)
    drafts.note(NOWHERE, Unsent("too late"))
    await drafts.flush()
    assert await UnsentRepository(world.database).drafts() == {}


async def test_a_draft_that_cannot_be_written_stays_noted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    drafts = await restarted(world)
    holder = await Database.open(world.database.path)
    drafts.note(None, Unsent("a secret plan"))
    async with holder.writing() as session:
        await session.execute(text("SELECT 1"))  # a transaction begins with its first statement
        await drafts.close()
    assert "could not be saved" in caplog.text
    assert "secret" not in caplog.text
    await drafts.flush()
    await holder.close()
    assert (await restarted(world)).draft(None) == Unsent("a secret plan")


async def test_what_waits_can_be_changed_moved_and_dropped_and_outlives_the_program(world: World) -> None:
    chat = await begun(world)
    one, two, three = [await world.queue.add(chat, Unsent(word)) for word in ("one", "two", "three")]
    await world.queue.move(three.id, 0)
    await world.queue.change(one.id, Unsent(" uno "))
    assert await world.queue.drop(two.id) == Unsent("two")
    assert await UnsentRepository(world.database).queue(chat) == (three, replace(one, unsent=Unsent("uno")))
    await world.queue.move(three.id, 99)
    assert [waiting.unsent.text for waiting in await world.queue.waiting(chat)] == ["uno", "three"]


async def test_what_waits_is_sent_in_order_one_a_turn(world: World) -> None:
    chat = await begun(world)
    for word in ("one", "two"):
        await world.queue.add(chat, Unsent(word))
    world.play([TextDelta("Re: one")], [TextDelta("Re: two")])
    sent = [await world.chat.send_next(chat, world.options, world.events.append) for _ in range(3)]
    assert sent == [True, True, False]
    messages = (await world.chat.transcript(chat)).messages
    assert [message.text for message in messages] == ["Hi", "Hello", "one", "Re: one", "two", "Re: two"]
    assert await world.queue.waiting(chat) == ()


async def test_after_a_reply_that_failed_all_keep_waiting_until_the_person_wants_it(world: World) -> None:
    chat = await begun(world)
    for word in ("one", "two"):
        await world.queue.add(chat, Unsent(word))
    world.play([TextDelta("Half"), ProviderError(ErrorKind.NETWORK, "The line broke.")])
    assert await world.chat.send_next(chat, world.options, world.events.append)
    assert not await world.chat.send_next(chat, world.options, world.events.append)
    assert [waiting.unsent.text for waiting in await world.queue.waiting(chat)] == ["two"]
    world.play([TextDelta("Re: two")])
    assert await world.chat.send_next(chat, world.options, world.events.append, anyway=True)
    assert (await world.chat.transcript(chat)).messages[-1].text == "Re: two"


async def test_after_a_stop_all_keep_waiting(world: World) -> None:
    chat = await begun(world)
    streaming = asyncio.Event()

    def listen(event: TurnEvent) -> None:
        if isinstance(event, TextDelta):
            streaming.set()

    world.play([TextDelta("So far"), asyncio.Event()])
    turn = asyncio.create_task(world.chat.send(chat, "Go on", world.options, listen))
    await streaming.wait()
    await world.queue.add(chat, Unsent("one"))
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    assert not await world.chat.send_next(chat, world.options, world.events.append)
    assert (await world.chat.transcript(chat)).messages[-1].status is MessageStatus.STOPPED
    assert len(await world.queue.waiting(chat)) == 1


async def test_what_could_not_be_sent_cannot_wait_either(world: World) -> None:
    chat = await begun(world)
    with pytest.raises(InvalidValueError):
        await world.queue.add(chat, Unsent("  "))
    with pytest.raises(NotFoundError):
        await world.queue.add(NOWHERE, Unsent("Hi"))
    for attempt in (
        world.queue.change(QueuedId(9), Unsent("x")),
        world.queue.move(QueuedId(9), 0),
        world.queue.drop(QueuedId(10**30)),
    ):
        with pytest.raises(NotFoundError, match="does not wait any more"):
            await attempt
