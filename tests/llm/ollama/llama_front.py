"""Ollama's protocol in front of a real llama.cpp server, so that a real model answers where no Ollama can be had."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from tests.llm.contract.server import Answer, LoopbackServer, SeenRequest
from tests.llm.ollama.fake_ollama import CREATED_AT, FakeModel, answer_to

MODEL = "qwen2.5-coder:1.5b"
REPLY_TOKENS = 200
# After a result so small a model would only repeat its call.
ONE_SENTENCE = 'root ::= [A-Z] [A-Za-z0-9, -]{8,120} "."'


@contextlib.asynccontextmanager
async def llama_server(weights: Path) -> AsyncIterator[str]:
    """A llama.cpp server in a child process; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.llm.ollama.llama_process",
        str(weights),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        while not (line := await process.stdout.readline()).startswith(b'{"address"'):
            assert line, "the server ended before it listened"
        yield json.loads(line)["address"]
    finally:
        process.kill()
        await process.wait()


class LlamaFront:
    """Serves `/api/*` on loopback and hands chats on to the llama.cpp server at `upstream`, at temperature 0."""

    def __init__(self, upstream: str) -> None:
        self._client = httpx.AsyncClient(base_url=upstream, timeout=600, trust_env=False)
        self._models = [FakeModel(MODEL, ("completion", "tools"), 8192, 1_117_320_768, "qwen2", "1.5B")]
        self.server = LoopbackServer(self._answer)

    async def stop(self) -> None:
        """Close the server and the connections behind it."""
        await self.server.stop()
        await self._client.aclose()

    def _answer(self, request: SeenRequest) -> Answer:
        if request.path != "/api/chat":
            return answer_to(request, self._models)
        return Answer(self._chat(request.json), 200, {"content-type": "application/x-ndjson"})

    async def _chat(self, chat: dict[str, Any]) -> AsyncGenerator[bytes, None]:
        """The reply as lines, and the counts at the end."""
        body: dict[str, Any] = {
            "messages": list(_openai_messages(chat["messages"])),
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "max_tokens": REPLY_TOKENS,
        }
        if chat.get("tools") and chat["messages"][-1]["role"] == "user":
            body["response_format"] = {"type": "json_schema", "json_schema": {"schema": _call_schema(chat["tools"])}}
        elif chat["messages"][-1]["role"] == "tool":
            body["grammar"] = ONE_SENTENCE
        reason, usage = "stop", {"prompt_tokens": 0, "completion_tokens": 0}
        async with self._client.stream("POST", "/v1/chat/completions", json=body) as response:
            response.raise_for_status()
            async for chunk in _chunks(response):
                usage = chunk.get("usage") or usage
                for choice in chunk["choices"]:
                    reason = choice.get("finish_reason") or reason
                    if text := choice["delta"].get("content"):
                        yield _line({"message": {"role": "assistant", "content": text}, "done": False})
        yield _line(
            {
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "length" if reason == "length" else "stop",
                "prompt_eval_count": usage["prompt_tokens"],
                "eval_count": usage["completion_tokens"],
            }
        )


def _call_schema(tools: list[dict[str, Any]]) -> dict[str, Any]:
    """A short call of the first tool. So small a model calls when it is held to it, and prints the call as text."""
    tool = tools[0]["function"]
    title, deadline = (tool["parameters"]["properties"][name] for name in ("title", "deadline"))
    arguments = {
        "title": {"type": title["type"], "maxLength": 60},
        "deadline": {"type": deadline["type"], "pattern": "^20[0-9]{2}-[01][0-9]-[0-3][0-9]$"},
    }
    return {
        "type": "object",
        "properties": {
            "name": {"const": tool["name"]},
            "arguments": {"type": "object", "properties": arguments, "required": ["title", "deadline"]},
        },
        "required": ["name", "arguments"],
    }


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps({"model": MODEL, "created_at": CREATED_AT, **value}, ensure_ascii=False).encode() + b"\n"


async def _chunks(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    async for line in response.aiter_lines():
        if line.startswith("data: {"):
            yield json.loads(line.removeprefix("data: "))


def _openai_messages(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The history as chat completions take it, calls and results joined by ids made here."""
    wire: list[dict[str, Any]] = []
    open_ids: list[str] = []
    for place, message in enumerate(messages):
        if message["role"] == "tool":
            wire.append({"role": "tool", "tool_call_id": open_ids.pop(0), "content": message["content"]})
            continue
        told: dict[str, Any] = {"role": message["role"], "content": message.get("content", "")}
        if calls := message.get("tool_calls"):
            open_ids = [f"call_{place}_{number}" for number in range(len(calls))]
            told["tool_calls"] = [
                {
                    "id": call_id,
                    "type": "function",
                    "function": {
                        "name": call["function"]["name"],
                        "arguments": json.dumps(call["function"]["arguments"], ensure_ascii=False),
                    },
                }
                for call_id, call in zip(open_ids, calls, strict=True)
            ]
        wire.append(told)
    return wire
