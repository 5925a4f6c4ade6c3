"""Titles come by themselves and give way to the person's; what is deleted can be brought back."""

import json

import pytest

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation
from desktop_app.domain.revisions import YOU
from desktop_app.errors import InvalidValueError, NotFoundError
from desktop_app.llm.events import TextDelta, ToolCall
from desktop_app.services.chat.titles import TITLE_LENGTH, title_of
from desktop_app.services.conversations import ConversationService
from desktop_app.storage.headings import HeadingRepository
from tests.services.conftest import NOW, World

CREATE = ToolCall("c1", "create_goal", json.dumps({"title": "Run a half marathon"}))
CREATE_ANOTHER = ToolCall("c2", "create_goal", json.dumps({"title": "Read 24 books"}))


async def begun(world: World, text: str = "I want to run") -> ConversationId:
    world.play([TextDelta("Hello")])
    await world.chat.send(None, text, world.options, world.events.append)
    return (await world.chat.list_conversations())[0].id


async def title(world: World) -> str:
    return (await world.chat.list_conversations())[0].title


async def test_a_chat_is_called_by_its_first_words_and_then_by_the_first_goal_made_in_it(world: World) -> None:
    chat = await begun(world, "Hi coach, I want to run further. Any ideas?")
    assert await title(world) == "Run further"
    told: list[Conversation] = []
    world.headings.subscribe(told.append)
    world.play([CREATE, CREATE_ANOTHER], [TextDelta("Done")])
    await world.chat.send(chat, "Write it down", world.options, world.events.append)
    assert [one.title for one in told] == ["Run a half marathon"]
    conversation = (await world.chat.list_conversations())[0]
    assert conversation.title == "Run a half marathon"
    assert conversation.goal_id == (await world.goals.list_goals())[0].id


async def test_a_title_that_the_person_gave_stays(world: World) -> None:
    chat = await begun(world)
    await world.headings.rename(chat, "  My\nrace ")
    world.play([CREATE], [TextDelta("Done")])
    await world.chat.send(chat, "Write it down", world.options, world.events.append)
    assert await title(world) == "My race"


async def test_an_empty_title_is_refused(world: World) -> None:
    chat = await begun(world)
    with pytest.raises(InvalidValueError, match="the old one stays"):
        await world.headings.rename(chat, " \n ")
    assert await title(world) == "Run"


async def test_a_chat_can_be_pinned_deleted_and_restored_and_goals_stay(world: World) -> None:
    goal = (await world.goals.create(GoalFields("Run"), YOU)).goal
    chat = await begun(world)
    told: list[Conversation] = []
    world.headings.subscribe(told.append)
    await world.headings.pin(chat, is_pinned=True)
    await world.headings.delete(chat)
    assert await world.chat.list_conversations() == ()
    assert [one.id for one in await world.headings.deleted()] == [chat]
    await world.headings.restore(chat)
    assert (await world.chat.list_conversations())[0].is_pinned
    assert [one.deleted_at for one in told] == [None, NOW, None]
    assert await world.goals.list_goals() == (goal,)
    with pytest.raises(NotFoundError, match="cannot be restored"):
        await world.headings.restore(chat)


async def test_what_was_deleted_is_gone_for_good_after_thirty_days(world: World) -> None:
    chat = await begun(world)
    await world.headings.delete(chat)
    assert await world.headings.purge() == 0
    later = ConversationService(HeadingRepository(world.database), lambda: NOW.replace(month=12, day=22))
    assert await later.purge() == 1
    assert await world.headings.deleted() == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Run", "Run"),
        ("I want to run a half marathon in May and I ran 5 km", "Run a half marathon in May and I ran 5 km"),
        ("Hello! Could you help me to read 24 books? I have 3.", "Read 24 books"),
        ("Hi there", "Hi there"),
        ("please", "Please"),
        ("Guten Tag, ich möchte Spanisch lernen", "Ich möchte Spanisch lernen"),
        ("Run 21.1 km. Then rest.", "Run 21.1 km"),
        ("毎日走りたい。手伝って。", "毎日走りたい"),
        ("1" * 100, "1" * TITLE_LENGTH + "…"),
        ("Why B1, and why now?", "Why B1, and why now?"),
        ("one " * 30, "One one one one one one one one one one one one…"),
        ("Two\nlines", "Two lines"),
        ("...", "..."),
    ],
)
def test_a_title_is_the_subject_of_the_first_sentence(text: str, expected: str) -> None:
    assert title_of(text) == expected
