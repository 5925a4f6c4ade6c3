"""Two models answer one message: nothing is done until one answer is kept, and nothing is lost then."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_app.domain.comparisons import ModelWins, Side
from desktop_app.domain.goals import GoalFields
from desktop_app.domain.ids import ComparisonId, ConversationId
from desktop_app.domain.messages import HELD, Message, MessageStatus, Role
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import YOU
from desktop_app.errors import InvalidValueError, NotAllowedError, NotFoundError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import TextDelta, ToolCall
from desktop_app.llm.scripted import ScriptedService
from desktop_app.services.chat import ChatRepositories, ChatService, TurnEnded, TurnEvent, TurnOptions, TurnStarted
from desktop_app.services.chat.comparing import NOT_DONE, CompareService
from desktop_app.services.coach_writes import CoachWrites
from desktop_app.services.conversations import ConversationService
from desktop_app.services.goals import GoalService
from desktop_app.storage.database import Database
from desktop_app.storage.goals import GoalRepository
from desktop_app.storage.headings import HeadingRepository
from tests.services.conftest import NOW, TODAY

ONE, TWO = ModelChoice("one", "small"), ModelChoice("two", "large")
BOTH = (TurnOptions(ONE), TurnOptions(TWO))


def create(title: str) -> ToolCall:
    return ToolCall("c", "create_goal", json.dumps({"title": title}))


@dataclass
class Pair:
    """Two scripted models on one profile, and what each side told."""

    database: Database
    chat: ChatService
    goals: GoalService
    models: dict[str, ScriptedService]
    events: dict[Side, list[TurnEvent]] = field(default_factory=lambda: {side: [] for side in Side})

    @property
    def compare(self) -> CompareService:
        return self.chat.comparing

    def listen(self, side: Side, event: TurnEvent) -> None:
        self.events[side].append(event)

    def ended(self, side: Side) -> TurnEnded:
        last = self.events[side][-1]
        assert isinstance(last, TurnEnded)
        return last

    async def path(self, chat: ConversationId) -> tuple[Message, ...]:
        return (await self.chat.transcript(chat)).messages


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    database = await Database.open(tmp_path / "goalgetter.db")
    models = {name: ScriptedService(lambda: TODAY, ()) for name in ("one", "two")}

    async def service_for(name: str) -> BaseLLMService:
        return models[name]

    goals = GoalService(GoalRepository(database), lambda: NOW)
    headings = ConversationService(HeadingRepository(database), lambda: NOW)

    def another(_asked: object) -> ModelChoice:
        return ONE

    coach = CoachWrites.of(database, goals, lambda: NOW)
    chat = ChatService(
        ChatRepositories.of(database),
        headings,
        coach,
        service_for,
        lambda: NOW,
        another,
    )
    yield Pair(database, chat, goals, models)
    await database.close()


async def test_both_answer_at_once_and_their_tools_are_held(pair: Pair) -> None:
    pair.models["one"].extend([[create("Run")], [TextDelta("I would write it down.")]])
    pair.models["two"].extend([[TextDelta("How far?")]])
    comparison = await pair.compare.compare(None, "I want to run", BOTH, pair.listen)
    assert await pair.goals.list_goals() == ()
    first, second = pair.ended(Side.FIRST).message, pair.ended(Side.SECOND).message
    (call,) = first.tool_calls
    assert (call.is_held, call.result, call.ok) == (True, HELD, True)
    assert (first.model, second.model, second.text) == ("small", "large", "How far?")
    assert comparison.message_ids == (first.id, second.id)
    assert await pair.compare.undecided(comparison.conversation_id) == comparison
    starts = [events[0] for events in pair.events.values()]
    assert all(isinstance(one, TurnStarted) for one in starts)
    asked = [[message.text for message in model.calls[0].messages] for model in pair.models.values()]
    assert asked == [["I want to run"], ["I want to run"]]


async def test_keeping_an_answer_does_what_it_would_and_leaves_the_other_as_a_branch(pair: Pair) -> None:
    pair.models["one"].extend([[create("Run")], [TextDelta("First.")]])
    pair.models["two"].extend([[create("Swim")], [TextDelta("Second.")]])
    comparison = await pair.compare.compare(None, "Do it", BOTH, pair.listen)
    transcript = await pair.compare.keep(comparison.id, Side.FIRST)
    (goal,) = await pair.goals.list_goals()
    assert goal.title == "Run"
    assert transcript.conversation.goal_id == goal.id
    (call,) = transcript.messages[1].tool_calls
    assert (call.is_held, call.ok, call.goal_id) == (False, True, goal.id)
    assert call.revision_id is not None
    revision = (await pair.goals.revisions(goal.id))[0]
    assert (revision.author.provider, revision.author.model) == ("one", "small")
    assert await pair.compare.undecided(comparison.conversation_id) is None
    place = transcript.places[comparison.message_ids[0]]
    assert (place.total, place.next) == (2, comparison.message_ids[1])
    other = (await pair.chat.choose_branch(comparison.message_ids[1])).messages[1]
    assert other.text == "Second."
    assert [(call.result, call.ok) for call in other.tool_calls] == [(NOT_DONE, False)]


async def test_the_conversation_goes_on_from_the_answer_that_was_kept(pair: Pair) -> None:
    pair.models["one"].extend([[TextDelta("First.")], [TextDelta("On.")]])
    pair.models["two"].extend([[TextDelta("Second.")]])
    comparison = await pair.compare.compare(None, "Hi", BOTH, pair.listen)
    await pair.compare.keep(comparison.id, Side.FIRST)
    await pair.chat.send(comparison.conversation_id, "Go on", BOTH[0], lambda _: None)
    assert [message.text for message in await pair.path(comparison.conversation_id)] == ["Hi", "First.", "Go on", "On."]


async def test_a_call_that_could_not_be_run_goes_back_to_the_model(pair: Pair) -> None:
    pair.models["one"].extend([[ToolCall("c", "create_goal", "{}")], [TextDelta("Sorry.")]])
    pair.models["two"].extend([[TextDelta("Hm.")]])
    await pair.compare.compare(None, "Hi", BOTH, pair.listen)
    (call,) = pair.ended(Side.FIRST).message.tool_calls
    assert (call.ok, call.is_held) == (False, False)
    assert "title" in (call.result or "")


async def test_what_the_tools_say_when_they_run_is_kept_also_where_they_refuse(pair: Pair) -> None:
    goal = (await pair.goals.create(GoalFields("Run"), YOU)).goal
    past = ToolCall("c", "update_goal", json.dumps({"goal_id": goal.id, "deadline": "2020-01-01"}))
    pair.models["one"].extend([[past], [TextDelta("First.")]])
    pair.models["two"].extend([[TextDelta("Second.")]])
    comparison = await pair.compare.compare(None, "Hi", BOTH, pair.listen)
    transcript = await pair.compare.keep(comparison.id, Side.FIRST)
    (call,) = transcript.messages[1].tool_calls
    assert (call.ok, call.is_held) == (False, False)
    assert "past" in (call.result or "")


async def test_a_model_that_fails_is_told_and_nobody_answers_in_its_place(pair: Pair) -> None:
    pair.models["one"].extend([[TextDelta("First.")]])
    pair.models["two"].extend([[ProviderError(ErrorKind.NETWORK, "The line broke.")]])
    comparison = await pair.compare.compare(None, "Hi", BOTH, pair.listen)
    failed = pair.ended(Side.SECOND)
    assert failed.error is not None
    assert (failed.message.status, failed.message.provider) == (MessageStatus.FAILED, "two")
    assert pair.ended(Side.FIRST).error is None
    transcript = await pair.compare.keep(comparison.id, Side.FIRST)
    assert [message.text for message in transcript.messages] == ["Hi", "First."]


async def test_stopping_stops_both_and_keeps_what_came(pair: Pair) -> None:
    begun = asyncio.Event()
    count = 0

    def listen(side: Side, event: TurnEvent) -> None:
        nonlocal count
        pair.listen(side, event)
        count += isinstance(event, TextDelta)
        if count == 2:
            begun.set()

    for name in ("one", "two"):
        pair.models[name].extend([[TextDelta(f"So far {name}"), asyncio.Event()]])
    task = asyncio.create_task(pair.compare.compare(None, "Hi", BOTH, listen))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    ends = [pair.ended(side).message for side in Side]
    assert [(end.text, end.status) for end in ends] == [
        ("So far one", MessageStatus.STOPPED),
        ("So far two", MessageStatus.STOPPED),
    ]
    (conversation,) = await pair.chat.list_conversations()
    comparison = await pair.compare.undecided(conversation.id)
    assert comparison is not None
    kept = await pair.compare.keep(comparison.id, Side.SECOND)
    assert kept.messages[1].text == "So far two"


async def test_neither_a_turn_nor_a_choice_comes_between_while_both_answer(pair: Pair) -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()

    def listen(side: Side, event: TurnEvent) -> None:
        pair.listen(side, event)
        if isinstance(event, TextDelta):
            begun.set()

    pair.models["one"].extend([[TextDelta("First."), goes_on]])
    pair.models["two"].extend([[TextDelta("Second."), goes_on]])
    task = asyncio.create_task(pair.compare.compare(None, "Hi", BOTH, listen))
    await begun.wait()
    (conversation,) = await pair.chat.list_conversations()
    comparison = await pair.compare.undecided(conversation.id)
    assert comparison is not None
    with pytest.raises(NotAllowedError):
        await pair.compare.keep(comparison.id, Side.FIRST)
    with pytest.raises(NotAllowedError):
        await pair.chat.send(conversation.id, "And", BOTH[0], lambda _: None)
    goes_on.set()
    await task


async def test_an_answer_is_kept_once(pair: Pair) -> None:
    for name in ("one", "two"):
        pair.models[name].extend([[create(name)], [TextDelta(name)]])
    comparison = await pair.compare.compare(None, "Hi", BOTH, pair.listen)
    await pair.compare.keep(comparison.id, Side.SECOND)
    with pytest.raises(NotAllowedError, match="kept already"):
        await pair.compare.keep(comparison.id, Side.FIRST)
    assert [goal.title for goal in await pair.goals.list_goals()] == ["two"]
    with pytest.raises(NotFoundError):
        await pair.compare.keep(ComparisonId(99), Side.FIRST)


async def test_wins_are_counted_per_model_and_outlive_the_conversation(pair: Pair) -> None:
    chat: ConversationId | None = None
    for side in (Side.SECOND, Side.SECOND, Side.FIRST, None):
        for model in pair.models.values():
            model.extend([[TextDelta("Answer.")]])
        comparison = await pair.compare.compare(chat, "Hi", BOTH, pair.listen)
        chat = comparison.conversation_id
        if side is not None:
            await pair.compare.keep(comparison.id, side)
    assert await pair.compare.wins() == (ModelWins(TWO, 2, 3), ModelWins(ONE, 1, 3))
    headings = HeadingRepository(pair.database)
    assert chat is not None
    await headings.delete(chat, NOW)
    await headings.purge(NOW.replace(year=2030))
    assert await pair.compare.wins() == (ModelWins(TWO, 2, 3), ModelWins(ONE, 1, 3))


async def test_a_model_that_looks_through_the_goals_is_shown_them(pair: Pair) -> None:
    await pair.goals.create(GoalFields("Run a half marathon"), YOU)
    for name in ("one", "two"):
        pair.models[name].extend([[ToolCall("l", "list_goals", "{}")], [TextDelta(name)]])
    comparison = await pair.compare.compare(None, "Hi", BOTH, pair.listen)
    _, first, _ = await pair.compare.messages(comparison)
    assert not first.tool_calls[0].is_held
    assert "Run a half marathon" in (first.tool_calls[0].result or "")


async def test_an_empty_message_compares_nothing(pair: Pair) -> None:
    with pytest.raises(InvalidValueError):
        await pair.compare.compare(None, "  ", BOTH, pair.listen)
    assert await pair.chat.list_conversations() == ()


async def test_a_comparison_that_the_program_left_can_still_be_decided(pair: Pair) -> None:
    for name in ("one", "two"):
        pair.models[name].extend([[create(name)], [TextDelta(name)]])
    comparison = await pair.compare.compare(None, "Hi", BOTH, pair.listen)
    database = await Database.open(pair.database.path)
    found = await ChatRepositories.of(database).comparisons.undecided(comparison.conversation_id)
    question, first, second = await pair.compare.messages(comparison)
    assert (question.text, first.provider, second.provider) == ("Hi", "one", "two")
    messages = await ChatRepositories.of(database).conversations.path_to(
        comparison.conversation_id, comparison.message_ids[0]
    )
    await database.close()
    assert found == comparison
    assert messages[-1].role is Role.COACH
    assert messages[-1].tool_calls[0].is_held
