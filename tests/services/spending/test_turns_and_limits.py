"""Turns under limits: asked before every call, tool rounds included; what was spent is written down in any case."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.domain.messages import MessageStatus
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import Done, TextDelta, ToolCall, UsageReported
from desktop_app.llm.scripted import MODEL
from desktop_app.services.chat import Switched
from desktop_app.storage.database import Database
from desktop_app.storage.usage import UsageRepository
from tests.services.recovery_profile import Named, Profile, down


class Paid(Named):
    """A scripted provider that reports tokens and no price, as paid ones do."""

    reported = Usage(1_000, 100, cache_read_tokens=200)

    async def stream_call(self, call: object) -> AsyncIterator[object]:  # type: ignore[override]
        async for event in super().stream_call(call):  # type: ignore[arg-type]
            if isinstance(event, UsageReported):
                yield UsageReported(self.reported)
            else:
                yield event


# 800 * 3 + 200 * 0.3 + 100 * 15
ONE_CALL = 3_960


@pytest.fixture
async def profile(tmp_path: Path) -> AsyncIterator[Profile]:
    it = Profile(tmp_path)
    it.claude = Paid("claude", "Claude")
    await it.open()
    await it.backend.settings.keep("budget.prices", f"claude/{MODEL} = 3 / 15 / 0.3 / 3.75")
    yield it
    await it.backend.close()


async def records(profile: Profile) -> list[UsageRecord]:
    database = await Database.open(profile.folder / "goalgetter.db")
    kept = await UsageRepository(database).records(None, None)
    await database.close()
    return kept


async def test_each_call_of_a_turn_is_written_down_with_its_price_goal_and_trace(profile: Profile) -> None:
    profile.claude.extend([[ToolCall("c1", "create_goal", '{"title": "Run"}')], down(), [TextDelta("Done.")]])
    reply = await profile.send()
    assert reply.usage is not None
    assert reply.usage.cost_micro_usd == 2 * ONE_CALL
    first, failed, last = await records(profile)
    assert [one.usage.cost_micro_usd for one in (first, failed, last)] == [ONE_CALL, 0, ONE_CALL]
    assert [one.outcome for one in (first, failed, last)] == ["complete", "server", "complete"]
    assert len({one.trace_id for one in (first, failed, last)}) == 1
    assert first.trace_id
    assert first.price_date == profile.backend.today()
    done = [event for event in profile.events if isinstance(event, Done)]
    assert [event.usage.cost_micro_usd for event in done] == [2 * ONE_CALL]


async def test_at_the_limit_nothing_is_sent_and_the_message_is_kept(profile: Profile) -> None:
    await profile.backend.settings.keep("budget.month", "0.001")
    reply = await profile.send()
    assert profile.claude.calls == []
    assert (reply.status, reply.error_kind) == (MessageStatus.FAILED, "budget")
    assert "Nothing was sent" in (reply.error or "")
    assert await records(profile) == []


async def test_a_free_model_answers_at_the_limit_where_that_is_wanted_and_the_reply_says_why(profile: Profile) -> None:
    await profile.backend.settings.keep("budget.month", "0")
    await profile.backend.settings.keep("budget.when_reached", "free")
    profile.ollama.extend([[TextDelta("Hello")]])
    reply = await profile.send()
    assert (reply.text, reply.provider, reply.switched_from) == ("Hello", "ollama", "claude")
    assert (reply.status, reply.error_kind) == (MessageStatus.COMPLETE, "budget")
    (switched,) = [event for event in profile.events if isinstance(event, Switched)]
    assert switched.error.kind is ErrorKind.BUDGET


async def test_the_limit_is_asked_before_the_next_round_of_tools_too(profile: Profile) -> None:
    await profile.backend.settings.keep("budget.reply", "1")
    assert isinstance(profile.claude, Paid)
    profile.claude.reported = Usage(1_000_000)  # the first call alone goes beyond it, however long the prompt is
    profile.claude.extend([[ToolCall("c1", "create_goal", '{"title": "Run"}')], [TextDelta("Never.")]])
    reply = await profile.send()
    assert len(profile.claude.calls) == 1
    assert (reply.status, reply.error_kind) == (MessageStatus.FAILED, "budget")
    assert "What came so far is kept" in (reply.error or "")
    assert len(await profile.backend.goals.list_goals()) == 1
    assert reply.usage is not None
    assert reply.usage.cost_micro_usd == 3_000_000


async def test_what_the_person_wants_once_all_the_same_is_sent_and_counted(profile: Profile) -> None:
    await profile.backend.settings.keep("budget.day", "0")
    profile.claude.extend([[TextDelta("Hello")]])
    reply = await profile.send(replace(profile.options, may_pass_limits=True))
    assert reply.text == "Hello"
    assert (await profile.backend.ledger.standing()).spent.day == ONE_CALL


async def test_a_stopped_reply_is_estimated_and_counted(profile: Profile) -> None:
    profile.claude.extend([[TextDelta("Once upon a time, "), asyncio.Event()]])
    sending = asyncio.create_task(profile.send())
    async with asyncio.timeout(30):
        while not any(isinstance(event, TextDelta) for event in profile.events):  # noqa: ASYNC110 - a list tells nobody
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    (record,) = await records(profile)
    assert (record.outcome, record.usage.is_estimated) == ("stopped", True)
    assert record.usage.input_tokens > 100, "instructions and tools count"
    assert (record.usage.cost_micro_usd or 0) > 3 * record.usage.input_tokens
    assert (await profile.kept()).usage == record.usage
    assert (await profile.backend.ledger.standing()).spent.session == record.usage.cost_micro_usd


async def test_a_model_without_a_price_is_counted_as_unknown(profile: Profile) -> None:
    await profile.backend.settings.keep("budget.prices", "")
    profile.claude.extend([[TextDelta("Hello")]])
    reply = await profile.send()
    assert reply.usage is not None
    assert reply.usage.cost_micro_usd is None
    (record,) = await records(profile)
    assert (record.usage.cost_micro_usd, record.price_date) == (None, None)
