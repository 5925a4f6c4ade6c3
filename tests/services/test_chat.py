"""A turn: the message is kept first, the reply as it comes, and whatever happens nothing is lost."""

import asyncio
import json

import pytest

from desktop_app.domain.goals import GoalDraft, GoalFields
from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Message, MessageStatus, ReasoningPart, Role, TextPart, ToolCallPart
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import YOU
from desktop_app.errors import InvalidValueError, NotFoundError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, ReasoningDelta, TextDelta, ToolCall, ToolResult
from desktop_app.llm.scripted import MODEL
from desktop_app.services.chat import TurnEvent, TurnOptions, TurnStarted
from desktop_app.services.chat.texts import MESSAGE_LIMIT
from desktop_app.storage.conversations import ConversationRepository
from tests.services.conftest import NOW, World

CREATE = ToolCall("c1", "create_goal", json.dumps({"title": "Run a half marathon", "deadline": "2027-05-31"}))


async def test_a_turn_is_kept_whole_and_told_in_order(world: World) -> None:
    world.play([ReasoningDelta("hm"), TextDelta("Hel"), TextDelta("lo")])
    await world.chat.send(None, " Hi ", world.options, world.events.append)
    started = world.events[0]
    assert isinstance(started, TurnStarted)
    assert isinstance(world.events[-2], Done)
    assert world.ended.error is None
    transcript = await world.chat.transcript(started.conversation.id)
    you, coach = transcript.messages
    assert (you.role, you.text) == (Role.YOU, "Hi")
    assert (coach.text, coach.status, coach.provider, coach.model) == (
        "Hello",
        MessageStatus.COMPLETE,
        "scripted",
        MODEL,
    )
    thoughts = coach.parts[0]
    assert isinstance(thoughts, ReasoningPart)
    assert (thoughts.text, thoughts.duration_ms is not None) == ("hm", True)
    assert coach.usage is not None
    assert transcript.conversation.title == "Hi"


async def test_a_tool_call_writes_the_goal_and_binds_the_conversation_to_it(world: World) -> None:
    world.play([TextDelta("I write it down."), CREATE], [TextDelta("Done.")])
    await world.chat.send(None, "I want to run", world.options, world.events.append)
    (goal,) = await world.goals.list_goals()
    assert goal.title == "Run a half marathon"
    transcript = await world.chat.transcript((await world.chat.list_conversations())[0].id)
    assert transcript.conversation.goal_id == goal.id
    first, call, last = transcript.messages[1].parts
    assert isinstance(call, ToolCallPart)
    assert (first, last) == (TextPart("I write it down."), TextPart("Done."))
    assert (call.ok, call.goal_id, call.revision_id) == (True, goal.id, world.changes[0].revision.id)
    assert world.changes[0].revision.author.conversation_id == transcript.conversation.id
    assert [type(event) for event in world.events if isinstance(event, ToolCall | ToolResult)] == [ToolCall, ToolResult]


async def test_the_model_is_given_history_drafts_and_the_open_goal(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run", "Plan"), YOU)).goal
    world.play([TextDelta("One")], [TextDelta("Two")])
    await world.chat.send(None, "First", world.options, world.events.append)
    conversation = (await world.chat.list_conversations())[0]
    options = TurnOptions(ModelChoice("scripted", MODEL), goal.id, (GoalDraft(goal.id, "Run", "unsaved words"),))
    await world.chat.send(conversation.id, "Second", options, world.events.append)
    call = world.scripted.calls[-1]
    assert [message.text for message in call.messages] == ["First", "One", "Second"]
    assert "unsaved words" in call.prompt.variable
    assert f"is number {goal.id}" in call.prompt.variable


async def test_a_provider_that_fails_is_told_and_what_came_is_kept(world: World) -> None:
    world.play([TextDelta("Half a "), ProviderError(ErrorKind.NETWORK, "The line broke.")])
    await world.chat.send(None, "Hi", world.options, world.events.append)
    assert world.ended.error is not None
    assert world.ended.error.kind is ErrorKind.NETWORK
    coach = (await world.chat.transcript((await world.chat.list_conversations())[0].id)).messages[1]
    assert (coach.text, coach.status, coach.error) == ("Half a ", MessageStatus.FAILED, "The line broke.")


async def test_stop_keeps_the_text_and_drops_the_unanswered_call(world: World) -> None:
    seen = asyncio.Event()

    def listen(event: TurnEvent) -> None:
        world.events.append(event)
        if isinstance(event, TextDelta):
            seen.set()

    world.play([TextDelta("So far"), asyncio.Event()])
    task = asyncio.create_task(world.chat.send(None, "Hi", world.options, listen))
    await seen.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.ended.message.status is MessageStatus.STOPPED
    conversation = (await world.chat.list_conversations())[0]
    coach = (await world.chat.transcript(conversation.id)).messages[1]
    assert (coach.text, coach.status) == ("So far", MessageStatus.STOPPED)
    world.play([TextDelta("Again")])
    await world.chat.send(conversation.id, "Go on", world.options, world.events.append)
    assert [message.text for message in world.scripted.calls[-1].messages] == ["Hi", "So far", "Go on"]


async def test_a_reply_is_on_disk_while_it_streams(world: World) -> None:
    """The save every second: the text is in the database before the turn ends."""
    stored = asyncio.Event()

    async def watch() -> None:
        while not stored.is_set():
            conversations = await world.chat.list_conversations()
            messages = (await world.chat.transcript(conversations[0].id)).messages if conversations else ()
            if any(message.text == "Early words" for message in messages):
                assert messages[1].status is MessageStatus.STREAMING
                stored.set()
            await asyncio.sleep(0.02)

    world.play([TextDelta("Early words"), asyncio.Event()])
    turn = asyncio.create_task(world.chat.send(None, "Hi", world.options, world.events.append))
    await asyncio.wait_for(watch(), 30)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn


async def test_an_ended_program_leaves_its_reply_marked_as_interrupted_and_no_other(world: World) -> None:
    world.play([TextDelta("Whole")])
    await world.chat.send(None, "Hi", world.options, world.events.append)
    conversation = (await world.chat.list_conversations())[0]
    # What a power cut leaves: a reply that still says it is streaming.
    half = Message(Role.COACH, (TextPart("Half"),), status=MessageStatus.STREAMING)
    await ConversationRepository(world.database).add_message(conversation.id, half, NOW)
    assert await world.chat.mark_interrupted() == 1
    _, whole, cut = (await world.chat.transcript(conversation.id)).messages
    assert (whole.text, whole.status) == ("Whole", MessageStatus.COMPLETE)
    assert (cut.text, cut.status) == ("Half", MessageStatus.INTERRUPTED)
    assert await world.chat.mark_interrupted() == 0


@pytest.mark.parametrize("text", ["", " \n\t", "\x00"])
async def test_an_empty_message_is_refused_and_begins_nothing(world: World, text: str) -> None:
    with pytest.raises(InvalidValueError, match="nothing to send"):
        await world.chat.send(None, text, world.options, world.events.append)
    assert await world.chat.list_conversations() == ()


async def test_a_message_of_a_megabyte_is_kept_whole(world: World) -> None:
    world.play([TextDelta("Long.")])
    text = "word " * 200_000 + "end"
    await world.chat.send(None, text, world.options, world.events.append)
    conversation = (await world.chat.list_conversations())[0]
    assert (await world.chat.transcript(conversation.id)).messages[0].text == text
    assert len(conversation.title) < 60


async def test_a_message_beyond_the_limit_stays_with_the_person(world: World) -> None:
    with pytest.raises(InvalidValueError, match="still in the box"):
        await world.chat.send(None, "x" * (MESSAGE_LIMIT + 1), world.options, world.events.append)


async def test_a_conversation_that_is_gone_is_said_to_be(world: World) -> None:
    with pytest.raises(NotFoundError):
        await world.chat.send(ConversationId(9), "Hi", world.options, world.events.append)


async def test_a_bug_in_the_middle_of_a_turn_keeps_the_text_and_is_not_hidden(world: World) -> None:
    def broken(event: TurnEvent) -> None:
        if isinstance(event, TextDelta):
            raise RuntimeError("a bug")  # noqa: TRY004 - any exception
        world.events.append(event)

    world.play([TextDelta("Half")])
    with pytest.raises(RuntimeError):
        await world.chat.send(None, "Hi", world.options, broken)
    assert world.ended.message.status is MessageStatus.FAILED
    assert world.ended.message.text == "Half"
