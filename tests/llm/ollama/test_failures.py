"""Everything that can go wrong with Ollama is told in one plain sentence, of the right kind."""

import asyncio
import json
import socket
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from ollama import ResponseError

from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Event, TextDelta
from desktop_app.llm.ollama.failures import is_unknown_host, provider_error
from desktop_app.llm.ollama.service import OllamaService
from desktop_app.settings import OllamaSettings
from tests.llm.contract.provider import TODAY, RecordingTools
from tests.llm.contract.script import Says, ScriptedReply, reply
from tests.llm.contract.server import Answer, Ending, LoopbackServer, Pause, Piece, SeenRequest
from tests.llm.ollama.fake_ollama import FakeModel, encode_chat, error_line
from tests.llm.ollama.under_test import OllamaUnderTest

HOST = "http://127.0.0.1:11434"

STATUSES = {
    "unknown model": (404, "model 'qwen3:8b' not found", ErrorKind.MODEL_NOT_FOUND, "ollama pull qwen3:8b"),
    "no such page": (404, "404 page not found", ErrorKind.PROTOCOL, "OLLAMA_HOST"),
    "not signed in": (401, "unauthorized", ErrorKind.INVALID_KEY, "ollama signin"),
    "not in the plan": (402, "payment required", ErrorKind.QUOTA, "plan"),
    "origin": (403, "", ErrorKind.PERMISSION, "OLLAMA_ORIGINS"),
    "too many": (429, "you've reached your hourly usage limit", ErrorKind.RATE_LIMITED, "Wait a little"),
    "busy": (503, "server busy, please try again", ErrorKind.OVERLOADED, "busy"),
    "sent on": (307, "", ErrorKind.NETWORK, "another address"),
    "bad request": (400, "invalid options: num_ctx", ErrorKind.BAD_REQUEST, "400"),
    "too long": (400, "the prompt exceeds the context length", ErrorKind.CONTEXT_TOO_LONG, "read at once"),
    "memory": (
        500,
        "model requires more system memory (5.6 GiB) than is available (3.0 GiB)",
        ErrorKind.SERVER,
        "not enough memory for qwen3:8b (needs 5.6 GiB, free are 3.0 GiB)",
    ),
    "graphics memory": (500, "cudaMalloc failed: out of memory", ErrorKind.SERVER, "not enough memory for qwen3:8b."),
    "runner": (500, "llama runner process has terminated: signal: killed", ErrorKind.SERVER, "ended unexpectedly"),
    "anything": (500, "unexpected EOF", ErrorKind.SERVER, "failed while answering"),
    "within the stream": (-1, "unexpected EOF", ErrorKind.SERVER, "failed while answering"),
}


@pytest.mark.parametrize(("status", "said", "kind", "sentence"), STATUSES.values(), ids=STATUSES)
def test_each_refusal_has_its_kind_and_its_sentence(status: int, said: str, kind: ErrorKind, sentence: str) -> None:
    error = provider_error(ResponseError(json.dumps({"error": said}), status), HOST, "qwen3:8b")
    assert error.kind is kind
    assert sentence in str(error)
    assert str(error).endswith((".", "qwen3:8b"))


def connect_error(cause: Exception) -> httpx.ConnectError:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    return error


BREAKS = {
    "refused": (connect_error(ConnectionRefusedError(111, "refused")), ErrorKind.NETWORK, "not running at"),
    "refused, as the client says it": (ConnectionError("Failed to connect"), ErrorKind.NETWORK, "not running at"),
    "unknown name": (connect_error(socket.gaierror(-2, "unknown")), ErrorKind.NETWORK, "There is no computer at"),
    "no connection in time": (httpx.ConnectTimeout("slow"), ErrorKind.NETWORK, "not running at"),
    "no answer in time": (httpx.ReadTimeout("slow"), ErrorKind.TIMEOUT, "too long"),
    "no content in time": (TimeoutError(), ErrorKind.TIMEOUT, "too long"),
    "broken": (httpx.ReadError("reset"), ErrorKind.NETWORK, "broke off"),
    "reset": (ConnectionResetError(104, "reset"), ErrorKind.NETWORK, "broke off"),
    "half a body": (httpx.RemoteProtocolError("incomplete chunked read"), ErrorKind.NETWORK, "broke off"),
    "no JSON": (json.JSONDecodeError("Expecting value", "<html>", 0), ErrorKind.PROTOCOL, "does not speak"),
    "null": (AttributeError("'NoneType' object has no attribute 'get'"), ErrorKind.PROTOCOL, "does not speak"),
    "an odd error": (ResponseError({"message": "boom"}.__str__(), 500), ErrorKind.SERVER, "failed while answering"),
}


@pytest.mark.parametrize(("fault", "kind", "sentence"), BREAKS.values(), ids=BREAKS)
def test_each_break_has_its_kind_and_its_sentence(fault: Exception, kind: ErrorKind, sentence: str) -> None:
    error = provider_error(fault, HOST, "qwen3:8b")
    assert error.kind is kind
    assert sentence in str(error)


def test_a_wrong_name_is_told_from_nobody_at_home() -> None:
    assert is_unknown_host(provider_error(BREAKS["unknown name"][0], HOST))
    assert not is_unknown_host(provider_error(BREAKS["refused"][0], HOST))


async def failing_turn(ollama: OllamaUnderTest) -> tuple[str, ProviderError]:
    """The text that came before the error, and the error."""
    seen: list[Event] = []
    with pytest.raises(ProviderError) as raised:
        await _collect(ollama, seen)
    return "".join(event.text for event in seen if isinstance(event, TextDelta)), raised.value


async def _collect(ollama: OllamaUnderTest, seen: list[Event]) -> None:
    stream = ollama.stream("Hi", tools=RecordingTools())
    try:
        async for event in stream:
            seen.append(event)  # noqa: PERF401 - what came before the error counts
    finally:
        await stream.aclose()


class WireUnderTest(OllamaUnderTest):
    """Answers chats with bytes instead of a script."""

    def __init__(self, *pieces: Piece, ending: Ending = Ending.COMPLETE) -> None:
        super().__init__()
        self._pieces = pieces
        self._ending = ending

    def _answer(self, request: SeenRequest) -> Answer:
        if self.is_model_call(request):
            return Answer(self._pieces, 200, self.headers(), self._ending)
        return self.answer_other(request)


HALF = encode_chat(ScriptedReply([Says("Half an ans")], is_ended=False), "qwen3:8b")
WIRES = {
    "an error line": ([*HALF, error_line("unexpected EOF")], ErrorKind.SERVER),
    "an error line about memory": ([*HALF, error_line("CUDA error: out of memory")], ErrorKind.SERVER),
    "an error line that is an object": ([*HALF, b'{"error": {"message": "boom"}}\n'], ErrorKind.PROTOCOL),
    "half a line": ([*HALF, b'{"model": "qwen3:8b", "mess'], ErrorKind.PROTOCOL),
    "null": ([*HALF, b"null\n"], ErrorKind.PROTOCOL),
    "a number": ([*HALF, b"17\n"], ErrorKind.PROTOCOL),
    "a line without a message": ([*HALF, b'{"model": "qwen3:8b", "done": false}\n'], ErrorKind.PROTOCOL),
    "an empty line": ([*HALF, b"\n"], ErrorKind.PROTOCOL),
    "no text but bytes": ([*HALF, b"\xff\xfe\x00\n"], ErrorKind.PROTOCOL),
}


@pytest.mark.parametrize(("pieces", "kind"), WIRES.values(), ids=WIRES)
async def test_a_fault_within_the_stream_comes_after_the_text(pieces: list[Piece], kind: ErrorKind) -> None:
    ollama = WireUnderTest(*pieces)
    await ollama.start()
    text, error = await failing_turn(ollama)
    assert text == "Half an ans"
    assert error.kind is kind
    await ollama.stop()


async def test_what_was_held_back_as_a_call_is_shown_when_the_stream_breaks() -> None:
    begun = '<tool_call>{"name": "create_goal", "arg'
    ollama = WireUnderTest(*encode_chat(ScriptedReply([Says(begun)], is_ended=False), "qwen3:8b"), ending=Ending.CUT)
    await ollama.start()
    text, error = await failing_turn(ollama)
    assert text == begun
    assert error.kind is ErrorKind.NETWORK
    await ollama.stop()


async def test_nobody_at_home_is_told_on_sending() -> None:
    ollama = OllamaUnderTest()
    await ollama.start()
    await ollama.server.stop()
    _, error = await failing_turn(ollama)
    assert error.kind is ErrorKind.NETWORK
    assert "not running" in str(error)
    await ollama.service.aclose()


async def test_a_model_that_was_never_pulled_is_told_before_the_chat(ollama: OllamaUnderTest) -> None:
    ollama.models = []
    _, error = await failing_turn(ollama)
    assert error.kind is ErrorKind.MODEL_NOT_FOUND
    assert ollama.turns == []


async def test_a_redirect_is_not_followed() -> None:
    elsewhere = LoopbackServer(lambda _request: Answer.of_json({}))
    address = await elsewhere.start()

    def send_on(request: SeenRequest) -> Answer:
        return Answer([], 307, {"location": f"{address}{request.path}"})

    server = LoopbackServer(send_on)
    service = OllamaService(lambda: TODAY, OllamaSettings(await server.start()))
    with pytest.raises(ProviderError) as raised:
        await service.list_models()
    assert raised.value.kind is ErrorKind.NETWORK
    assert elsewhere.requests == []
    await service.aclose()
    await server.stop()
    await elsewhere.stop()


KEPT_ALIVE = json.dumps(
    {"model": "m", "created_at": "", "message": {"role": "assistant", "content": ""}, "done": False}
)


@pytest.mark.parametrize(
    ("deadlines", "pieces", "loaded"),
    [
        (Deadlines(first_piece_s=0.2, reasoning_s=0.2), [], 8192),
        (Deadlines(first_piece_s=0.1, loading_s=0.2, reasoning_s=0.1), [], None),
        (Deadlines(between_pieces_s=0.2, reasoning_s=0.2), HALF, None),
        (Deadlines(between_pieces_s=0.2, reasoning_s=0.2), [*HALF, *[KEPT_ALIVE.encode() + b"\n"] * 50], None),
    ],
    ids=["first piece", "loading", "between pieces", "lines without content"],
)
async def test_waiting_has_an_end_that_counts_content(
    deadlines: Deadlines, pieces: list[Piece], loaded: int | None
) -> None:
    ollama = WireUnderTest(*pieces, ending=Ending.LEFT_OPEN)
    ollama.models = [replace(ollama.models[0], loaded_context=loaded)]
    ollama.deadlines = deadlines
    await ollama.start()
    text, error = await failing_turn(ollama)
    assert text == ("Half an ans" if pieces else "")
    assert error.kind is ErrorKind.TIMEOUT
    async with asyncio.timeout(20):
        await ollama.server.client_left.wait()
    await ollama.stop()


async def test_a_server_that_tells_little_can_still_chat(ollama: OllamaUnderTest) -> None:
    answer_other: Callable[[SeenRequest], Answer] = ollama.answer_other

    def tells_little(request: SeenRequest) -> Answer:
        known = {"/api/tags"}
        return answer_other(request) if request.path in known else Answer([b"404 page not found"], 404)

    ollama.answer_other = tells_little  # type: ignore[method-assign] # the fake server's, of this test alone
    ollama.script(reply("Hello"))
    assert any(event == TextDelta("Hello") for event in await ollama.turn("Hi"))


async def test_a_model_that_refuses_tools_is_asked_again_without(ollama: OllamaUnderTest) -> None:
    ollama.models = [FakeModel("qwen3:8b", None, template="")]
    ollama.script(
        ScriptedReply(status=400, message="registry.ollama.ai/library/qwen3:8b does not support tools"),
        reply("Hello"),
        reply("Again"),
    )
    await ollama.turn("Hi", tools=RecordingTools())
    assert [bool(ollama.offered_tools(turn)) for turn in ollama.turns] == [True, False]
    await ollama.turn("Hi", tools=RecordingTools())
    assert ollama.offered_tools(ollama.turns[2]) == []


async def test_a_pause_before_the_end_of_the_body_does_not_hold_up_the_end() -> None:
    gate = Pause(asyncio.Event())
    ollama = WireUnderTest(*encode_chat(reply("Hello"), "qwen3:8b"), gate)
    await ollama.start()
    async with asyncio.timeout(20):
        events = await ollama.turn("Hi")
    assert TextDelta("Hello") in events
    gate.go.set()
    await ollama.stop()
