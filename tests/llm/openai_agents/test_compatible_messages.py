"""What compatible servers are sent and what is made of their chunks, beyond what every provider must do."""

import json

import pytest

from desktop_app.domain.providers import HealthState
from desktop_app.llm.events import Done, ReasoningDelta, StopReason, TextDelta
from desktop_app.llm.openai_agents.compatible import CompatibleService
from tests.llm.contract.provider import RecordingTools
from tests.llm.contract.script import reply
from tests.llm.contract.server import Answer, Ending, Piece
from tests.llm.openai_agents.conftest import MakeCompatible
from tests.llm.openai_agents.fake_openai import (
    DONE,
    EVENT_STREAM,
    chat_call,
    chunk,
    encode_chat,
    model_list,
)
from tests.llm.played import PlayedServer, turn


def answer(*pieces: Piece, ending: Ending = Ending.COMPLETE) -> Answer:
    return Answer(pieces, 200, EVENT_STREAM, ending)


def hello() -> Answer:
    return answer(*encode_chat(reply("Hello")))


def test_it_is_named_after_its_server(make_compatible: MakeCompatible) -> None:
    service = make_compatible()
    assert service.provider_name == "compatible:Workshop"
    assert service.label == "Workshop"


async def test_usage_is_asked_for(server: PlayedServer, compatible: CompatibleService) -> None:
    server.play(hello())
    await turn(compatible)
    body = server.requests[0].json
    assert body["stream_options"] == {"include_usage": True}
    assert "store" not in body


async def test_a_server_without_a_key_is_sent_none(
    server: PlayedServer, make_compatible: MakeCompatible, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-provider")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-of-another-provider")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-provider")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-of-another-provider")
    server.play(hello(), model_list(("local", 1)))
    service = make_compatible(key=None)
    await turn(service)
    await service.list_models()
    for request in server.requests:
        assert "authorization" not in request.headers
        assert "another-provider" not in str(request.headers)


async def test_models_are_those_of_the_server_in_its_order(server: PlayedServer, compatible: CompatibleService) -> None:
    server.play(model_list(("zephyr", 1), ("alpha", 2)))
    models = await compatible.list_models()
    assert [(model.name, model.provider, model.is_local) for model in models] == [
        ("zephyr", "compatible:Workshop", True),
        ("alpha", "compatible:Workshop", True),
    ]


async def test_a_server_that_answers_is_ready(server: PlayedServer, compatible: CompatibleService) -> None:
    server.play(model_list(("local", 1)))
    assert (await compatible.check_health()).state is HealthState.WORKING


async def test_calls_are_offered_in_the_format_of_chat_completions(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(hello())
    await turn(compatible, tools=RecordingTools())
    sent = [{name: tool[name] for name in ("type", "function")} for tool in server.requests[0].json["tools"]]
    names = [tool["function"]["name"] for tool in compatible.get_tools()]
    assert [tool["function"]["name"] for tool in sent] == names


async def test_reasoning_under_either_of_its_names_is_told(server: PlayedServer, compatible: CompatibleService) -> None:
    for name in ("reasoning_content", "reasoning"):
        server.play(answer(chunk({name: "Hm."}), chunk({"content": "Hello"}), chunk({}, "stop"), DONE))
        events = await turn(compatible)
        assert ReasoningDelta("Hm.") in events
        assert TextDelta("Hello") in events


async def test_a_limit_reached_before_the_first_word_ends_the_turn(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(answer(chunk({"role": "assistant"}), chunk({}, "length"), DONE))
    done = (await turn(compatible))[-1]
    assert isinstance(done, Done)
    assert done.stop_reason is StopReason.LENGTH


async def test_no_usage_and_no_end_mark_are_borne_once_the_reply_has_its_reason(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(answer(chunk({"content": "Hello"}), chunk({}, "stop")))
    done = (await turn(compatible))[-1]
    assert isinstance(done, Done)
    assert done.usage.is_estimated


async def test_a_connection_cut_after_the_reason_harms_nothing(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(answer(chunk({"content": "Hello"}), chunk({}, "stop"), ending=Ending.CUT))
    assert isinstance((await turn(compatible))[-1], Done)


async def test_two_calls_with_one_id_are_both_run(server: PlayedServer, compatible: CompatibleService) -> None:
    first = chat_call(0, "create_goal", json.dumps({"title": "Run"}), "same")
    second = chat_call(1, "create_goal", json.dumps({"title": "Read"}), "same")
    server.play(answer(*first, *second, chunk({}, "tool_calls"), DONE), hello())
    tools = RecordingTools()
    await turn(compatible, tools=tools)
    assert len(tools.calls) == 2
    sent = server.requests[1].json["messages"]
    ids = [call["id"] for message in sent for call in message.get("tool_calls") or ()]
    assert len(set(ids)) == 2
    assert [message["tool_call_id"] for message in sent if message["role"] == "tool"] == ids


async def test_a_stop_in_place_of_tool_calls_still_runs_the_calls(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(answer(*chat_call(0, "create_goal", '{"title": "Run"}'), chunk({}, "stop"), DONE), hello())
    tools = RecordingTools()
    await turn(compatible, tools=tools)
    assert len(tools.calls) == 1
