"""Words are found in every message and goal, in any script, whatever is typed; and the index is always in step."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from desktop_app.domain.goals import GoalFields, Milestone
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import AttachmentPart, Conversation, Message, MessageStatus, Role, TextPart
from desktop_app.domain.revisions import YOU
from desktop_app.domain.search import Piece, SearchResults
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository, Write
from desktop_app.storage.headings import HeadingRepository
from desktop_app.storage.search import SearchRepository
from desktop_app.storage.search_text import match_of, pieces_of
from tests.storage.conftest import NOW

NOTHING = SearchResults()


@pytest.fixture
def search(database: Database) -> SearchRepository:
    return SearchRepository(database)


@pytest.fixture
async def conversation(conversations: ConversationRepository) -> Conversation:
    return await conversations.create("Running", NOW)


async def say(conversations: ConversationRepository, conversation: Conversation, *texts: str) -> list[Message]:
    return [
        await conversations.add_message(conversation.id, Message(Role.YOU, (TextPart(said),)), NOW) for said in texts
    ]


async def found(search: SearchRepository, typed: str, *, by_rank: bool = False) -> list[str]:
    """The snippets of the messages found, hits in brackets."""
    results = await search.search(typed, 20, by_rank=by_rank)
    return [shown(hit.snippet) for hit in results.messages]


def shown(pieces: Sequence[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_hit else piece.text for piece in pieces)


async def test_a_hit_tells_its_message_conversation_time_and_words(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    (message,) = await say(conversations, conversation, "The long run\nis on Sunday.")
    (hit,) = (await search.search("run", 5)).messages
    assert (hit.message_id, hit.conversation_id, hit.conversation_title) == (message.id, conversation.id, "Running")
    assert (hit.role, hit.at) == (Role.YOU, NOW)
    assert hit.snippet == (Piece("The long "), Piece("run", is_hit=True), Piece(" is on Sunday."))


async def test_the_newest_is_first_and_by_rank_the_best(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    await say(conversations, conversation, "run run run", "a run and a lot of other words that say nothing of it")
    assert [snippet.startswith("a") for snippet in await found(search, "run")] == [True, False]
    assert [snippet.startswith("a") for snippet in await found(search, "run", by_rank=True)] == [False, True]
    assert len((await search.search("run", 1)).messages) == 1


@pytest.mark.parametrize(
    ("said", "typed", "snippet"),
    [
        ("Laufen und Läufe", "laufe", "[Laufen] und [Läufe]"),
        ("Laufen und Läufe", "läufe ", "Laufen und [Läufe]"),
        ("Cafe\u0301 Noir", "café", "[Cafe\u0301] Noir"),
        ("Straße", "STRAß", "[Straße]"),
        ("東京マラソンを走る", "京マ", "東[京マ]ラソンを走る"),
        ("東京マラソンを走る", "走", "東京マラソンを[走]る"),
        ("我想跑马拉松", "马拉松", "我想跑[马拉松]"),
        ("마라톤을 뛰고 싶다", "라톤", "마[라톤]을 뛰고 싶다"),
        ("วิ่งมาราธอน", "มาราธอน", "วิ่ง[มาราธอน]"),
        ("אני רוצה לרוץ", "לרוץ", "אני רוצה [לרוץ]"),
        ("أريد الركض", "الركض", "أريد [الركض]"),
        ("Done 🏃🎉 today", "🎉", "Done 🏃[🎉] today"),
        ("pace = 5:41 min/km", "5:41", "pace = [5:41] min/km"),
        ("call f(x) now", "f(x)", "call [f(x]) now"),
        ("it is a half-marathon", "half-mar", "it is a [half-marathon]"),
    ],
)
async def test_words_of_any_script_are_found(
    search: SearchRepository,
    conversations: ConversationRepository,
    conversation: Conversation,
    said: str,
    typed: str,
    snippet: str,
) -> None:
    await say(conversations, conversation, said, "something else 没有 nothing")
    assert await found(search, typed) == [snippet]


async def test_the_last_word_is_a_beginning_while_it_is_typed_and_all_words_must_be_there(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    await say(conversations, conversation, "half marathon", "half of it", "marathons")
    assert await found(search, "half mar") == ["[half] [marathon]"]
    assert await found(search, "hal mar") == []
    assert await found(search, "marathon ") == ["half [marathon]"]
    assert len(await found(search, "m")) == 2


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        '"',
        '""',
        "*",
        "(",
        "-",
        "NOT",
        "a OR",
        "NEAR(",
        "text:",
        '"x',
        "x*y",
        "^",
        "{}",
        "';--",
        "\x00",
        "\ud800",
    ],
)
async def test_signs_of_a_query_language_are_text(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation, typed: str
) -> None:
    await say(conversations, conversation, "nothing of the kind")
    results = await search.search(typed, 5)
    expected = ["[nothing] of the kind"] if typed == "NOT" else []
    assert [shown(hit.snippet) for hit in results.messages] == expected


@given(typed=st.text(max_size=30), said=st.text(max_size=60))
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_typed_is_answered_and_what_was_said_is_found_by_itself(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation, typed: str, said: str
) -> None:
    await search.search(typed, 5)
    (message,) = await say(conversations, conversation, said)
    if match_of(said) is not None:
        hits = (await search.search(said + " ", 1)).messages
        assert [hit.message_id for hit in hits] == [message.id]


async def test_a_reply_is_found_when_it_has_ended_by_what_it_says_then(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    streaming = Message(Role.COACH, (TextPart("first words"),), status=MessageStatus.STREAMING)
    reply = await conversations.add_message(conversation.id, streaming, NOW)
    assert await found(search, "words") == []
    ended = replace(reply, parts=(TextPart("other words"),), status=MessageStatus.COMPLETE)
    await conversations.save_message(ended)
    assert await found(search, "words") == ["other [words]"]
    await conversations.save_message(replace(ended, parts=(TextPart("again"),)))
    assert await found(search, "words") == []


async def test_an_interrupted_reply_is_found_after_the_next_start(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    half = Message(Role.COACH, (TextPart("half a word"),), status=MessageStatus.STREAMING)
    await conversations.add_message(conversation.id, half, NOW)
    await conversations.mark_interrupted()
    assert await found(search, "half") == ["[half] a word"]


async def test_an_attached_file_is_found_by_its_name(
    search: SearchRepository, conversations: ConversationRepository, conversation: Conversation
) -> None:
    part = AttachmentPart("training-plan.md", "text/plain", "digest", 1)
    await conversations.add_message(conversation.id, Message(Role.YOU, (part,)), NOW)
    assert await found(search, "plan.md") == ["training-[plan.md]"]


async def test_deleted_conversations_are_not_found_and_purged_ones_leave_the_index(
    search: SearchRepository, database: Database, conversations: ConversationRepository, conversation: Conversation
) -> None:
    headings = HeadingRepository(database)
    await say(conversations, conversation, "a run")
    await headings.delete(conversation.id, NOW)
    assert await found(search, "run") == []
    await headings.restore(conversation.id)
    assert await found(search, "run") == ["a [run]"]
    await headings.delete(conversation.id, NOW)
    await headings.purge(NOW + timedelta(days=1))
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM message_search")) == 0


async def test_goals_are_found_by_title_plan_milestones_and_tags(
    search: SearchRepository, goals: GoalRepository, database: Database
) -> None:
    fields = GoalFields("Run a half marathon", "Three runs a week", tags=("health",))
    goal, _ = await goals.create(replace(fields, milestones=(Milestone("10 km", "without walking"),)), Write(YOU, NOW))
    await goals.create(GoalFields("Read", "about running"), Write(YOU, NOW))
    first, second = (await search.search("run", 5)).goals
    assert (first.goal_id, shown(first.title)) == (goal.id, "[Run] a half marathon")
    assert (shown(second.title), shown(second.snippet)) == ("Read", "about [running]")
    for typed in ("walking", "health", "10"):
        (hit,) = (await search.search(typed, 5)).goals
        assert hit.goal_id == goal.id
        assert f"[{typed}]" in shown(hit.snippet)
    assert second.snippet

    await goals.update(goal.id, lambda old: replace(old, title="Swim", content="", tags=()), Write(YOU, NOW))
    assert [hit.goal_id for hit in (await search.search("week", 5)).goals] == []
    assert [hit.goal_id for hit in (await search.search("swim", 5)).goals] == [goal.id]
    async with database.writing() as session:
        await session.execute(text("DELETE FROM goals"))
    assert await search.search("swim", 5) == NOTHING


async def test_a_title_that_is_hit_alone_has_no_snippet(search: SearchRepository, goals: GoalRepository) -> None:
    await goals.create(GoalFields("Run", "Three times a week"), Write(YOU, NOW))
    (hit,) = (await search.search("run", 5)).goals
    assert hit.snippet == ()
    assert hit.goal_id == GoalId(1)


def test_neighbouring_hits_are_shown_as_one() -> None:
    assert pieces_of("a \x02b\x03\x02c\x03 d") == (Piece("a "), Piece("bc", is_hit=True), Piece(" d"))


def test_a_snippet_is_shown_without_the_marks_of_markdown() -> None:
    found = pieces_of("## Specific\nRun **\x02half\x03** a marathon.\n- [ ] 10 km\n> 1. `easy`\n2 * 3 - 4 # 5")
    assert found == (
        Piece("Specific Run "),
        Piece("half", is_hit=True),
        Piece(" a marathon. 10 km easy 2 * 3 - 4 # 5"),
    )
