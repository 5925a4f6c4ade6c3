"""Answering again and editing make branches; nothing that was said is lost, and a turn is given its own path only."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.messages import Message, MessageStatus, Place, Role
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import InvalidValueError, NotAllowedError, NotFoundError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta
from desktop_app.llm.scripted import Step
from desktop_app.services.chat import TurnEvent, TurnOptions, TurnStarted
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from tests.services.conftest import World

BROKEN = ProviderError(ErrorKind.NETWORK, "The line broke.")


async def begun(world: World, *texts: str) -> ConversationId:
    """A conversation in which each text was sent and answered with “Re: ” and the text."""
    conversation_id = None
    for text in texts:
        world.play([TextDelta(f"Re: {text}")])
        await world.chat.send(conversation_id, text, world.options, world.events.append)
        conversation_id = (await world.chat.list_conversations())[0].id
    assert conversation_id is not None
    return conversation_id


async def path(world: World, conversation_id: ConversationId) -> tuple[Message, ...]:
    """The messages on the current path."""
    return (await world.chat.transcript(conversation_id)).messages


async def said(world: World, conversation_id: ConversationId) -> list[str]:
    """What they say."""
    return [message.text for message in await path(world, conversation_id)]


def number(message: Message) -> MessageId:
    """The id of a stored message."""
    assert message.id is not None
    return message.id


async def test_answering_again_keeps_the_earlier_reply_as_a_branch(world: World) -> None:
    chat = await begun(world, "Hi")
    (_, first) = await path(world, chat)
    world.play([TextDelta("Second")])
    await world.chat.retry(chat, world.options, world.events.append)
    transcript = await world.chat.transcript(chat)
    (you, second) = transcript.messages
    assert [you.text, second.text] == ["Hi", "Second"]
    assert transcript.places[number(second)] == Place(2, 2, previous=first.id, next=None)
    assert number(you) not in transcript.places
    assert [message.text for message in world.scripted.calls[-1].messages] == ["Hi"]


async def test_another_model_can_answer_in_the_middle_of_a_conversation(world: World) -> None:
    chat = await begun(world, "One", "Two")
    reply = (await path(world, chat))[1]
    world.play([TextDelta("Otherwise")])
    options = TurnOptions(ModelChoice("scripted", "another"))
    await world.chat.retry(chat, options, world.events.append, number(reply))
    assert await said(world, chat) == ["One", "Otherwise"]
    assert (await path(world, chat))[1].model == "another"
    assert [message.text for message in world.scripted.calls[-1].messages] == ["One"]
    await world.chat.choose_branch(number(reply))
    assert await said(world, chat) == ["One", "Re: One", "Two", "Re: Two"]


async def test_an_edited_message_begins_a_branch_and_the_old_one_is_a_step_away(world: World) -> None:
    chat = await begun(world, "One", "Two", "Three")
    second = (await path(world, chat))[2]
    world.play([TextDelta("Re: Zwei")])
    await world.chat.edit(chat, number(second), "Zwei", world.options, world.events.append)
    assert await said(world, chat) == ["One", "Re: One", "Zwei", "Re: Zwei"]
    assert [message.text for message in world.scripted.calls[-1].messages] == ["One", "Re: One", "Zwei"]
    transcript = await world.chat.transcript(chat)
    place = transcript.places[number(transcript.messages[2])]
    assert (place.number, place.total, place.previous, place.next) == (2, 2, second.id, None)
    back = await world.chat.choose_branch(number(second))
    assert [message.text for message in back.messages][2:] == ["Two", "Re: Two", "Three", "Re: Three"]


async def test_the_first_message_can_be_edited_too(world: World) -> None:
    chat = await begun(world, "One")
    world.play([TextDelta("Re: Eins")])
    await world.chat.edit(chat, number((await path(world, chat))[0]), "Eins", world.options, world.events.append)
    assert await said(world, chat) == ["Eins", "Re: Eins"]
    assert [place.total for place in (await world.chat.transcript(chat)).places.values()] == [2, 2]


async def test_a_branch_remembers_where_it_was_left(world: World) -> None:
    chat = await begun(world, "One", "Two")
    first = (await path(world, chat))[1]
    world.play([TextDelta("Another end")])
    await world.chat.retry(chat, world.options, world.events.append)
    world.play([TextDelta("Another beginning")])
    await world.chat.retry(chat, world.options, world.events.append, number(first))
    assert await said(world, chat) == ["One", "Another beginning"]
    await world.chat.choose_branch(number(first))
    assert await said(world, chat) == ["One", "Re: One", "Two", "Another end"]


async def test_a_message_deep_in_another_branch_can_be_gone_to(world: World) -> None:
    chat = await begun(world, "One", "Two", "Three")
    deep = (await path(world, chat))[-1]
    world.play([TextDelta("Re: Eins")])
    await world.chat.edit(chat, number((await path(world, chat))[0]), "Eins", world.options, world.events.append)
    transcript = await world.chat.choose_branch(number(deep))
    assert transcript.messages[-1].id == deep.id
    assert len(transcript.messages) == 6


async def test_the_start_of_a_turn_tells_where_its_messages_stand(world: World) -> None:
    chat = await begun(world, "Hi")
    world.events.clear()
    world.play([TextDelta("Second")])
    await world.chat.retry(chat, world.options, world.events.append)
    started = world.events[0]
    assert isinstance(started, TurnStarted)
    assert started.places[number(started.coach)].number == 2


async def test_a_reply_that_failed_without_a_word_is_replaced(world: World) -> None:
    world.play([BROKEN], [TextDelta("Hello")])
    await world.chat.send(None, "Hi", world.options, world.events.append)
    chat = (await world.chat.list_conversations())[0].id
    empty = (await path(world, chat))[1]
    await world.chat.retry(chat, world.options, world.events.append)
    transcript = await world.chat.transcript(chat)
    assert [(message.text, message.error) for message in transcript.messages] == [("Hi", None), ("Hello", None)]
    assert transcript.messages[1].id == empty.id
    assert transcript.places == {}


async def test_half_a_reply_stays_as_a_branch_and_is_not_sent(world: World) -> None:
    world.play([TextDelta("Half"), BROKEN], [TextDelta("Whole")])
    await world.chat.send(None, "Hi", world.options, world.events.append)
    chat = (await world.chat.list_conversations())[0].id
    half = (await path(world, chat))[1]
    await world.chat.retry(chat, world.options, world.events.append)
    assert await said(world, chat) == ["Hi", "Whole"]
    assert [message.text for message in world.scripted.calls[-1].messages] == ["Hi"]
    back = await world.chat.choose_branch(number(half))
    assert [(message.text, message.status) for message in back.messages[1:]] == [("Half", MessageStatus.FAILED)]


async def test_a_second_turn_in_the_same_conversation_is_refused_while_one_runs(world: World) -> None:
    chat = await begun(world, "Hi")
    goes_on = asyncio.Event()
    streaming = asyncio.Event()

    def listen(event: TurnEvent) -> None:
        if isinstance(event, TextDelta):
            streaming.set()

    world.play([TextDelta("So"), goes_on])
    turn = asyncio.create_task(world.chat.send(chat, "Go on", world.options, listen))
    await streaming.wait()
    with pytest.raises(NotAllowedError, match="still coming"):
        await world.chat.send(chat, "And", world.options, world.events.append)
    with pytest.raises(NotAllowedError):
        await world.chat.retry(chat, world.options, world.events.append)
    goes_on.set()
    await turn
    assert await said(world, chat) == ["Hi", "Re: Hi", "Go on", "So"]


async def test_a_branch_can_be_chosen_while_a_reply_comes_in_and_does_not_take_it_over(world: World) -> None:
    chat = await begun(world, "One")
    first = (await path(world, chat))[1]
    goes_on = asyncio.Event()
    streaming = asyncio.Event()

    def listen(event: TurnEvent) -> None:
        if isinstance(event, TextDelta):
            streaming.set()

    world.play([TextDelta("An"), goes_on, TextDelta("other")])
    turn = asyncio.create_task(world.chat.retry(chat, world.options, listen))
    await streaming.wait()
    await world.chat.choose_branch(number(first))
    goes_on.set()
    await turn
    assert await said(world, chat) == ["One", "Re: One"]
    after = (await world.chat.transcript(chat)).places[number(first)].next
    assert after is not None
    assert (await world.chat.choose_branch(after)).messages[1].text == "Another"


async def test_only_own_messages_can_be_edited_and_only_where_they_are(world: World) -> None:
    chat = await begun(world, "One")
    other = await begun(world, "Elsewhere")
    you, coach = await path(world, chat)
    with pytest.raises(InvalidValueError, match="your own"):
        await world.chat.edit(chat, number(coach), "x", world.options, world.events.append)
    with pytest.raises(NotFoundError):
        await world.chat.edit(other, number(you), "x", world.options, world.events.append)
    with pytest.raises(NotFoundError):
        await world.chat.retry(other, world.options, world.events.append, number(coach))
    with pytest.raises(NotFoundError):
        await world.chat.choose_branch(MessageId(999))
    assert await said(world, chat) == ["One", "Re: One"]
    assert await said(world, other) == ["Elsewhere", "Re: Elsewhere"]


steps = st.lists(
    st.tuples(st.sampled_from(["send", "edit", "retry", "choose", "fail", "half"]), st.integers(0, 50)), max_size=8
)


@given(steps=steps)
@settings(max_examples=12, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_done_nothing_vanishes_and_the_path_is_valid(
    world: World, steps: Sequence[tuple[str, int]]
) -> None:
    chat = await begun(world, "0")
    texts: dict[MessageId, str] = {}
    for count, (step, at) in enumerate(steps, 1):
        before = await path(world, chat)
        chosen = before[at % len(before)]
        await take_step(world, chat, step, chosen, str(count))
        transcript = await world.chat.transcript(chat)
        assert_is_path(transcript.messages)
        texts |= {number(message): message.text for message in before if message.parts}
        for message in transcript.messages:
            place = transcript.places.get(number(message), Place(1, 1, None, None))
            assert 1 <= place.number <= place.total
    for message_id, text in texts.items():
        reached = (await world.chat.choose_branch(message_id)).messages
        assert_is_path(reached)
        assert [message.text for message in reached if message.id == message_id] == [text]


async def take_step(world: World, chat: ConversationId, step: str, chosen: Message, text: str) -> None:
    """Do one thing a person may do; what is not possible there is refused and changes nothing."""
    answers: dict[str, list[Step]] = {"fail": [BROKEN], "half": [TextDelta(f"Half {text}"), BROKEN]}
    answer = answers.get(step, [TextDelta("Re")])
    listen = world.events.append
    match step:
        case "edit" if chosen.role is Role.YOU:
            world.play(answer)
            await world.chat.edit(chat, number(chosen), text, world.options, listen)
        case "retry":
            world.play(answer)
            await world.chat.retry(chat, world.options, listen, number(chosen))
        case "choose" | "edit":
            place = (await world.chat.transcript(chat)).places.get(number(chosen))
            await world.chat.choose_branch((place and (place.previous or place.next)) or number(chosen))
        case _:
            world.play(answer)
            await world.chat.send(chat, text, world.options, listen)


def assert_is_path(messages: Sequence[Message]) -> None:
    """Each message follows the one before it; people and coach take turns."""
    assert messages[0].parent_id is None
    for earlier, later in pairwise(messages):
        assert later.parent_id == earlier.id
    assert [message.role for message in messages] == [Role.YOU, Role.COACH] * (len(messages) // 2)


async def test_the_path_is_the_same_after_a_restart(world: World) -> None:
    chat = await begun(world, "One", "Two")
    first = (await path(world, chat))[1]
    world.play([TextDelta("Otherwise")])
    await world.chat.retry(chat, world.options, world.events.append, number(first))
    database = await Database.open(world.database.path)
    transcript = await ConversationRepository(database).transcript(chat)
    await database.close()
    assert [message.text for message in transcript.messages] == ["One", "Otherwise"]
