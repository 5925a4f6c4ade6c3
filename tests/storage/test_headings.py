"""Headings: who gave the title, what is pinned, and what is deleted, restored and in the end gone for good."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import AttachmentPart, Conversation, Message, Role, TextPart, Unsent
from desktop_app.errors import NotFoundError
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.headings import HeadingRepository
from desktop_app.storage.unsent import UnsentRepository
from tests.storage.conftest import NOW

LATER = NOW + timedelta(days=2)


@pytest.fixture
def headings(database: Database) -> HeadingRepository:
    return HeadingRepository(database)


@pytest.fixture
async def conversation(conversations: ConversationRepository) -> Conversation:
    return await conversations.create("Running", NOW)


async def counts(database: Database) -> dict[str, int]:
    """How many rows each table of conversations has."""
    tables = ("conversations", "messages", "message_parts", "attachments", "drafts", "queued_messages")
    async with database.reading() as session:
        return {table: await session.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables}  # noqa: S608


async def test_a_title_from_the_person_is_not_replaced_by_a_suggestion(
    headings: HeadingRepository, conversation: Conversation
) -> None:
    assert (await headings.suggest_title(conversation.id, "Run 10 km")).title == "Run 10 km"
    assert (await headings.rename(conversation.id, "My race")).title == "My race"
    assert (await headings.suggest_title(conversation.id, "Run 20 km")).title == "My race"


async def test_pinning_changes_nothing_else(
    headings: HeadingRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    pinned = await headings.pin(conversation.id, is_pinned=True)
    assert pinned == replace(conversation, is_pinned=True)
    assert await conversations.list_conversations() == (pinned,)
    assert await headings.pin(conversation.id, is_pinned=False) == conversation


async def test_a_deleted_conversation_is_out_of_sight_until_it_is_restored(
    headings: HeadingRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    await conversations.add_message(conversation.id, Message(Role.YOU, (TextPart("Hi"),)), NOW)
    deleted = await headings.delete(conversation.id, LATER)
    assert deleted.deleted_at == LATER
    assert await conversations.list_conversations() == ()
    assert await headings.deleted() == (deleted,)
    for attempt in (
        conversations.transcript(conversation.id),
        headings.rename(conversation.id, "x"),
        headings.delete(conversation.id, LATER),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    restored = await headings.restore(conversation.id)
    assert restored == await conversations.conversation(conversation.id) == replace(conversation, deleted_at=None)
    assert [message.text for message in (await conversations.transcript(conversation.id)).messages] == ["Hi"]
    with pytest.raises(NotFoundError):
        await headings.restore(conversation.id)


async def test_purging_removes_all_that_belongs_to_what_was_deleted_long_ago(
    database: Database, headings: HeadingRepository, conversations: ConversationRepository
) -> None:
    unsent = UnsentRepository(database)
    part = AttachmentPart("a.txt", "text/plain", "digest", 1)
    old, recent, kept = [await conversations.create(title, NOW) for title in ("old", "recent", "kept")]
    for one in (old, recent, kept):
        for _ in range(5):
            await conversations.add_message(one.id, Message(Role.YOU, (part, TextPart("Hi"))), NOW)
        await unsent.keep_draft(one.id, Unsent("half"))
        await unsent.enqueue(one.id, Unsent("next"))
    await headings.delete(old.id, NOW)
    await headings.delete(recent.id, LATER)

    assert await headings.purge(LATER, at_once=2) == 1
    assert await headings.purge(LATER) == 0

    assert [one.id for one in await headings.deleted()] == [recent.id]
    assert [one.id for one in await conversations.list_conversations()] == [kept.id]
    assert await counts(database) == {
        "conversations": 2,
        "messages": 10,
        "message_parts": 10,
        "attachments": 10,
        "drafts": 2,
        "queued_messages": 2,
    }


@pytest.mark.parametrize("number", [0, 99, 10**30])
async def test_what_does_not_exist_is_not_found(headings: HeadingRepository, number: int) -> None:
    nowhere = ConversationId(number)
    for attempt in (
        headings.rename(nowhere, "x"),
        headings.suggest_title(nowhere, "x"),
        headings.pin(nowhere, is_pinned=True),
        headings.delete(nowhere, NOW),
        headings.restore(nowhere),
    ):
        with pytest.raises(NotFoundError):
            await attempt
