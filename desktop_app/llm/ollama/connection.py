"""The requests to Ollama: one pooled client, time-outs that count content, errors translated, streams closed."""

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

import httpx
from ollama import AsyncClient, ChatResponse, ListResponse, ProcessResponse, ProgressResponse, ShowResponse

from desktop_app.llm.addresses import is_loopback
from desktop_app.llm.deadlines import CallClock, Deadlines
from desktop_app.llm.ollama.failures import CLIENT_FAULTS, broke_off, provider_error

_T = TypeVar("_T")

# How long the proper end of the body may take after the last line, so that the connection can be used again.
_END_OF_BODY_S: Final = 0.25
# A large file is checked without a word.
_PULL_SILENCE_S: Final = 600
_LINE_BREAKS: Final = {b"\xc2\x85": b"\\u0085", b"\xe2\x80\xa8": b"\\u2028", b"\xe2\x80\xa9": b"\\u2029"}
_LINE_BREAK: Final = re.compile(b"|".join(_LINE_BREAKS))
_LINE_BREAK_BEGINS: Final = re.compile(rb"(?:\xc2|\xe2\x80?)\Z")


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request for a reply, as `/api/chat` has it. `think` None leaves the field out."""

    model: str
    messages: Sequence[Mapping[str, Any]]
    tools: Sequence[Mapping[str, Any]]
    num_ctx: int
    think: bool | str | None
    keep_alive: str


class OllamaConnection:
    """Speaks to the server at `host`; every method raises ProviderError."""

    def __init__(self, host: str, deadlines: Deadlines) -> None:
        self.host = host
        self._deadlines = deadlines
        self._client: AsyncClient | None = None

    async def tags(self) -> ListResponse:
        """The models that are there."""
        return await self._answer(lambda client: client.list())

    async def show(self, model: str) -> ShowResponse:
        """What is known about a model."""
        return await self._answer(lambda client: client.show(model), model)

    async def running(self) -> ProcessResponse:
        """The models that are in memory."""
        return await self._answer(lambda client: client.ps())

    async def chat(self, request: ChatRequest, clock: CallClock) -> AsyncGenerator[ChatResponse, None]:
        """The lines of a reply, the last one with `done`; closing the generator closes the connection."""
        try:
            lines = await self._lines(request)
            async with aclosing(lines):
                while True:
                    with clock.waiting():
                        line = await anext(lines, None)
                    if line is None:
                        raise broke_off()
                    has_content = line.message.content or line.message.thinking or line.message.tool_calls
                    if has_content:
                        clock.piece_came()
                    if line.done:
                        await _read_to_the_end(lines)
                        yield line
                        return
                    if has_content:
                        yield line
        except CLIENT_FAULTS as fault:
            raise provider_error(fault, self.host, request.model) from None

    async def pull(self, model: str) -> AsyncGenerator[ProgressResponse, None]:
        """What Ollama tells while it gets a model, up to its "success"; raises the client's own faults."""
        lines = cast("AsyncGenerator[ProgressResponse, None]", await self._opened().pull(model, stream=True))
        async with aclosing(lines):
            while True:
                async with asyncio.timeout(_PULL_SILENCE_S):
                    line = await anext(lines, None)
                if line is None:
                    return
                if line.status == "success":
                    await _read_to_the_end(lines)
                yield line

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            # The client does not annotate this method.
            await client.close()  # type: ignore[no-untyped-call]

    async def _lines(self, request: ChatRequest) -> AsyncGenerator[ChatResponse, None]:
        lines = await self._opened().chat(
            request.model,
            request.messages,
            tools=request.tools,
            stream=True,
            think=request.think,
            options={"num_ctx": request.num_ctx},
            keep_alive=request.keep_alive,
        )
        # Declared as an iterator, it is a generator, and only a generator can be closed.
        return cast("AsyncGenerator[ChatResponse, None]", lines)

    async def _answer(self, ask: Callable[[AsyncClient], Awaitable[_T]], model: str = "") -> _T:
        try:
            async with asyncio.timeout(self._deadlines.answer_s):
                return await ask(self._opened())
        except CLIENT_FAULTS as fault:
            raise provider_error(fault, self.host, model) from None

    def _opened(self) -> AsyncClient:
        if self._client is None:
            self._client = AsyncClient(
                self.host,
                # A redirect would carry the conversation to an address that nobody chose.
                follow_redirects=False,
                timeout=httpx.Timeout(None, connect=self._deadlines.connect_s, pool=self._deadlines.connect_s),
                # A proxy from the environment is not for this computer.
                trust_env=not is_loopback(self.host),
                # Nor are certificates, whose reading would hold the loop for a moment that can be seen.
                verify=not (is_loopback(self.host) and self.host.startswith("http://")),
                event_hooks={"response": [_escape_line_breaks]},
            )
        return self._client


async def _read_to_the_end(lines: AsyncIterator[object]) -> None:
    """Read the end of the body; some servers leave the connection open after the last line, which ends the reply."""
    with contextlib.suppress(*CLIENT_FAULTS):
        async with asyncio.timeout(_END_OF_BODY_S):
            async for _ in lines:
                pass


async def _escape_line_breaks(response: httpx.Response) -> None:
    # httpx ends a line at each of Unicode's line breaks, also inside a JSON string, and the client with it.
    stream = response.stream
    if isinstance(stream, httpx.AsyncByteStream):
        response.stream = _EscapedLineBreaks(stream)


class _EscapedLineBreaks(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        held = b""
        async for piece in self._stream:
            if not held and piece.isascii():
                yield piece
                continue
            text = _LINE_BREAK.sub(lambda found: _LINE_BREAKS[found.group()], held + piece)
            begin = _LINE_BREAK_BEGINS.search(text)
            end = begin.start() if begin else len(text)
            held = text[end:]
            yield text[:end]
        if held:
            yield held

    async def aclose(self) -> None:
        await self._stream.aclose()
