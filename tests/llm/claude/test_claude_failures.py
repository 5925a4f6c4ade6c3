"""What a person reads when Claude fails, whatever the server, the SDK or the connection did."""

import asyncio
import json
from dataclasses import dataclass, field

import pytest

from desktop_app.domain.providers import HealthState
from desktop_app.llm.claude.service import ClaudeService
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, TextDelta
from tests.llm.claude.conftest import KEY, MakeService
from tests.llm.claude.fake_claude import (
    EVENT_STREAM,
    block,
    call,
    encode_message,
    error,
    message_end,
    message_start,
    sse,
    text,
)
from tests.llm.contract.provider import RecordingTools
from tests.llm.contract.script import reply
from tests.llm.contract.server import Answer, Ending, Pause
from tests.llm.failure_cases import Case, check_failure
from tests.llm.played import PlayedServer, turn

ECHO = f"invalid x-api-key: {KEY}"
# What every provider must make of each status stands in tests/llm/faults/test_taxonomy.py.
CASES = {
    "400 no credit": Case(
        error(400, "invalid_request_error", "Your credit balance is too low to access the API."), ErrorKind.QUOTA
    ),
    "401": Case(error(401, "authentication_error", ECHO), ErrorKind.INVALID_KEY, says="did not accept your key"),
    "429": Case(error(429, "rate_limit_error", "slow down"), ErrorKind.RATE_LIMITED, says="Wait a little"),
    "429 with hours": Case(
        error(429, "rate_limit_error", "slow down", {"retry-after": "7200"}), ErrorKind.RATE_LIMITED, 7200, "2 hours"
    ),
    "401 as text": Case(Answer([ECHO.encode()], 401, {"content-type": "text/plain"}), ErrorKind.INVALID_KEY),
    "body null": Case(Answer([b"null"], 500, {"content-type": "application/json"}), ErrorKind.SERVER),
    "redirect": Case(
        Answer([b""], 307, {"location": "https://elsewhere.example/v1/messages"}),
        ErrorKind.NETWORK,
        says="sends requests on",
    ),
    "200 HTML": Case(
        Answer([b"<html>Log in</html>"], 200, {"content-type": "text/html"}), ErrorKind.NETWORK, says="web page"
    ),
    "200 nothing": Case(Answer([], 200, EVENT_STREAM), ErrorKind.PROTOCOL),
    "no JSON in an event": Case(
        Answer([b"event: message_start\ndata: {nope\n\n"], 200, EVENT_STREAM), ErrorKind.PROTOCOL
    ),
    "an event that is a number": Case(
        Answer([b"event: message_stop\ndata: 7\n\n"], 200, EVENT_STREAM), ErrorKind.PROTOCOL
    ),
    "a block without a type": Case(
        Answer(
            [b'event: content_block_start\ndata: {"type": "content_block_start", "index": 0}\n\n'], 200, EVENT_STREAM
        ),
        ErrorKind.PROTOCOL,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_an_answer_means_one_kind_of_failure(server: PlayedServer, service: ClaudeService, case: Case) -> None:
    await check_failure(server, service, case, KEY)


@dataclass(frozen=True)
class Broken:
    event: bytes = b""
    ending: Ending = Ending.COMPLETE
    kind: ErrorKind = ErrorKind.PROTOCOL
    says: str = field(default="")


def error_event(kind: str) -> bytes:
    return sse({"type": "error", "error": {"type": kind, "message": f"{kind}: {KEY}"}})


BROKEN = {
    "overloaded": Broken(error_event("overloaded_error"), kind=ErrorKind.OVERLOADED),
    "rate limit": Broken(error_event("rate_limit_error"), kind=ErrorKind.RATE_LIMITED),
    "server": Broken(error_event("api_error"), kind=ErrorKind.SERVER),
    "no JSON": Broken(b"event: error\ndata: it broke\n\n", kind=ErrorKind.BAD_REQUEST),
    "reset": Broken(ending=Ending.CUT, kind=ErrorKind.NETWORK, says="broke off"),
    "no end mark": Broken(kind=ErrorKind.PROTOCOL),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
async def test_a_failure_in_mid_stream_comes_after_the_text(
    server: PlayedServer, service: ClaudeService, case: Broken
) -> None:
    begun = [message_start(), *block(0, *text("Half an answer"))[:2]]
    server.play(Answer([*begun, case.event], 200, EVENT_STREAM, case.ending))
    seen: list[Event] = []
    with pytest.raises(ProviderError) as raised:
        await turn(service, seen=seen)
    assert seen == [TextDelta("Half an answer")]
    assert raised.value.kind is case.kind
    assert case.says in str(raised.value)
    assert KEY not in f"{raised.value} {raised.value.details}"


async def test_a_refused_connection_is_told_as_out_of_reach(make_service: MakeService) -> None:
    with pytest.raises(ProviderError) as raised:
        await turn(make_service(base_url="http://127.0.0.1:1"))
    assert raised.value.kind is ErrorKind.NETWORK
    assert "cannot be reached" in str(raised.value)


async def test_a_connection_dropped_before_the_answer_is_told_as_the_network(make_service: MakeService) -> None:
    async def drop(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with await asyncio.start_server(drop, "127.0.0.1", 0) as dropping:
        port = dropping.sockets[0].getsockname()[1]
        with pytest.raises(ProviderError) as raised:
            await turn(make_service(base_url=f"http://127.0.0.1:{port}"))
    assert raised.value.kind is ErrorKind.NETWORK


async def test_silence_before_the_first_piece_ends_in_a_time_out(
    server: PlayedServer, make_service: MakeService
) -> None:
    server.play(Answer([message_start(), Pause(asyncio.Event())], 200, EVENT_STREAM))
    with pytest.raises(ProviderError) as raised:
        await turn(make_service(deadlines=Deadlines(first_piece_s=0.05)))
    assert raised.value.kind is ErrorKind.TIMEOUT


async def test_keep_alives_do_not_count_as_content(server: PlayedServer, make_service: MakeService) -> None:
    begun = [message_start(), *block(0, *text("Half"))[:2]]
    empty = sse({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ""}})
    server.play(Answer([*begun, empty, *[sse({"type": "ping"})] * 50], 200, EVENT_STREAM, Ending.LEFT_OPEN))
    with pytest.raises(ProviderError) as raised:
        await turn(make_service(deadlines=Deadlines(between_pieces_s=0.05)))
    assert raised.value.kind is ErrorKind.TIMEOUT
    await server.client_left.wait()


async def test_no_key_is_said_before_anything_is_sent(server: PlayedServer, make_service: MakeService) -> None:
    service = make_service(key="  ")
    with pytest.raises(ProviderError) as raised:
        await turn(service)
    assert raised.value.kind is ErrorKind.NOT_SET_UP
    assert (await service.check_health()).state is HealthState.NOT_SET_UP
    assert not server.requests


@pytest.mark.parametrize("key", ["sk-ant\nsecond line", "sk-ключ", "sk-\x00"])
async def test_a_key_that_cannot_be_sent_is_no_valid_key(
    server: PlayedServer, make_service: MakeService, key: str
) -> None:
    with pytest.raises(ProviderError) as raised:
        await turn(make_service(key=key))
    assert raised.value.kind is ErrorKind.INVALID_KEY
    assert not server.requests


def test_an_address_that_is_none_is_said_at_once(make_service: MakeService) -> None:
    with pytest.raises(ProviderError) as raised:
        make_service(base_url="http://127.0.0.1:port")
    assert raised.value.kind is ErrorKind.NOT_SET_UP


async def test_the_failure_of_the_second_call_keeps_what_the_first_did(
    server: PlayedServer, service: ClaudeService
) -> None:
    first = [message_start(), *block(0, *call("create_goal", json.dumps({"title": "Run"}))), *message_end("tool_use")]
    server.play(Answer(first, 200, EVENT_STREAM), error(529, "overloaded_error", "Overloaded"))
    tools = RecordingTools()
    with pytest.raises(ProviderError):
        await turn(service, tools=tools)
    assert len(tools.calls) == 1
    server.play(Answer(encode_message(reply("Back")), 200, EVENT_STREAM))
    assert isinstance((await turn(service))[-1], Done)
