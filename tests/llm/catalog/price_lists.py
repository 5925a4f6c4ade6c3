"""Price lists as `genai-prices` publishes them, small ones, and a server on the loopback that has them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.llm.contract.server import Answer, LoopbackServer


def model(name: str, **prices: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"id": name, "match": {"equals": name}, "prices": prices or {"input_mtok": 1, "output_mtok": 2}}


def price_list(**sonnet: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """A list of two providers with six models each, among them Claude Sonnet 4.5 at these prices."""
    claude = [model("claude-sonnet-4-5", **sonnet), *(model(f"claude-{number}") for number in range(5))]
    openai = [model(f"gpt-{number}") for number in range(6)]
    return [
        {"id": "anthropic", "name": "Anthropic", "api_pattern": "https://api\\.anthropic\\.com", "models": claude},
        {"id": "openai", "name": "OpenAI", "api_pattern": "https://api\\.openai\\.com", "models": openai},
    ]


def as_answer(value: object) -> Answer:
    """As GitHub serves it: JSON, said to be plain text."""
    return Answer([json.dumps(value).encode()], headers={"content-type": "text/plain; charset=utf-8"})


@asynccontextmanager
async def price_server(answer: Answer) -> AsyncIterator[LoopbackServer]:
    server = LoopbackServer(lambda _request: answer)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
