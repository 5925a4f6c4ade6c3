"""The watch over silence on Qt's loop, whose timers are not those of asyncio."""

import asyncio

from PySide6.QtWidgets import QApplication

from desktop_app.llm.errors import ErrorKind
from tests.llm.contract.provider import ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, reply
from tests.llm.contract.server import Pause
from tests.llm.faults import spoiling
from tests.llm.faults.skipping_loop import skipped_to_the_end
from tests.llm.faults.turns import check_usable, outcome_of


async def test_silence_instead_of_a_reply_is_a_time_out(qapp: QApplication, provider: ProviderUnderTest) -> None:
    silence = Pause(asyncio.Event())
    provider.script(ScriptedReply(reply("Hello").steps, spoiled=spoiling.held_after_headers(silence)))
    turn = asyncio.create_task(outcome_of(provider))
    await silence.reached.wait()
    outcome = await skipped_to_the_end(turn)
    assert (outcome.kind, outcome.text) == (ErrorKind.TIMEOUT, "")
    await provider.server.client_left.wait()
    await check_usable(provider)


async def test_silence_in_mid_reply_is_a_time_out_after_the_text(
    qapp: QApplication, provider: ProviderUnderTest
) -> None:
    silence, came = Pause(asyncio.Event()), asyncio.Event()
    provider.script(ScriptedReply(reply("Half ", "an ", silence, "answer").steps))
    turn = asyncio.create_task(outcome_of(provider, came=came))
    await silence.reached.wait()
    await came.wait()
    outcome = await skipped_to_the_end(turn)
    assert outcome.kind is ErrorKind.TIMEOUT
    assert outcome.text in {"Half ", "Half an "}  # the second piece may not have been read yet when time is put forward
    await provider.server.client_left.wait()
    await check_usable(provider)
