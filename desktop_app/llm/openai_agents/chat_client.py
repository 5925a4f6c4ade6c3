"""A client for chat completions that notices how a stream ended, which the Agents SDK does not tell."""

import asyncio
from collections.abc import AsyncIterator
from functools import cached_property
from typing import Any, Final

import httpx2
from agents.exceptions import ModelBehaviorError
from openai import AsyncOpenAI, AsyncStream, OpenAIError
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.types.chat import ChatCompletionChunk

# How long the figures of usage, which come after the end of the reply, are waited for.
_LAST_CHUNK_S: Final = 5.0


class ChatClient(AsyncOpenAI):
    """One model call's client on a pool that is shared; `finish_reason` is None until the reply ended."""

    finish_reason: str | None = None

    @cached_property
    def chat(self) -> AsyncChat:
        """The chat resource, watched."""
        return _WatchedChat(self)


class _WatchedChat(AsyncChat):
    @cached_property
    def completions(self) -> AsyncCompletions:
        return _WatchedCompletions(self._client)


class _WatchedCompletions(AsyncCompletions):
    async def create(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the SDK's overloads
        stream = await super().create(*args, **kwargs)
        if isinstance(stream, AsyncStream) and isinstance(self._client, ChatClient):
            return _WatchedStream(stream, self._client)
        return stream


class _WatchedStream:
    """The chunks of a stream up to its last; raises ModelBehaviorError when it stops short of its end."""

    def __init__(self, stream: AsyncStream[ChatCompletionChunk], client: ChatClient) -> None:
        self._stream = stream
        self._client = client
        self.response = stream.response

    async def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        chunks = aiter(self._stream)
        while (chunk := await self._next(chunks)) is not None:
            for choice in chunk.choices or ():
                if choice.index == 0 and choice.finish_reason:
                    self._client.finish_reason = choice.finish_reason
            yield chunk
        if self._client.finish_reason is None:
            raise ModelBehaviorError("the stream ended without a finish reason")

    async def close(self) -> None:
        """Close the connection, unless it was read to its end."""
        await self._stream.close()

    async def _next(self, chunks: AsyncIterator[ChatCompletionChunk]) -> ChatCompletionChunk | None:
        if self._client.finish_reason is None:
            return await anext(chunks, None)
        # The reply is whole: what goes wrong from here on is no failure.
        try:
            async with asyncio.timeout(_LAST_CHUNK_S):
                return await anext(chunks, None)
        except (TimeoutError, httpx2.HTTPError, OpenAIError):
            return None
