"""A server that stops talking: the call ends in its time, the text stays. Time is put forward, nobody waits."""

import asyncio

import pytest

from desktop_app.llm.errors import ErrorKind
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.contract.server import Pause
from tests.llm.faults import spoiling
from tests.llm.faults.skipping_loop import skipped_to_the_end
from tests.llm.faults.turns import check_usable, outcome_of


@pytest.mark.parametrize("spoil", [spoiling.held_back, spoiling.held_after_headers])
async def test_silence_instead_of_a_reply_is_a_time_out(provider: ProviderUnderTest, spoil: spoiling.Hold) -> None:
    silence = Pause(asyncio.Event())
    provider.script(ScriptedReply(reply("Hello").steps, spoiled=spoil(silence)))
    turn = asyncio.create_task(outcome_of(provider))
    await silence.reached.wait()
    outcome = await skipped_to_the_end(turn)
    assert (outcome.kind, outcome.text) == (ErrorKind.TIMEOUT, "")
    await provider.server.client_left.wait()
    await check_usable(provider)


async def test_silence_in_mid_reply_is_a_time_out_after_the_text(provider: ProviderUnderTest) -> None:
    silence = Pause(asyncio.Event())
    provider.script(ScriptedReply(reply("Half an ", silence, "answer").steps))
    came = asyncio.Event()
    turn = asyncio.create_task(outcome_of(provider, came=came))
    await silence.reached.wait()
    await came.wait()
    outcome = await skipped_to_the_end(turn)
    assert (outcome.kind, outcome.text) == (ErrorKind.TIMEOUT, "Half an ")
    await provider.server.client_left.wait()
    await check_usable(provider)
