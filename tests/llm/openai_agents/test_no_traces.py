"""Nothing of a turn goes to the Agents SDK's trace collector."""

import agents
import pytest
from agents.tracing.processors import BackendSpanExporter, BatchTraceProcessor
from agents.tracing.provider import DefaultTraceProvider

from desktop_app.llm.events import Done
from desktop_app.llm.openai_agents.service import OpenAIService
from tests.llm.contract.provider import RecordingTools
from tests.llm.contract.script import Calls, reply
from tests.llm.contract.server import Answer
from tests.llm.openai_agents.fake_openai import EVENT_STREAM, encode_response
from tests.llm.played import PlayedServer, turn


async def test_with_a_key_in_the_environment_only_the_set_address_is_reached(
    server: PlayedServer, openai: OpenAIService, monkeypatch: pytest.MonkeyPatch, only_loopback: list[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    for each in (reply(Calls("create_goal", '{"title": "Run"}')), reply("Done.")):
        server.play(Answer(encode_response(each), 200, EVENT_STREAM))
    events = await turn(openai, tools=RecordingTools())
    assert isinstance(events[-1], Done)
    agents.flush_traces()
    assert only_loopback == []
    assert {request.path for request in server.requests} == {"/v1/responses"}
    assert "sk-of-the-environment" not in str([request.headers for request in server.requests])


async def test_a_trace_made_by_hand_reaches_no_collector(
    openai: OpenAIService, monkeypatch: pytest.MonkeyPatch, only_loopback: list[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    with agents.trace("by hand"), agents.custom_span("span"):
        pass
    agents.flush_traces()
    assert only_loopback == []


def test_the_guard_of_these_tests_notices_the_sdks_own_collector(
    monkeypatch: pytest.MonkeyPatch, only_loopback: list[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    provider = DefaultTraceProvider()
    provider.register_processor(BatchTraceProcessor(BackendSpanExporter(max_retries=1)))
    provider.create_trace("by hand").start()
    provider.force_flush()
    provider.shutdown()
    assert set(only_loopback) == {"api.openai.com"}
    only_loopback.clear()
