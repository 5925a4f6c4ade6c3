"""A conversation longer than the model's window: folded, never silently cut; what never fits is refused unsent."""

from dataclasses import replace

import pytest

from desktop_app.domain.folds import Fold
from desktop_app.domain.ids import MessageId
from desktop_app.domain.messages import Message, Role, TextPart, ToolCallPart
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Event, HistoryFolded, UsageReported
from desktop_app.llm.folding import earlier_messages
from tests.llm.contract.provider import ProviderUnderTest, RecordingTools, you
from tests.llm.contract.script import TOO_LONG, ScriptedReply, SeenMessage, Tokens, reply
from tests.llm.contract.test_history import check_valid
from tests.llm.contract.test_replies import done_of, text_of

CALL = ToolCallPart("call_a", "create_goal", '{"title": "Run"}', result="Created goal 1.")


def past_of(tokens: int, turns: int = 12) -> list[Message]:
    """A conversation of about so many tokens, in turns with a tool call each."""
    filler = "word " * int(tokens / turns / 2)
    messages = []
    for number in range(turns):
        messages += [
            replace(you(f"question {number} {filler}"), id=MessageId(2 * number + 1)),
            Message(Role.COACH, (CALL, TextPart(f"answer {number}")), id=MessageId(2 * number + 2), provider="other"),
        ]
    return messages


def script(provider: ProviderUnderTest, *replies: ScriptedReply, summary: str = "They want to run.") -> None:
    """What the model answers, a summary before where it is asked for one."""
    if provider.sums_up:
        provider.script(reply(summary, tokens=Tokens(input=50, output=5)))
    provider.script(*replies)


def sent(provider: ProviderUnderTest) -> list[SeenMessage]:
    """The history of the last model call; checked to be valid."""
    history = [message for message in provider.conversation(provider.turns[-1]) if message.role != "system"]
    check_valid(history)
    return history


def folds_of(events: list[Event]) -> list[Fold]:
    return [event.fold for event in events if isinstance(event, HistoryFolded)]


async def test_what_fits_is_sent_whole(provider: ProviderUnderTest) -> None:
    provider.script(reply("Good."))
    events = await provider.turn([*past_of(200), you("And now?")], tools=RecordingTools())
    assert folds_of(events) == []
    assert sent(provider)[0].text.startswith("question 0")


async def test_what_does_not_fit_is_folded_and_the_newest_message_goes_whole(provider: ProviderUnderTest) -> None:
    window = await provider.narrow()
    script(provider, reply("Good.", tokens=Tokens(input=90, output=9)))
    past = past_of(2 * window)
    events = await provider.turn([*past, you("And now?")], tools=RecordingTools())
    assert text_of(events) == "Good."
    (fold,) = folds_of(events)
    history = sent(provider)
    assert "<earlier_messages>" in history[0].text
    assert fold.text.splitlines()[-1] in history[0].text
    assert "And now?" in history[-1].text
    assert fold.up_to == MessageId(fold.message_count)
    assert not any(folded.text in message.text for message in history for folded in past[:4:2])
    if provider.sums_up:
        assert (fold.text, fold.model) == ("They want to run.", provider.model)
        assert done_of(events).usage.input_tokens == 140
        assert [event.usage.output_tokens for event in events if isinstance(event, UsageReported)] == [5, 9]
        assert provider.offered_tools(provider.turns[0]) == []
    else:
        assert (fold.provider, fold.model) == (None, None)
        assert "Created goal 1." in fold.text


async def test_a_fold_is_made_once_and_extended_when_it_is_outgrown(provider: ProviderUnderTest) -> None:
    window = await provider.narrow()
    past = past_of(2 * window)
    script(provider, reply("Good."))
    (first,) = folds_of(await provider.turn([*past, you("And now?")]))
    rest = past[first.message_count :]
    before = [*past[: first.message_count], earlier_messages(first), *rest]
    provider.script(reply("Fine."))
    assert folds_of(await provider.turn([*before, you("And then?")])) == []
    assert first.text.splitlines()[-1] in sent(provider)[0].text
    script(provider, reply("Fine."), summary="They want to run, and more.")
    (second,) = folds_of(await provider.turn([*before, *past_of(2 * window), you("And then?")]))
    assert second.message_count > first.message_count
    if provider.sums_up:
        assert first.text in provider.turns[-2].body.decode()


async def test_a_summary_that_fails_gives_way_to_the_facts(provider: ProviderUnderTest) -> None:
    window = await provider.narrow()
    if provider.sums_up:
        provider.script(ScriptedReply(status=500, message="no"))
    provider.script(reply("Good."))
    events = await provider.turn([*past_of(2 * window), you("And now?")])
    (fold,) = folds_of(events)
    assert fold.model is None
    assert "Coach did create_goal: Created goal 1." in fold.text
    assert "You: question" in fold.text
    assert text_of(events) == "Good."


async def test_a_past_that_is_too_long_even_to_be_summed_up_is_told_as_facts(provider: ProviderUnderTest) -> None:
    window = await provider.narrow()
    provider.script(reply("Good."))
    events = await provider.turn([*past_of(60 * window, turns=120), you("And now?")])
    (fold,) = folds_of(events)
    assert fold.model is None
    assert fold.text.startswith("You: question 0")
    assert "And now?" in sent(provider)[-1].text


async def test_what_never_fits_is_refused_before_anything_is_sent(provider: ProviderUnderTest) -> None:
    window = await provider.narrow()
    with pytest.raises(ProviderError) as raised:
        await provider.turn([*past_of(200), you("word " * (3 * window))])
    assert raised.value.kind is ErrorKind.CONTEXT_TOO_LONG
    assert f"{window:,}" in str(raised.value)
    assert "larger window" in str(raised.value)
    assert provider.turns == []


async def test_a_server_that_finds_it_too_long_is_asked_again_with_less(provider: ProviderUnderTest) -> None:
    window = await provider.narrow()
    past = past_of(window // 20, turns=10)
    # Whether a summary is written or facts are put together depends on how much of the window is believed in then.
    provider.script(TOO_LONG, reply("Good."), reply("Good."))
    before = (await provider.service.context_use(*provider.arguments("Hi"), model=provider.model)).tokens
    events = await provider.turn([*past, you("And now?")])
    assert text_of(events) == "Good."
    assert len(folds_of(events)) == 1
    assert len(provider.turns[-1].body) < len(provider.turns[0].body)
    use = await provider.service.context_use(*provider.arguments("Hi"), model=provider.model)
    assert use.window is not None
    assert use.tokens > before or use.window < window


async def test_a_server_that_finds_the_newest_message_too_long_is_asked_once(provider: ProviderUnderTest) -> None:
    provider.script(TOO_LONG)
    with pytest.raises(ProviderError) as raised:
        await provider.turn("And now?")
    assert raised.value.kind is ErrorKind.CONTEXT_TOO_LONG
    assert len(provider.turns) == 1


async def test_the_estimate_learns_from_what_the_provider_reports(provider: ProviderUnderTest) -> None:
    asked = provider.arguments("word " * 500)
    before = await provider.service.context_use(*asked, model=provider.model)
    for _ in range(4):
        provider.script(reply("Good.", tokens=Tokens(input=2 * before.tokens, output=2)))
        await provider.turn("word " * 500, tools=RecordingTools())
    after = await provider.service.context_use(*asked, model=provider.model)
    assert 1.6 * before.tokens < after.tokens < 2.2 * before.tokens


async def test_tokens_are_counted_or_estimated_without_an_answer(provider: ProviderUnderTest) -> None:
    short = await provider.service.count_tokens(*provider.arguments("Hi"), model=provider.model, tools=None)
    long = await provider.service.count_tokens(*provider.arguments("word " * 900), model=provider.model, tools=None)
    assert long.tokens > short.tokens + 300
    assert provider.turns == []
