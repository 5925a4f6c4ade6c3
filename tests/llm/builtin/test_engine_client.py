"""Talking to the engine, and what comes of it when the engine does not answer as it should."""

import json
from collections.abc import Awaitable
from contextlib import aclosing

import pytest

from desktop_app.llm.builtin.engine_client import EngineClient, Piece
from desktop_app.llm.errors import ErrorKind, ProviderError
from tests.llm.builtin.scripted_engine import ScriptedEngine, running, sse

LAST = {
    "content": "",
    "stop": True,
    "stop_type": "eos",
    "timings": {"cache_n": 7, "prompt_n": 3, "predicted_n": 2},
}


async def pieces(engine: ScriptedEngine) -> list[Piece]:
    async with running(engine):
        client = EngineClient(engine.address, "key")
        try:
            async with aclosing(client.stream("Hello", {}, 10)) as stream:
                return [piece async for piece in stream]
        finally:
            await client.aclose()


async def failure(engine: ScriptedEngine) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await pieces(engine)
    return caught.value


async def test_pieces_come_with_the_figures_at_the_end() -> None:
    got = await pieces(ScriptedEngine(sse({"content": "Hi", "stop": False}, LAST)))
    assert got == [Piece("Hi"), Piece("", is_last=True, input_tokens=10, cached_tokens=7, output_tokens=2)]


async def test_the_last_piece_is_the_end_although_the_connection_stays_open() -> None:
    got = await pieces(ScriptedEngine(sse(LAST), hangs=True))
    assert got[-1].is_last


async def test_a_limit_that_was_reached_is_told() -> None:
    assert (await pieces(ScriptedEngine(sse({**LAST, "stop_type": "limit"}))))[-1].is_cut


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(sse({"content": "Hi", "stop": False}), id="cut off"),
        pytest.param(b"<html>Welcome to the hotel</html>", id="a web page"),
        pytest.param(b"data: {broken\n\n", id="no JSON"),
        pytest.param(b"data: null\n\n", id="no object"),
        pytest.param(sse({"tokens": 3}), id="no text"),
        pytest.param(b"", id="nothing"),
    ],
)
async def test_an_answer_without_sense_or_end_is_a_protocol_error(stream: bytes) -> None:
    assert (await failure(ScriptedEngine(stream))).kind is ErrorKind.PROTOCOL


async def test_a_prompt_beyond_the_window_is_too_long() -> None:
    body = b'{"error": {"type": "exceed_context_size_error", "message": "secret prompt"}}'
    error = await failure(ScriptedEngine(body, status=400, content_type="application/json"))
    assert error.kind is ErrorKind.CONTEXT_TOO_LONG
    assert "secret" not in str(error) + error.details


@pytest.mark.parametrize("body", [b"null", b"[]", b"oops", b'{"error": "text"}'])
async def test_any_other_refusal_is_the_engine_s_failure(body: bytes) -> None:
    error = await failure(ScriptedEngine(body, status=503))
    assert (error.kind, error.details.startswith("status 503")) == (ErrorKind.SERVER, True)


async def test_an_error_within_the_stream_is_the_engine_s_failure() -> None:
    assert (await failure(ScriptedEngine(sse({"error": {"type": "server_error"}})))).kind is ErrorKind.SERVER


async def test_an_engine_that_is_gone_is_said_so() -> None:
    engine = ScriptedEngine()
    async with running(engine):
        pass
    client = EngineClient(engine.address, "key")
    with pytest.raises(ProviderError, match="stopped unexpectedly") as caught:
        await client.prompt([])
    await client.aclose()
    assert caught.value.kind is ErrorKind.SERVER


async def asked_beside_a_reply(body: bytes, status: int = 200) -> list[object]:
    """What comes of a count, a prompt, and of loading and saving one, where each is answered with `body`."""
    engine = ScriptedEngine(body, status, "application/json")
    async with running(engine):
        client = EngineClient(engine.address, "key")
        asked = (client.count("Hello"), client.prompt([]), client.restore("a.slot"), client.save("a.slot"))
        answers = [await _answer_of(one) for one in asked]
        await client.aclose()
        return answers


async def _answer_of(asked: Awaitable[object]) -> object:
    try:
        return await asked
    except ProviderError as error:
        return error.kind


async def test_a_prompt_is_counted_written_out_and_saved() -> None:
    answer = json.dumps({"tokens": [1, 2, 3], "prompt": "<|im_start|>Hello"}).encode()
    assert await asked_beside_a_reply(answer) == [3, "<|im_start|>Hello", True, True]


@pytest.mark.parametrize("body", [b"{}", b'{"tokens": "many", "prompt": 7}'])
async def test_an_answer_without_what_was_asked_for_is_a_protocol_error(body: bytes) -> None:
    assert await asked_beside_a_reply(body) == [ErrorKind.PROTOCOL, ErrorKind.PROTOCOL, True, True]


async def test_a_prompt_that_cannot_be_loaded_or_saved_is_no_failure() -> None:
    refused = await asked_beside_a_reply(b'{"error": {"type": "server_error"}}', 500)
    assert refused == [ErrorKind.SERVER, ErrorKind.SERVER, False, False]


async def test_a_stream_whose_last_line_has_no_end_is_read_to_it() -> None:
    stream = sse({"content": "Hi", "stop": False}, LAST).rstrip(b"\n")
    assert (await pieces(ScriptedEngine(stream)))[-1].is_last


async def test_an_error_line_of_the_stream_is_the_engine_s_failure() -> None:
    error = await failure(ScriptedEngine(b'error: {"code": 500, "message": "secret prompt"}\n\n'))
    assert error.kind is ErrorKind.SERVER
    assert "secret" not in str(error) + error.details


async def test_closing_the_stream_drops_the_connection() -> None:
    engine = ScriptedEngine(sse({"content": "Hi", "stop": False}), hangs=True)
    async with running(engine):
        client = EngineClient(engine.address, "key")
        async with aclosing(client.stream("Hello", {}, 10)) as stream:
            assert await anext(stream) == Piece("Hi")
        await engine.disconnected.wait()
        await client.aclose()


async def test_a_whole_answer_waits_for_the_figures_that_come_at_once() -> None:
    engine = ScriptedEngine(sse({"content": "}", "stop": False}, {"content": "\n", "stop": False}, LAST))
    assert await last_piece_of(engine) == Piece("", is_last=True, input_tokens=10, cached_tokens=7, output_tokens=2)


async def test_an_engine_that_goes_on_after_a_whole_answer_is_left() -> None:
    engine = ScriptedEngine(sse({"content": "}", "stop": False}), hangs=True)
    assert await last_piece_of(engine) == Piece("}")


async def test_an_engine_that_fails_after_a_whole_answer_harms_nothing() -> None:
    engine = ScriptedEngine(sse({"content": "}", "stop": False}, {"error": {"type": "server_error"}}))
    assert await last_piece_of(engine) == Piece("}")


async def last_piece_of(engine: ScriptedEngine) -> Piece:
    """What is known of an answer that is whole with its first piece."""
    async with running(engine):
        client = EngineClient(engine.address, "key")
        async with aclosing(client.stream("Hello", {}, 10)) as stream:
            last = await client.last_piece(stream, await anext(stream))
        if engine.hangs:
            await engine.disconnected.wait()
        await client.aclose()
        return last
