"""What every provider is sent of the past, whoever spoke then: valid, in order, and with nothing left hanging."""

from datetime import UTC, datetime

from desktop_app.domain.goals import Goal, GoalFields, Phase, Template
from desktop_app.domain.ids import GoalId
from desktop_app.domain.messages import (
    AttachmentPart,
    Message,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
)
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools, you
from tests.llm.contract.script import SeenCall, SeenMessage, reply
from tests.llm.contract.test_replies import text_of

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def coach(*parts: Part, status: MessageStatus = MessageStatus.COMPLETE, provider: str = "other") -> Message:
    return Message(Role.COACH, parts, status=status, provider=provider, model="some-model")


ANSWERED = ToolCallPart("call_a", "create_goal", '{"title": "Run"}', result="Goal 1 is there.")
UNANSWERED = ToolCallPart("call_b", "set_goal_phase", '{"goal_id": 1, "phase": "active"}')
BROKEN = ToolCallPart("call_c", "create_goal", '{"title": "Ru', result="The arguments are not valid JSON.", ok=False)


async def history_sent(provider: ProviderUnderTest, *messages: Message) -> list[SeenMessage]:
    """What the provider was sent of `messages`, without the system prompt; checked to be valid."""
    provider.script(reply("Good."))
    await provider.turn([*messages, you("And now?")], tools=RecordingTools())
    history = [message for message in provider.conversation(provider.turns[-1]) if message.role != "system"]
    check_valid(history)
    return history


def check_valid(history: list[SeenMessage]) -> None:
    """Each call is answered at once, each answer has its call, and the person has the first and the last word."""
    open_calls: list[SeenCall] = []
    for message in history:
        if message.role == "tool":
            assert message.answers in open_calls
            open_calls.remove(message.answers)
        else:
            assert not open_calls
        open_calls.extend(message.calls)
        assert message.text or message.calls
    assert not open_calls
    assert history[0].role == "user"
    assert history[-1].role == "user"


async def test_text_and_calls_of_another_provider_are_told_in_order(provider: ProviderUnderTest) -> None:
    history = await history_sent(
        provider,
        you("I want to run"),
        coach(
            ReasoningPart("hm", "signed by another"), TextPart("I write it down."), ANSWERED, TextPart("Which race?")
        ),
    )
    assert [message.role for message in history] == ["user", "assistant", "tool", "assistant", "user"]
    assert [message.text for message in history[1:4]] == ["I write it down.", "Goal 1 is there.", "Which race?"]
    assert "signed by another" not in provider.turns[0].body.decode()


async def test_a_stopped_reply_keeps_its_text_and_loses_its_unanswered_call(provider: ProviderUnderTest) -> None:
    history = await history_sent(
        provider,
        you("I want to run"),
        coach(TextPart("I write it down."), UNANSWERED, status=MessageStatus.STOPPED),
    )
    assert [(message.role, message.text) for message in history[:2]] == [
        ("user", "I want to run"),
        ("assistant", "I write it down."),
    ]
    assert not any(message.calls for message in history)


async def test_of_several_calls_only_the_answered_ones_are_told(provider: ProviderUnderTest) -> None:
    history = await history_sent(
        provider, you("I want to run"), coach(ANSWERED, UNANSWERED, status=MessageStatus.INTERRUPTED)
    )
    assert [call.name for message in history for call in message.calls] == ["create_goal"]


async def test_a_call_whose_arguments_were_no_json_can_be_replayed(provider: ProviderUnderTest) -> None:
    history = await history_sent(provider, you("I want to run"), coach(BROKEN, ANSWERED, TextPart("There.")))
    assert [call.name for message in history for call in message.calls] == ["create_goal", "create_goal"]


async def test_a_reply_that_failed_without_a_word_leaves_no_empty_message(provider: ProviderUnderTest) -> None:
    history = await history_sent(
        provider,
        you("I want to run"),
        coach(status=MessageStatus.FAILED),
        you("Are you there?"),
        coach(ReasoningPart("only thought"), UNANSWERED, status=MessageStatus.FAILED),
        you("Hello?"),
        coach(TextPart("  "), status=MessageStatus.STOPPED),
    )
    said = "\n".join(message.text for message in history)
    assert all(text in said for text in ("I want to run", "Are you there?", "Hello?", "And now?"))


async def test_its_own_past_turn_is_told_back(provider: ProviderUnderTest) -> None:
    name = provider.service.provider_name
    past = coach(ReasoningPart("They want a race."), ANSWERED, TextPart("Which race?"), provider=name)
    history = await history_sent(provider, you("I want to run"), past)
    assert [message.role for message in history] == ["user", "assistant", "tool", "assistant", "user"]


async def test_the_goals_come_along_read_anew(provider: ProviderUnderTest) -> None:
    told = []
    for title in ("Climb Mont Ventoux", "Learn Portuguese"):
        provider.script(reply("Good."))
        goal = Goal(GoalId(7), GoalFields(title, "", Template.SMART, Phase.ACTIVE), NOW, NOW)
        await provider.turn("Hi", goals=[goal])
        history = provider.conversation(provider.turns[-1])
        assert [message.role for message in history] == ["system", "user"]
        told.append("\n".join(message.text for message in history))
    assert "Climb Mont Ventoux" in told[0]
    assert "Learn Portuguese" in told[1]
    assert "Ventoux" not in told[1]


async def test_an_image_goes_along_with_its_words_where_the_provider_takes_images(provider: ProviderUnderTest) -> None:
    image = AttachmentPart("run.png", "image/png", "digest", 4, b"\x89PNG")
    provider.script(reply("A hill."))
    await provider.turn([Message(Role.YOU, (image, TextPart("What is on it?")))], tools=RecordingTools())
    body = provider.turns[-1].body.decode()
    assert "What is on it?" in body
    assert (image.base64 in body) is (provider.service.provider_name != "builtin")


async def test_a_reply_that_is_to_go_on_is_followed_by_the_wish(provider: ProviderUnderTest) -> None:
    provider.script(reply("ys are enough."))
    broken = Message(Role.COACH, (TextPart("Two rest da"),), provider="other", model="model")
    events = await provider.turn([you("How many?"), broken, you("(Go on.)")])
    assert text_of(events) == "ys are enough."
    seen = provider.conversation(provider.turns[0])
    assert [message.role for message in seen if message.role != "system"] == ["user", "assistant", "user"]
    assert "Two rest da" in seen[-2].text
