"""A long conversation: the summary is made once, kept, sent in place of what it tells of, and belongs to its branch."""

from desktop_app.domain.folds import Fold, furthest_fold
from desktop_app.domain.goal_notes import NO_NOTES
from desktop_app.domain.goals import UserPhase
from desktop_app.domain.ids import MessageId
from desktop_app.domain.messages import Message, Role, TextPart
from desktop_app.llm.context_window import ContextLimit
from desktop_app.llm.events import HistoryFolded, TextDelta
from desktop_app.llm.folding import EarlierMessages, earlier_messages
from desktop_app.services.chat import TurnStarted
from desktop_app.services.coach_reader import GoalsKnown
from desktop_app.services.context import build_context
from tests.services.conftest import World

LONG = "word " * 1_500


async def talk(world: World, count: int) -> None:
    """So many turns, each with a long message; what is asked for a summary answers with one."""
    for number in range(count):
        started = [event for event in world.events if isinstance(event, TurnStarted)]
        conversation_id = started[0].conversation.id if started else None
        world.play([TextDelta(f"answer {number}")])
        await world.chat.send(conversation_id, f"{number} {LONG}", world.options, world.events.append)
        assert world.ended.error is None


def folds_told(world: World) -> list[Fold]:
    return [event.fold for event in world.events if isinstance(event, HistoryFolded)]


async def test_a_fold_is_kept_with_the_conversation_and_used_until_it_is_outgrown(world: World) -> None:
    world.scripted.limit = ContextLimit(11_000, reply_room=1_000)
    await talk(world, 8)
    told = folds_told(world)
    assert 1 <= len(told) < 5
    conversation = (await world.chat.list_conversations())[0]
    transcript = await world.chat.transcript(conversation.id)
    assert len(transcript.messages) == 16
    assert [fold.text for fold in transcript.folds] == [fold.text for fold in told]
    fold = transcript.fold
    assert fold is not None
    assert fold.up_to == transcript.messages[fold.message_count - 1].id
    assert fold.created_at is not None
    sent = world.scripted.calls[-1].messages
    assert isinstance(sent[0], EarlierMessages)
    assert "You: 0 word" in sent[0].text
    assert sent[1].text.startswith(f"{fold.message_count // 2} ")


async def test_a_model_that_holds_all_of_it_is_sent_all_of_it(world: World) -> None:
    world.scripted.limit = ContextLimit(11_000, reply_room=1_000)
    await talk(world, 5)
    assert folds_told(world)
    world.scripted.limit = ContextLimit(1_000_000)
    world.play([TextDelta("I see.")])
    conversation = (await world.chat.list_conversations())[0]
    await world.chat.send(conversation.id, "And now?", world.options, world.events.append)
    sent = world.scripted.calls[-1].messages
    assert len(sent) == 11
    assert not any(isinstance(message, EarlierMessages) for message in sent)


async def test_a_fold_of_another_branch_is_not_used(world: World) -> None:
    world.scripted.limit = ContextLimit(11_000, reply_room=1_000)
    await talk(world, 5)
    conversation = (await world.chat.list_conversations())[0]
    first = (await world.chat.transcript(conversation.id)).messages[0]
    assert first.id is not None
    world.play([TextDelta("Let us begin again.")])
    await world.chat.edit(conversation.id, first.id, "Another beginning", world.options, world.events.append)
    transcript = await world.chat.transcript(conversation.id)
    assert transcript.folds
    assert transcript.fold is None
    assert [message.text for message in world.scripted.calls[-1].messages] == ["Another beginning"]


def test_the_fold_that_reaches_furthest_along_the_path_counts() -> None:
    folds = [Fold("b", 4, MessageId(4)), Fold("a", 2, MessageId(2)), Fold("elsewhere", 9, MessageId(9)), Fold("x", 1)]
    assert furthest_fold(folds, [MessageId(number) for number in range(1, 6)]) == folds[0]
    assert furthest_fold(folds, [MessageId(1)]) is None


def test_a_fold_stands_where_it_ends_even_if_that_message_has_nothing_to_say() -> None:
    messages = [
        Message(Role.YOU, (TextPart("one"),), id=MessageId(1)),
        Message(Role.COACH, (), id=MessageId(2)),
        Message(Role.YOU, (TextPart("two"),), id=MessageId(3)),
    ]
    fold = Fold("They said one.", 2, MessageId(2))
    context = build_context(messages, GoalsKnown((), NO_NOTES, UserPhase.GOAL_SETTING), (), None, [fold])
    assert context.messages == (messages[0], earlier_messages(fold), messages[2])
