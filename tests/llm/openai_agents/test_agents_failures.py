"""What a person reads when OpenAI or a compatible server fails, whatever the server, the SDKs or the connection did."""

import asyncio

import pytest

from desktop_app.domain.providers import HealthState
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, TextDelta
from desktop_app.llm.openai_agents.agents_service import AgentsService
from tests.llm.contract.provider import RecordingTools
from tests.llm.contract.script import Calls, reply
from tests.llm.contract.server import Answer, Ending, Pause, Piece
from tests.llm.failure_cases import Case, check_failure
from tests.llm.openai_agents.conftest import KEY, MakeCompatible, MakeOpenAI
from tests.llm.openai_agents.fake_openai import (
    DONE,
    EVENT_STREAM,
    chat_call,
    chunk,
    created,
    encode_chat,
    encode_response,
    error,
    item_events,
    message_item,
    response,
    sse,
)
from tests.llm.played import PlayedServer, turn


@pytest.fixture(params=["openai", "compatible"])
def service(request: pytest.FixtureRequest) -> AgentsService:
    """Each of the two."""
    value = request.getfixturevalue(request.param)
    assert isinstance(value, AgentsService)
    return value


ECHO = f"Incorrect API key provided: {KEY}."
# What every provider must make of each status stands in tests/llm/faults/test_taxonomy.py.
CASES = {
    "401": Case(error(401, ECHO, "invalid_api_key"), ErrorKind.INVALID_KEY, says="did not accept your key"),
    "429": Case(error(429, "slow down", "rate_limit_exceeded"), ErrorKind.RATE_LIMITED, says="Wait a little"),
    "401 as text": Case(Answer([ECHO.encode()], 401, {"content-type": "text/plain"}), ErrorKind.INVALID_KEY),
    "body null": Case(Answer([b"null"], 500, {"content-type": "application/json"}), ErrorKind.SERVER),
    "redirect": Case(
        Answer([b""], 301, {"location": "https://elsewhere.example/v1"}), ErrorKind.NETWORK, says="sends requests on"
    ),
    "200 HTML": Case(
        Answer([b"<html>Log in</html>"], 200, {"content-type": "text/html"}), ErrorKind.NETWORK, says="web page"
    ),
    "200 nothing": Case(Answer([], 200, EVENT_STREAM), ErrorKind.PROTOCOL),
    "no JSON in an event": Case(Answer([b"data: {nope\n\n"], 200, EVENT_STREAM), ErrorKind.PROTOCOL),
    "an event that is a number": Case(Answer([b"data: 7\n\n"], 200, EVENT_STREAM), ErrorKind.PROTOCOL),
    "an error as the only event": Case(
        Answer(
            [b'data: {"error": {"message": "' + ECHO.encode() + b'", "code": "server_error"}}\n\n'], 200, EVENT_STREAM
        ),
        ErrorKind.SERVER,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_an_answer_means_one_kind_of_failure(server: PlayedServer, service: AgentsService, case: Case) -> None:
    await check_failure(server, service, case, KEY)


async def test_the_key_of_a_refused_request_stays_out_of_the_log(
    server: PlayedServer, service: AgentsService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "openai.agents")
    server.play(error(401, ECHO, "invalid_api_key"))
    with pytest.raises(ProviderError):
        await turn(service)
    assert KEY not in caplog.text


def begun(service: AgentsService) -> list[Piece]:
    """The beginning of a reply in the service's protocol."""
    if service.provider_name == "openai":
        return [created(), *item_events(0, message_item("Half an answer"), ["Half an answer"])][:-1]
    return [chunk({"role": "assistant", "content": "Half an answer"})]


@pytest.mark.parametrize("ending", [Ending.COMPLETE, Ending.CUT])
async def test_a_reply_that_breaks_off_fails_after_its_text(
    server: PlayedServer, service: AgentsService, ending: Ending
) -> None:
    server.play(Answer(begun(service), 200, EVENT_STREAM, ending))
    seen: list[Event] = []
    with pytest.raises(ProviderError) as raised:
        await turn(service, seen=seen)
    assert seen == [TextDelta("Half an answer")]
    assert raised.value.kind in {ErrorKind.NETWORK, ErrorKind.PROTOCOL}


RATE_LIMITED = response("failed", error={"code": "rate_limit_exceeded", "message": ECHO})
FAILED = {
    "response.failed": (
        {"type": "response.failed", "sequence_number": 5, "response": RATE_LIMITED},
        ErrorKind.RATE_LIMITED,
    ),
    "response.failed without a reason": (
        {"type": "response.failed", "sequence_number": 5, "response": response("failed")},
        ErrorKind.BAD_REQUEST,
    ),
    "error": (
        {"type": "error", "sequence_number": 5, "code": "server_error", "message": ECHO, "param": None},
        ErrorKind.SERVER,
    ),
}


@pytest.mark.parametrize(("event", "kind"), FAILED.values(), ids=FAILED)
async def test_a_failure_told_in_mid_stream_comes_after_the_text(
    server: PlayedServer, make_openai: MakeOpenAI, event: dict[str, object], kind: ErrorKind
) -> None:
    service = make_openai()
    server.play(Answer([*begun(service), sse(event)], 200, EVENT_STREAM, Ending.LEFT_OPEN))
    seen: list[Event] = []
    with pytest.raises(ProviderError) as raised:
        await turn(service, seen=seen)
    assert seen == [TextDelta("Half an answer")]
    assert raised.value.kind is kind
    assert KEY not in f"{raised.value} {raised.value.details}"


async def test_half_a_call_is_not_run_when_the_stream_breaks_off(
    server: PlayedServer, make_compatible: MakeCompatible
) -> None:
    server.play(Answer([*chat_call(0, "create_goal", '{"title": "Run"}'), DONE], 200, EVENT_STREAM))
    tools = RecordingTools()
    with pytest.raises(ProviderError):
        await turn(make_compatible(), tools=tools)
    assert not tools.calls


async def test_a_refused_connection_is_told_as_out_of_reach(
    make_openai: MakeOpenAI, make_compatible: MakeCompatible
) -> None:
    for service in (make_openai(base_url="http://127.0.0.1:1/v1"), make_compatible(base_url="http://127.0.0.1:1/v1")):
        with pytest.raises(ProviderError) as raised:
            await turn(service)
        assert raised.value.kind is ErrorKind.NETWORK
        assert (await service.check_health()).text == f"{service.label} cannot be reached."


async def test_keep_alives_do_not_count_as_content(
    server: PlayedServer, make_openai: MakeOpenAI, make_compatible: MakeCompatible
) -> None:
    deadlines = Deadlines(between_pieces_s=0.05)
    services: list[AgentsService] = [make_openai(deadlines=deadlines), make_compatible(deadlines=deadlines)]
    for service in services:
        keep_alives: list[Piece] = [b": keep-alive\n\n"] * 20
        if service.provider_name == "openai":
            keep_alives += [sse({"type": "response.in_progress", "sequence_number": 3, "response": response("x")})] * 9
        server.play(Answer([*begun(service), *keep_alives], 200, EVENT_STREAM, Ending.LEFT_OPEN))
        with pytest.raises(ProviderError) as raised:
            await turn(service)
        assert raised.value.kind is ErrorKind.TIMEOUT


async def test_silence_before_the_first_piece_ends_in_a_time_out(server: PlayedServer, make_openai: MakeOpenAI) -> None:
    server.play(Answer([created(), Pause(asyncio.Event())], 200, EVENT_STREAM))
    with pytest.raises(ProviderError) as raised:
        await turn(make_openai(deadlines=Deadlines(first_piece_s=0.05)))
    assert raised.value.kind is ErrorKind.TIMEOUT


async def test_no_key_is_said_before_anything_is_sent(server: PlayedServer, make_openai: MakeOpenAI) -> None:
    service = make_openai(key="")
    with pytest.raises(ProviderError) as raised:
        await turn(service)
    assert raised.value.kind is ErrorKind.NOT_SET_UP
    assert (await service.check_health()).state is HealthState.NOT_SET_UP
    assert not server.requests


async def test_a_key_that_cannot_be_sent_is_no_valid_key(
    server: PlayedServer, make_openai: MakeOpenAI, make_compatible: MakeCompatible
) -> None:
    for service in (make_openai(key="sk-ключ"), make_compatible(key="sk\nx")):
        with pytest.raises(ProviderError) as raised:
            await turn(service)
        assert raised.value.kind is ErrorKind.INVALID_KEY
    assert not server.requests


async def test_an_address_that_is_none_is_said_at_once(make_compatible: MakeCompatible) -> None:
    with pytest.raises(ProviderError) as raised:
        make_compatible(base_url="http://127.0.0.1:port")
    assert raised.value.kind is ErrorKind.NOT_SET_UP


async def test_the_failure_of_the_second_call_keeps_what_the_first_did(
    server: PlayedServer, service: AgentsService
) -> None:
    encode = encode_response if service.provider_name == "openai" else encode_chat
    first = reply(Calls("create_goal", '{"title": "Run"}'))
    server.play(Answer(encode(first), 200, EVENT_STREAM), error(529, "busy"))
    tools = RecordingTools()
    with pytest.raises(ProviderError) as raised:
        await turn(service, tools=tools)
    assert raised.value.kind is ErrorKind.OVERLOADED
    assert len(tools.calls) == 1
    server.play(Answer(encode(reply("Back")), 200, EVENT_STREAM))
    assert isinstance((await turn(service))[-1], Done)
