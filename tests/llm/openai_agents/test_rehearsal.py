"""The turn that is played against nothing."""

import asyncio

from desktop_app.llm.events import Done
from desktop_app.llm.openai_agents.rehearsal import rehearse
from desktop_app.llm.openai_agents.service import OpenAIService
from tests.llm.contract.script import reply
from tests.llm.contract.server import Answer
from tests.llm.openai_agents.fake_openai import EVENT_STREAM, encode_response
from tests.llm.played import PlayedServer, turn


async def test_it_reaches_nobody_and_the_real_turn_works_after_it(
    server: PlayedServer, openai: OpenAIService, only_loopback: list[str]
) -> None:
    await asyncio.to_thread(rehearse)
    assert only_loopback == []
    assert not server.requests
    server.play(Answer(encode_response(reply("Hello")), 200, EVENT_STREAM))
    assert isinstance((await turn(openai))[-1], Done)
