"""Conversations and messages come back as they were written, also while a reply comes in."""

import threading
from dataclasses import asdict, replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.domain.goals import GoalFields, storable_text
from desktop_app.domain.ids import ConversationId, GoalId, MessageId, RevisionId
from desktop_app.domain.messages import (
    Conversation,
    Message,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
    Transcript,
)
from desktop_app.domain.revisions import YOU
from desktop_app.domain.usage import Usage
from desktop_app.errors import NotFoundError
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository, Write
from tests.storage.conftest import NOW

LATER = NOW + timedelta(minutes=5)
CALL = ToolCallPart("call-1", "create_goal", '{"title": ')
ANSWERED = replace(CALL, result="Created goal 7", goal_id=GoalId(7), revision_id=RevisionId(9))
USAGE = Usage(1200, 80, 1000, 4, 20, cost_micro_usd=123_456_789_012, time_to_first_token_ms=310, is_estimated=True)
REPLY = Message(
    Role.COACH,
    (ReasoningPart("hm", "signed", 4200), TextPart("Let me write it down."), ANSWERED, TextPart("Done.")),
    provider="builtin",
    model="qwen",
    usage=USAGE,
)

texts = st.text(alphabet=st.characters(), max_size=20)  # lone surrogates and NUL too
numbers = st.none() | st.integers(1, 2**31 - 1)
parts = st.lists(
    st.builds(TextPart, texts)
    | st.builds(ReasoningPart, texts, st.none() | texts, numbers)
    | st.builds(ToolCallPart, texts, texts, texts, st.none() | texts, st.booleans(), numbers, numbers),
    max_size=6,
).map(tuple)
messages = st.builds(
    Message,
    st.sampled_from(Role),
    parts,
    status=st.sampled_from(MessageStatus),
    provider=st.none() | texts,
    model=st.none() | texts,
    usage=st.none() | st.builds(Usage, st.integers(0, 2**40), cost_micro_usd=st.none() | st.integers(0, 2**60)),
    error=st.none() | texts,
)


def cleaned(message: Message) -> Message:
    """The message as a database can hold it."""

    def clean(text: str | None) -> str | None:
        return None if text is None else storable_text(text)

    def clean_part(part: Part) -> Part:
        texts: dict[str, Any] = {
            name: storable_text(value) if isinstance(value, str) else value for name, value in asdict(part).items()
        }
        return type(part)(**texts)

    return replace(
        message,
        parts=tuple(clean_part(part) for part in message.parts),
        provider=clean(message.provider),
        model=clean(message.model),
        error=clean(message.error),
    )


@pytest.fixture
async def conversation(conversations: ConversationRepository) -> Conversation:
    return await conversations.create("Running", NOW)


async def test_a_conversation_comes_back_as_it_was_begun(
    conversations: ConversationRepository, goals: GoalRepository
) -> None:
    goal, _ = await goals.create(GoalFields("Run"), Write(YOU, NOW))

    conversation = await conversations.create("Running \ud83d", NOW, goal.id)

    assert (conversation.title, conversation.goal_id) == ("Running \ufffd", goal.id)
    assert (conversation.created_at, conversation.updated_at) == (NOW, NOW)
    assert await conversations.conversation(conversation.id) == conversation
    assert await conversations.transcript(conversation.id) == Transcript(conversation, ())


async def test_a_conversation_can_belong_to_a_goal_or_none(
    conversations: ConversationRepository, goals: GoalRepository, conversation: Conversation
) -> None:
    goal, _ = await goals.create(GoalFields("Run"), Write(YOU, NOW))

    await conversations.set_goal(conversation.id, goal.id)
    changed = await conversations.conversation(conversation.id)
    assert changed == replace(conversation, goal_id=goal.id)

    await conversations.set_goal(conversation.id, None)
    assert (await conversations.conversation(conversation.id)).goal_id is None


async def test_the_conversation_with_the_newest_message_is_listed_first(conversations: ConversationRepository) -> None:
    old, new = [await conversations.create(title, NOW) for title in ("old", "new")]
    assert [item.id for item in await conversations.list_conversations()] == [new.id, old.id]

    await conversations.add_message(old.id, REPLY, LATER)

    first, second = await conversations.list_conversations()
    assert (first.id, first.updated_at) == (old.id, LATER)
    assert second == new


async def test_a_transcript_holds_the_messages_as_they_were_added_the_oldest_first(
    conversations: ConversationRepository, conversation: Conversation
) -> None:
    other = await conversations.create("Other", NOW)
    you = await conversations.add_message(conversation.id, Message(Role.YOU, (TextPart("Hi"),)), NOW)
    await conversations.add_message(other.id, Message(Role.YOU, (TextPart("elsewhere"),)), NOW)
    coach = await conversations.add_message(conversation.id, REPLY, LATER)

    assert coach == replace(REPLY, id=coach.id, created_at=LATER, parent_id=you.id)
    assert coach.created_at is not None
    assert coach.created_at.tzinfo is UTC
    assert (await conversations.transcript(conversation.id)).messages == (you, coach)


@given(first=messages, second=messages)
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_message_and_whatever_takes_its_place_come_back_exactly(
    conversations: ConversationRepository, first: Message, second: Message
) -> None:
    conversation = await conversations.create("any", NOW)
    added = await conversations.add_message(conversation.id, first, NOW)
    assert added == replace(cleaned(first), id=added.id, created_at=NOW)

    await conversations.save_message(replace(second, id=added.id))

    (saved,) = (await conversations.transcript(conversation.id)).messages
    assert saved == replace(cleaned(second), id=added.id, role=first.role, created_at=NOW)


async def test_saving_a_growing_reply_does_not_write_its_earlier_parts_again(
    database: Database, conversations: ConversationRepository, conversation: Conversation
) -> None:
    reply = await conversations.add_message(
        conversation.id,
        replace(REPLY, parts=(TextPart("one"), CALL, TextPart("tw")), status=MessageStatus.STREAMING),
        NOW,
    )
    statements: list[str] = []
    await trace(database, statements)

    await conversations.save_message(replace(reply, parts=(*reply.parts[:2], TextPart("two"))))

    writes = [statement for statement in statements if statement.startswith(("INSERT", "DELETE"))]
    assert len([write for write in writes if write.startswith("INSERT")]) == 1
    assert not [write for write in writes if "'one'" in write]
    statements.clear()
    await conversations.save_message(replace(reply, parts=(*reply.parts[:2], TextPart("two"))))
    assert not [statement for statement in statements if statement.startswith(("INSERT", "DELETE", "UPDATE"))]


async def test_an_answer_to_an_earlier_call_is_saved_with_the_text_that_followed(
    conversations: ConversationRepository, conversation: Conversation
) -> None:
    reply = await conversations.add_message(conversation.id, replace(REPLY, parts=(TextPart("a"), CALL)), NOW)

    await conversations.save_message(replace(reply, parts=(TextPart("a"), ANSWERED, TextPart("b"))))
    assert await stored_parts(conversations, conversation) == (TextPart("a"), ANSWERED, TextPart("b"))

    await conversations.save_message(replace(reply, parts=(TextPart("a"),)))
    assert await stored_parts(conversations, conversation) == (TextPart("a"),)


async def test_a_reply_of_a_megabyte_comes_back_whole(
    conversations: ConversationRepository, conversation: Conversation
) -> None:
    long = TextPart("é𝄞x " * 250_000)

    await conversations.add_message(conversation.id, Message(Role.YOU, (long,)), NOW)

    assert await stored_parts(conversations, conversation) == (long,)


async def test_replies_that_were_coming_in_are_marked_as_interrupted_once(
    conversations: ConversationRepository, conversation: Conversation
) -> None:
    for status in MessageStatus:
        await conversations.add_message(conversation.id, replace(REPLY, status=status), NOW)

    assert await conversations.mark_interrupted() == 1
    assert await conversations.mark_interrupted() == 0

    statuses = [message.status for message in (await conversations.transcript(conversation.id)).messages]
    assert statuses == [MessageStatus.INTERRUPTED, *list(MessageStatus)[1:]]


@pytest.mark.parametrize("number", [0, 99, 10**30])
async def test_what_does_not_exist_is_not_found(conversations: ConversationRepository, number: int) -> None:
    nowhere = ConversationId(number)
    for attempt in (
        conversations.conversation(nowhere),
        conversations.transcript(nowhere),
        conversations.set_goal(nowhere, None),
        conversations.add_message(nowhere, REPLY, NOW),
        conversations.add_branch(nowhere, None, REPLY, NOW),
        conversations.path_to(nowhere, MessageId(number)),
        conversations.choose(MessageId(number)),
        conversations.save_message(replace(REPLY, id=MessageId(number))),
        conversations.save_message(REPLY),
    ):
        with pytest.raises(NotFoundError):
            await attempt


async def test_two_hundred_commits_run_in_the_thread_of_the_database_not_in_that_of_the_loop(
    database: Database, conversations: ConversationRepository, goals: GoalRepository, conversation: Conversation
) -> None:
    goal, _ = await goals.create(GoalFields("Run"), Write(YOU, NOW))
    commits: list[str] = []
    threads: set[int] = set()
    await trace(database, commits, threads)

    for number in range(200):
        await conversations.set_goal(conversation.id, None if number % 2 else goal.id)

    assert commits.count("COMMIT") >= 200
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def trace(database: Database, statements: list[str], threads: set[int] | None = None) -> None:
    """Note each statement of the connection that is used next, and the thread it runs in."""

    def note(statement: str) -> None:
        statements.append(statement)
        if threads is not None:
            threads.add(threading.get_ident())

    async with database.reading() as session:
        raw = await (await session.connection()).get_raw_connection()
        assert raw.driver_connection is not None
        await raw.driver_connection.set_trace_callback(note)


async def stored_parts(conversations: ConversationRepository, conversation: Conversation) -> tuple[Part, ...]:
    """The parts of the last message."""
    return (await conversations.transcript(conversation.id)).messages[-1].parts
