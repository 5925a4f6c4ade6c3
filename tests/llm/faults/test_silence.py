"""A server that stops talking: the call ends in its time, the text stays. Time is put forward, nobody waits."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Final

import pytest

from desktop_app.llm.errors import ErrorKind
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.contract.server import Answer, Ending, Pause
from tests.llm.faults import spoiling
from tests.llm.faults.skipping_loop import skip, skipped_to_the_end
from tests.llm.faults.turns import check_usable, outcome_of
from tests.llm.faults.wires import WIRES

KEEP_ALIVES: Final = 1_000
ALIVE_EVERY_S: Final = 20.0


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


async def test_keep_alives_are_silence(provider: ProviderUnderTest) -> None:
    """A server that says for ever that it is still there, and nothing else, is not waited for for ever."""
    came = asyncio.Event()

    def then_only_alive(answer: Answer) -> Answer:
        whole = spoiling.whole(answer)
        rest = next(index for index, piece in enumerate(whole) if b"answer" in piece)
        return replace(answer, pieces=_alive_after(whole[:rest], WIRES[provider.name].keep_alive, came))

    provider.script(ScriptedReply(reply("Half an ", "answer").steps, ending=Ending.CUT, spoiled=then_only_alive))
    outcome = await outcome_of(provider, came=came)
    assert (outcome.kind, outcome.text) == (ErrorKind.TIMEOUT, "Half an ")
    await provider.server.client_left.wait()
    await check_usable(provider)


async def _alive_after(begun: list[bytes], keep_alive: bytes, came: asyncio.Event) -> AsyncGenerator[bytes, None]:
    """The pieces of `begun`, and once they came hours of keep-alives, of which each is in its time."""
    for piece in begun:
        yield piece
    await came.wait()
    for _ in range(KEEP_ALIVES):
        skip(ALIVE_EVERY_S)
        yield keep_alive
        await asyncio.sleep(0.001)
