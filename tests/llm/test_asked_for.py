"""Longest reply, temperature and storing as they are set reach the servers; what a model refuses is left out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.claude.service import NO_TEMPERATURE, ClaudeService
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, Notice, TextDelta
from desktop_app.llm.openai_agents.compatible import CompatibleService
from desktop_app.llm.openai_agents.service import OpenAIService
from desktop_app.settings import ClaudeSettings, CompatibleSettings, OpenAISettings
from tests.llm.claude import fake_claude
from tests.llm.contract.provider import TODAY
from tests.llm.contract.script import reply
from tests.llm.contract.server import Answer
from tests.llm.openai_agents import fake_openai
from tests.llm.played import PlayedServer, turn

KEY = "sk-under-test"


@dataclass(frozen=True)
class Kind:
    """How a provider is made with a longest reply and a temperature, and what it calls them."""

    make: Callable[[str, int | None, float | None], BaseLLMService]
    tokens: str
    hello: Callable[[], Answer]
    refusal: Callable[[str], Answer]


def claude(url: str, tokens: int | None, temperature: float | None) -> BaseLLMService:
    return ClaudeService(lambda: TODAY, ClaudeSettings(KEY, url, max_tokens=tokens, temperature=temperature))


def openai(url: str, tokens: int | None, temperature: float | None) -> BaseLLMService:
    settings = OpenAISettings(KEY, f"{url}/v1", max_tokens=tokens, temperature=temperature)
    return OpenAIService(lambda: TODAY, settings)


def compatible(url: str, tokens: int | None, temperature: float | None) -> BaseLLMService:
    settings = CompatibleSettings("Workshop", f"{url}/v1", KEY, max_tokens=tokens, temperature=temperature)
    return CompatibleService(lambda: TODAY, settings)


KINDS = {
    "claude": Kind(
        claude,
        "max_tokens",
        lambda: Answer(fake_claude.encode_message(reply("Hello")), 200, fake_claude.EVENT_STREAM),
        lambda name: fake_claude.error(400, "invalid_request_error", f"`{name}` is not supported."),
    ),
    "openai": Kind(
        openai,
        "max_output_tokens",
        lambda: Answer(fake_openai.encode_response(reply("Hello")), 200, fake_openai.EVENT_STREAM),
        lambda name: fake_openai.error(400, f"Unsupported parameter: '{name}'", param=name),
    ),
    "compatible": Kind(
        compatible,
        "max_tokens",
        lambda: Answer(fake_openai.encode_chat(reply("Hello")), 200, fake_openai.EVENT_STREAM),
        # Not every server names the parameter as OpenAI does.
        lambda name: fake_openai.error(400, f"{name}: not supported by this model"),
    ),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def notices(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


def bodies(server: PlayedServer) -> list[Any]:
    return [request.json for request in server.requests]


async def test_what_is_set_is_asked_for(server: PlayedServer, kind: Kind) -> None:
    service = kind.make(server.base_url, 700, 0.25)
    server.play(kind.hello())
    events = await turn(service)
    assert notices(events) == []
    assert (bodies(server)[0][kind.tokens], bodies(server)[0]["temperature"]) == (700, 0.25)
    await service.aclose()


async def test_what_is_not_set_is_not_asked_for(server: PlayedServer, kind: Kind) -> None:
    service = kind.make(server.base_url, None, None)
    server.play(kind.hello())
    await turn(service)
    assert "temperature" not in bodies(server)[0]
    assert service.provider_name == "claude" or kind.tokens not in bodies(server)[0]
    await service.aclose()


async def test_a_model_that_refuses_a_temperature_answers_without_and_that_is_said_once(
    server: PlayedServer, kind: Kind
) -> None:
    service = kind.make(server.base_url, None, 0.25)
    server.play(kind.refusal("temperature"), kind.hello(), kind.hello())
    first, second = await turn(service), await turn(service)
    assert [isinstance(events[-1], Done) for events in (first, second)] == [True, True]
    assert len(notices(first)) == 1
    assert "temperature" in notices(first)[0]
    assert notices(second) == []
    assert [body.get("temperature") for body in bodies(server)] == [0.25, None, None]
    await service.aclose()


async def test_another_refusal_is_a_failure_as_ever(server: PlayedServer, kind: Kind) -> None:
    service = kind.make(server.base_url, None, 0.25)
    server.play(kind.refusal("tools"))
    with pytest.raises(ProviderError) as caught:
        await turn(service)
    assert caught.value.kind is ErrorKind.BAD_REQUEST
    assert len(server.requests) == 1
    await service.aclose()


@pytest.mark.parametrize("name", ["openai", "compatible"])
async def test_a_server_that_refuses_the_longest_reply_is_asked_without_both_in_the_end(
    server: PlayedServer, name: str
) -> None:
    kind = KINDS[name]
    service = kind.make(server.base_url, 700, 0.25)
    server.play(kind.refusal(kind.tokens), kind.refusal("temperature"), kind.hello())
    events = await turn(service)
    assert len(notices(events)) == 2
    assert kind.tokens not in bodies(server)[2]
    assert "temperature" not in bodies(server)[2]
    assert any(isinstance(event, TextDelta) for event in events)
    await service.aclose()


@pytest.mark.parametrize("is_stored", [False, True])
async def test_openai_stores_nothing_unless_that_is_chosen(server: PlayedServer, is_stored: bool) -> None:
    settings = OpenAISettings(KEY, f"{server.base_url}/v1", store_at_provider=is_stored)
    service = OpenAIService(lambda: TODAY, settings)
    server.play(KINDS["openai"].hello())
    await turn(service)
    assert bodies(server)[0]["store"] is is_stored
    await service.aclose()


async def test_claude_that_thinks_is_asked_for_no_temperature_and_no_more_than_it_can(server: PlayedServer) -> None:
    service = claude(server.base_url, 50_000, 0.25)
    can_think = {"thinking": {"supported": True, "types": {"adaptive": {"supported": True}}}}
    listed = fake_claude.model(
        "claude-opus-5", "opus", "2026-08-01T00:00:00Z", capabilities=can_think, max_tokens=32_000
    )
    server.play(fake_claude.model_list(listed), KINDS["claude"].hello())
    await service.list_models()
    events = await turn(service, model="claude-opus-5")
    assert NO_TEMPERATURE in events
    body = bodies_of_calls(server)[0]
    assert "temperature" not in body
    assert body["max_tokens"] == 32_000
    await service.aclose()


def bodies_of_calls(server: PlayedServer) -> list[Any]:
    return [request.json for request in server.requests if request.method == "POST"]
