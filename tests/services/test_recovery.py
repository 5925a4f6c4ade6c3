"""When the chosen provider cannot answer: who does, what is kept, and what is written down of every call."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.ids import MessageId
from desktop_app.domain.messages import Message, MessageStatus, Role, TextPart, ToolCallPart
from desktop_app.domain.prices import ModelPrices, PriceBand
from desktop_app.domain.providers import ModelChoice, ModelInfo
from desktop_app.errors import InvalidValueError
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import RetryScheduled, TextDelta, ToolCall
from desktop_app.llm.failures import failure
from desktop_app.llm.resilience.breaker import CircuitState
from desktop_app.llm.scripted import MODEL, Step
from desktop_app.services.chat import Switched, TurnEvent
from desktop_app.services.fallback import FallbackOrder
from tests.services.recovery_profile import Named, Profile, down


@pytest.fixture
async def profile(tmp_path: Path) -> AsyncIterator[Profile]:
    it = Profile(tmp_path)
    await it.open()
    yield it
    await it.backend.close()


async def test_after_three_tries_the_first_of_the_order_answers_and_the_reply_says_so(profile: Profile) -> None:
    profile.claude.extend([down()] * 3)
    profile.ollama.extend([[TextDelta("Two rest days are enough.")]])
    reply = await profile.send()
    assert (reply.text, reply.status) == ("Two rest days are enough.", MessageStatus.COMPLETE)
    assert (reply.provider, reply.model, reply.switched_from) == ("ollama", MODEL, "claude")
    (switched,) = [event for event in profile.events if isinstance(event, Switched)]
    assert (switched.chosen.provider, switched.to.provider) == ("claude", "ollama")
    assert switched.error.kind is ErrorKind.SERVER
    assert len(profile.slept) == 2
    assert profile.outcomes() == [("claude", "server")] * 3 + [("ollama", "complete")]


async def test_the_next_turn_tries_the_first_choice_again(profile: Profile) -> None:
    profile.claude.extend([down()] * 3)
    profile.ollama.extend([[TextDelta("One")]])
    await profile.send()
    profile.claude.extend([[TextDelta("Two")]])
    reply = await profile.send()
    assert (reply.provider, reply.switched_from) == ("claude", None)


async def test_where_the_first_of_the_order_fails_too_the_second_answers(profile: Profile) -> None:
    profile.claude.extend([down()] * 3)
    profile.ollama.extend([[ProviderError(ErrorKind.NETWORK, "Not running.", is_lasting=True)]])
    profile.builtin.extend([[TextDelta("Hello")]])
    reply = await profile.send()
    assert (reply.provider, reply.switched_from) == ("builtin", "claude")


async def test_where_nobody_is_left_the_last_failure_is_told_and_kept(profile: Profile) -> None:
    profile.claude.extend([down()] * 3)
    profile.ollama.extend([down(ErrorKind.TIMEOUT)] * 3)
    profile.builtin.extend([down(ErrorKind.OVERLOADED)] * 3)
    reply = await profile.send()
    assert profile.ended.error is not None
    assert profile.ended.error.kind is ErrorKind.OVERLOADED
    assert (reply.status, reply.error_kind) == (MessageStatus.FAILED, "overloaded")


async def test_a_key_that_is_refused_is_the_persons_to_mend(profile: Profile) -> None:
    profile.claude.extend([[failure(ErrorKind.INVALID_KEY, "Claude", details="status 401")]])
    reply = await profile.send()
    assert (reply.provider, reply.error_kind, reply.error_details) == ("claude", "invalid_key", "status 401")
    assert profile.outcomes() == [("claude", "invalid_key")]


async def test_after_the_first_piece_nobody_takes_over_and_the_text_stays(profile: Profile) -> None:
    profile.claude.extend([[TextDelta("Half an "), failure(ErrorKind.NETWORK, "Claude")]])
    reply = await profile.send()
    assert (reply.text, reply.status, reply.error_kind) == ("Half an ", MessageStatus.FAILED, "network")
    assert profile.ollama.calls == []
    assert profile.outcomes() == [("claude", "network")]


async def test_an_open_circuit_is_not_waited_for(profile: Profile) -> None:
    profile.claude.extend([down()] * 5)
    profile.ollama.extend([[TextDelta("Hello")]] * 3)
    for _ in range(2):
        await profile.send()
    assert profile.backend.factory.guards.circuit("claude").state is CircuitState.OPEN
    calls, profile.slept[:] = len(profile.claude.calls), []
    reply = await profile.send()
    assert (reply.provider, reply.switched_from) == ("ollama", "claude")
    assert (len(profile.claude.calls), profile.slept) == (calls, [])
    assert profile.outcomes()[-1] == ("ollama", "complete")
    assert [outcome for outcome in profile.outcomes() if outcome[0] == "claude"] == [("claude", "server")] * 5


async def test_a_paid_provider_answers_for_another_only_where_the_person_put_it_into_the_order(
    profile: Profile,
) -> None:
    models = profile.backend.models
    assert FallbackOrder(models, lambda: ("ollama", "builtin")).next_after(["ollama", "builtin"]) is None
    chosen = FallbackOrder(models, lambda: ("claude", "ollama")).next_after(["ollama"])
    assert chosen == ModelChoice("claude", MODEL)
    assert FallbackOrder(models, lambda: ("nobody",)).next_after([]) is None


async def test_answer_with_another_model_ends_the_wait_and_asks_that_one(profile: Profile) -> None:
    profile.on_sleep = asyncio.Event()
    profile.claude.extend([down(ErrorKind.RATE_LIMITED)])
    profile.builtin.extend([[TextDelta("Hello")]])
    options = profile.options
    sending = asyncio.create_task(profile.send(options))
    async with asyncio.timeout(30):
        await profile.on_sleep.wait()
        options.control.answer_with(ModelChoice("builtin", MODEL))
        reply = await sending
    assert (reply.provider, reply.switched_from) == ("builtin", "claude")


async def test_retry_now_ends_the_wait(profile: Profile) -> None:
    profile.on_sleep = asyncio.Event()
    profile.claude.extend([down(ErrorKind.RATE_LIMITED), [TextDelta("Hello")]])
    options = profile.options
    sending = asyncio.create_task(profile.send(options))
    async with asyncio.timeout(30):
        await profile.on_sleep.wait()
        options.control.retry_now()
        reply = await sending
    assert (reply.text, reply.provider) == ("Hello", "claude")
    assert any(isinstance(event, RetryScheduled) for event in profile.events)
    assert profile.outcomes() == [("claude", "rate_limited"), ("claude", "complete")]


async def test_a_stop_in_the_wait_stops_the_turn_and_a_call_that_was_on_is_written_down(profile: Profile) -> None:
    began = asyncio.Event()
    profile.claude.extend([[TextDelta("He"), began]])
    sending = asyncio.create_task(profile.send())
    async with asyncio.timeout(30):
        while not any(isinstance(event, TextDelta) for event in profile.events):  # noqa: ASYNC110 - a list tells nobody
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert (await profile.kept()).status is MessageStatus.STOPPED
    assert profile.outcomes() == [("claude", "stopped")]


async def test_a_retried_call_after_a_tool_runs_it_once_and_every_call_is_written_down(profile: Profile) -> None:
    call = ToolCall("c1", "create_goal", '{"title": "Run"}')
    profile.claude.extend([[call], down(), [TextDelta("Done.")]])
    reply = await profile.send()
    assert reply.text == "Done."
    assert len(await profile.backend.goals.list_goals()) == 1
    assert profile.outcomes() == [("claude", "complete"), ("claude", "server"), ("claude", "complete")]


async def test_a_bug_of_ours_is_told_as_one(profile: Profile) -> None:
    profile.claude.extend([[TextDelta("Hello")]])

    def listen(event: TurnEvent) -> None:
        profile.events.append(event)
        if isinstance(event, TextDelta):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await profile.backend.chat.send(None, "Hi", profile.options, listen)
    assert profile.ended.error is not None
    assert profile.ended.error.kind is ErrorKind.BUG
    assert "in GoalGetter" in str(profile.ended.error)
    assert (await profile.kept()).text == "Hello"


async def _broken(profile: Profile, *steps: Step) -> Message:
    profile.claude.extend([[*steps, failure(ErrorKind.NETWORK, "Claude")]])
    return await profile.send()


async def _go_on(profile: Profile, message_id: MessageId) -> Message:
    (conversation,) = await profile.backend.chat.list_conversations()
    await profile.backend.chat.go_on(conversation.id, message_id, profile.options, profile.events.append)
    return (await profile.backend.chat.transcript(conversation.id)).messages[-1]


async def test_a_broken_reply_goes_on_where_it_stopped(profile: Profile) -> None:
    broken = await _broken(profile, TextDelta("Two rest da"))
    assert broken.id is not None
    profile.claude.extend([[TextDelta("ys are "), TextDelta("enough.")]])
    whole = await _go_on(profile, broken.id)
    assert (whole.id, whole.text, whole.status) == (broken.id, "Two rest days are enough.", MessageStatus.COMPLETE)
    assert (whole.error, whole.error_kind, whole.error_details) == (None, None, "")
    asked = profile.claude.calls[-1].messages
    assert [message.role for message in asked] == [Role.YOU, Role.COACH, Role.YOU]
    assert asked[1].text == "Two rest da"
    assert "broke off" in asked[2].text


async def test_later_turns_see_the_whole_reply_and_not_what_was_asked_to_get_it(profile: Profile) -> None:
    broken = await _broken(profile, TextDelta("Two rest da"))
    assert broken.id is not None
    profile.claude.extend([[TextDelta("ys.")], [TextDelta("Yes.")]])
    await _go_on(profile, broken.id)
    (conversation,) = await profile.backend.chat.list_conversations()
    await profile.backend.chat.send(conversation.id, "Sure?", profile.options, profile.events.append)
    assert [message.text for message in profile.claude.calls[-1].messages] == ["Hi", "Two rest days.", "Sure?"]


async def test_a_broken_reply_does_not_harm_later_turns(profile: Profile) -> None:
    call = ToolCall("c1", "create_goal", '{"title": "Run"}')
    profile.claude.extend([[TextDelta("I write "), call], [TextDelta("Half"), failure(ErrorKind.PROTOCOL, "Claude")]])
    await profile.send()
    profile.claude.extend([[TextDelta("Yes.")]])
    (conversation,) = await profile.backend.chat.list_conversations()
    await profile.backend.chat.send(conversation.id, "Is it there?", profile.options, profile.events.append)
    you, coach, again = profile.claude.calls[-1].messages
    assert [you.text, again.text] == ["Hi", "Is it there?"]
    assert [type(part) for part in coach.parts] == [TextPart, ToolCallPart, TextPart]
    assert len(await profile.backend.goals.list_goals()) == 1


async def test_a_reply_that_breaks_again_keeps_both_pieces(profile: Profile) -> None:
    broken = await _broken(profile, TextDelta("One "))
    assert broken.id is not None
    profile.claude.extend([[TextDelta("two "), failure(ErrorKind.TIMEOUT, "Claude")]])
    reply = await _go_on(profile, broken.id)
    assert (reply.text, reply.status, reply.error_kind) == ("One two ", MessageStatus.FAILED, "timeout")


async def test_where_going_on_fails_before_a_piece_another_provider_goes_on(profile: Profile) -> None:
    broken = await _broken(profile, TextDelta("One "))
    assert broken.id is not None
    profile.claude.extend([down()] * 3)
    profile.ollama.extend([[TextDelta("two.")]])
    reply = await _go_on(profile, broken.id)
    assert (reply.text, reply.provider, reply.switched_from) == ("One two.", "ollama", "claude")


async def test_only_the_last_reply_goes_on_and_only_a_broken_one(profile: Profile) -> None:
    profile.claude.extend([[TextDelta("Whole.")]])
    whole = await profile.send()
    assert whole.id is not None
    with pytest.raises(InvalidValueError, match="Only the last reply"):
        await _go_on(profile, whole.id)
    with pytest.raises(InvalidValueError):
        await _go_on(profile, MessageId(9999))
    assert (await profile.kept()).text == "Whole."


async def test_one_who_only_ever_steps_in_is_left_alone_and_then_tried_again(profile: Profile) -> None:
    models = profile.backend.models
    guard = profile.backend.factory.guards.guard("ollama", "Ollama")
    for _ in range(5):
        permit = guard.breaker.enter()
        assert permit is not None
        permit.fail("cannot be reached")
    assert models.is_left_alone("ollama")
    assert profile.backend.fallback.next_after(["claude"]) == ModelChoice("builtin", MODEL)
    profile.now += 30
    assert profile.backend.fallback.next_after(["claude"]) == ModelChoice("ollama", MODEL)


class _TwoModels(Named):
    """Claude with a dear and a cheap model."""

    async def list_models(self) -> tuple[ModelInfo, ...]:
        """Both, the dear one first."""
        day = date(2026, 11, 1)
        dear, cheap = (ModelPrices((PriceBand(0, Decimal(usd), Decimal(usd)),), day) for usd in (15, 5))
        return (
            ModelInfo("claude", MODEL, "Sonnet", prices=dear),
            ModelInfo("claude", "haiku", "Haiku", prices=cheap),
            ModelInfo("claude", "old", "Old", prices=cheap, is_retired=True),
        )


async def test_a_limit_of_one_model_is_answered_by_the_cheapest_other_one_and_other_failures_by_the_order(
    tmp_path: Path,
) -> None:
    profile = Profile(tmp_path)
    profile.claude = _TwoModels("claude", "Claude")
    await profile.open()
    fallback, sonnet = profile.backend.fallback, ModelChoice("claude", MODEL)
    assert fallback.offer(sonnet, ErrorKind.RATE_LIMITED) == ModelChoice("claude", "haiku")
    assert fallback.offer(sonnet, ErrorKind.INVALID_KEY) == ModelChoice("ollama", MODEL)
    assert fallback.offer(ModelChoice("ollama", MODEL), ErrorKind.RATE_LIMITED) == ModelChoice("builtin", MODEL)
    await profile.backend.close()
