"""Talks to the engine over HTTP: prompts in, pieces of text out, and its failures as provider errors."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any, Final, NamedTuple

import httpx

from desktop_app.llm.deadlines import CallClock, Deadlines
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.surrogates import without_surrogates

# Reading a prompt that fills the window takes more than a minute on two cores, and gives no sign of life.
_DEADLINES: Final = Deadlines(first_piece_s=240, between_pieces_s=240)
_TIMEOUT: Final = httpx.Timeout(_DEADLINES.connect_s, read=_DEADLINES.longest_s)
# The engine closes what was idle for 5 s; a request that met this would be lost.
_LIMITS: Final = httpx.Limits(max_keepalive_connections=2, keepalive_expiry=4)
# How long what follows a whole answer may take: the end of the body, after which the connection can be used again.
_LAST_BYTES_S: Final = 0.3
_SLOT: Final = 0
_SAMPLING: Final = {
    "temperature": 0,
    "seed": 1,
    "cache_prompt": True,
    "id_slot": _SLOT,
    "stream": True,
    "timings_per_token": True,
}
_TRY_AGAIN: Final = "Your message is kept; send it again."


class Piece(NamedTuple):
    """A piece of generated text, with the figures of the call so far; `is_cut` where the limit ended it."""

    text: str
    is_last: bool = False
    is_cut: bool = False
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


class EngineClient:
    """One client for one running engine."""

    def __init__(self, address: str, api_key: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=_TIMEOUT,
            limits=_LIMITS,
            trust_env=False,
        )

    async def prompt(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The chat messages as the model's own template writes them, up to where the coach speaks."""
        answer = await self._post("/apply-template", {"messages": [_encodable(message) for message in messages]})
        text = answer.get("prompt")
        if not isinstance(text, str):
            raise _broken()
        return text

    async def stream(self, prompt: str, form: Mapping[str, Any], max_tokens: int) -> AsyncGenerator[Piece, None]:
        """Continue `prompt` in a form (`json_schema` or `grammar`). Closing the generator ends the work at once.

        Raises ProviderError, also where the stream ends without its last piece.
        """
        request = {"prompt": without_surrogates(prompt), "n_predict": max_tokens, **_SAMPLING, **form}
        clock = CallClock(_DEADLINES)
        try:
            async with self._http.stream("POST", "/completion", json=request) as response:
                if response.status_code != httpx.codes.OK:
                    raise _refused(response.status_code, await response.aread())
                async with aclosing(_events(response)) as events:
                    while True:
                        with clock.waiting():
                            event = await anext(events, None)
                        if event is None:
                            break
                        piece = _piece(event)
                        if piece.text:
                            clock.piece_came()
                        if piece.is_last:
                            await _read_to_the_end(events)
                        yield piece
                        if piece.is_last:
                            return
        except (httpx.HTTPError, TimeoutError) as error:
            raise _lost(error) from error
        finally:
            clock.stop()
        raise _broken()

    @staticmethod
    async def last_piece(pieces: AsyncIterator[Piece], newest: Piece) -> Piece:
        """The last piece of an answer that is whole, with its figures; `newest` where it does not come at once.

        A small model may go on with white space for ever: then the connection is dropped, which ends its work.
        """
        if newest.is_last:
            return newest
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(_LAST_BYTES_S):
                async for piece in pieces:
                    if piece.is_last:
                        return piece._replace(is_cut=False)
        return newest

    async def count(self, prompt: str) -> int:
        """How many tokens `prompt` is."""
        body = {"content": without_surrogates(prompt), "parse_special": True}
        tokens = (await self._post("/tokenize", body)).get("tokens")
        if not isinstance(tokens, list):
            raise _broken()
        return len(tokens)

    async def read_in(self, prompt: str) -> None:
        """Process a prompt without answering it, so that what begins like it is quick."""
        await self._post("/completion", {"prompt": prompt, **_SAMPLING, "n_predict": 0, "stream": False})

    async def restore(self, file_name: str) -> bool:
        """Load a prompt that was saved when it had been processed; False where that does not work."""
        return await self._slot("restore", file_name)

    async def save(self, file_name: str) -> bool:
        """Save the processed prompt under a name; False where that does not work."""
        return await self._slot("save", file_name)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _slot(self, action: str, file_name: str) -> bool:
        try:
            await self._post(f"/slots/{_SLOT}?action={action}", {"filename": file_name})
        except ProviderError:
            return False
        return True

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            response = await self._http.post(path, json=body)
        except httpx.HTTPError as error:
            raise _lost(error) from error
        if response.status_code != httpx.codes.OK:
            raise _refused(response.status_code, response.content)
        return _object(response.content)


async def _read_to_the_end(events: AsyncIterator[dict[str, Any]]) -> None:
    with suppress(ProviderError, TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_LAST_BYTES_S):
            async for _ in events:
                pass


def _encodable(message: Mapping[str, str]) -> dict[str, str]:
    return {name: without_surrogates(value) for name, value in message.items()}


async def _events(response: httpx.Response) -> AsyncGenerator[dict[str, Any], None]:
    """The JSON objects of a server-sent stream.

    Not by httpx's lines: they end at each of Unicode's line breaks, also inside the engine's JSON.
    """
    held = b""
    async for piece in response.aiter_bytes():
        *lines, held = (held + piece).split(b"\n")
        for line in lines:
            if (event := _event(line)) is not None:
                yield event
    if (event := _event(held)) is not None:
        yield event


def _event(line: bytes) -> dict[str, Any] | None:
    """What a line of the stream says; raises ProviderError for an error."""
    if line.startswith(b"data:"):
        return _object(line[5:])
    if line.startswith(b"error:"):
        raise _refused(httpx.codes.INTERNAL_SERVER_ERROR, line[6:])
    return None


def _piece(event: Mapping[str, Any]) -> Piece:
    if "error" in event:
        raise _refused(httpx.codes.INTERNAL_SERVER_ERROR, json.dumps(event).encode())
    text = event.get("content")
    if not isinstance(text, str):
        raise _broken()
    is_last, is_cut = event.get("stop") is True, event.get("stop_type") == "limit"
    figures = event.get("timings")
    if not isinstance(figures, dict):
        return Piece(text, is_last, is_cut)
    cached = int(figures.get("cache_n", 0))
    return Piece(
        text,
        is_last=is_last,
        is_cut=is_cut,
        input_tokens=cached + int(figures.get("prompt_n", 0)),
        cached_tokens=cached,
        output_tokens=int(figures.get("predicted_n", 0)),
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content.decode())  # given bytes, it would look for their encoding first
    except ValueError:
        raise _broken() from None
    if not isinstance(value, dict):
        raise _broken()
    return value


def _refused(status: int, body: bytes) -> ProviderError:
    """The engine's own error; its text may repeat the prompt, so only its kind is told."""
    try:
        value = json.loads(body)
        kind = str(value["error"].get("type", "")) if isinstance(value, dict) else ""
    except (ValueError, KeyError, AttributeError):
        kind = ""
    details = f"status {status}, {kind[:60]}"
    if kind == "exceed_context_size_error":
        return too_long(details)
    return ProviderError(
        ErrorKind.SERVER, f"The built-in model could not answer (error {status}). {_TRY_AGAIN}", details=details
    )


def too_long(details: str = "") -> ProviderError:
    """What is said where one message alone does not fit the model's window."""
    return ProviderError(
        ErrorKind.CONTEXT_TOO_LONG,
        "This message is too long for the built-in model. It is kept; send a shorter one or choose another model.",
        details=details,
    )


def _broken() -> ProviderError:
    return ProviderError(
        ErrorKind.PROTOCOL, f"The built-in model ended its answer in the middle or without sense. {_TRY_AGAIN}"
    )


def _lost(error: httpx.HTTPError | TimeoutError) -> ProviderError:
    details = type(error).__name__
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return ProviderError(
            ErrorKind.TIMEOUT, f"The built-in model did not answer in time. {_TRY_AGAIN}", details=details
        )
    return ProviderError(ErrorKind.SERVER, f"The built-in model stopped unexpectedly. {_TRY_AGAIN}", details=details)
