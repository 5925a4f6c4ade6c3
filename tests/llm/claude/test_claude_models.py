"""Claude's models, its health and its counting of tokens."""

import pytest

from desktop_app.domain.goals import UserPhase
from desktop_app.domain.providers import HealthState
from desktop_app.llm.claude.service import ClaudeService
from desktop_app.llm.tokens import TokenCount
from desktop_app.llm.tools import TOOLS
from tests.llm.claude.conftest import KEY, MakeService
from tests.llm.claude.fake_claude import error, model, model_list
from tests.llm.contract.provider import RecordingTools, you
from tests.llm.contract.server import Answer
from tests.llm.played import PlayedServer

ASKED = ((you("Hi"),), UserPhase.GOAL_SETTING, (), (), None)


async def test_the_newest_of_the_middle_line_comes_first(server: PlayedServer, service: ClaudeService) -> None:
    server.play(
        model_list(
            model("claude-opus-6", "opus", "2026-10-01T00:00:00Z"),
            model("claude-sonnet-4-6", "sonnet", "2026-02-01T00:00:00Z"),
            model("claude-sonnet-5", "sonnet", "2026-08-01T00:00:00Z"),
            model("claude-haiku-5", "haiku", "2026-09-01T00:00:00Z"),
            model("claude-something-else", None, "2026-11-01T00:00:00Z"),
            model("claude-sonnet-4-5", "sonnet", "2025-09-29T00:00:00Z", lifecycle="deprecated"),
            model("claude-2.1", None, "2023-11-01T00:00:00Z", lifecycle="retired"),
        )
    )
    models = await service.list_models()
    assert [each.name for each in models] == [
        "claude-sonnet-5",
        "claude-sonnet-4-6",
        "claude-opus-6",
        "claude-haiku-5",
        "claude-something-else",
        "claude-sonnet-4-5",
    ]
    assert models[0].label == "Claude Sonnet 5"
    assert models[0].context_window == 200_000
    assert not models[0].is_local


async def test_a_list_on_several_pages_is_read_whole(server: PlayedServer, service: ClaudeService) -> None:
    first = model("claude-sonnet-5", "sonnet", "2026-08-01T00:00:00Z")
    page = {"data": [first], "has_more": True, "first_id": "claude-sonnet-5", "last_id": "claude-sonnet-5"}
    server.play(Answer.of_json(page), model_list(model("claude-opus-6", "opus", "2026-10-01T00:00:00Z")))
    assert [each.name for each in await service.list_models()] == ["claude-sonnet-5", "claude-opus-6"]


async def test_a_bare_list_as_other_servers_give_it_is_read(server: PlayedServer, service: ClaudeService) -> None:
    server.play(Answer.of_json({"object": "list", "data": [{"id": "local-model", "object": "model"}]}))
    models = await service.list_models()
    assert [(each.name, each.label, each.context_window) for each in models] == [("local-model", "local-model", None)]


async def test_a_key_that_works_is_ready(server: PlayedServer, service: ClaudeService) -> None:
    server.play(model_list(model("claude-sonnet-5", "sonnet", "2026-08-01T00:00:00Z")))
    health = await service.check_health()
    assert health.state is HealthState.WORKING
    assert health.is_usable
    assert server.requests[0].path == "/v1/models?limit=1"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_key_that_does_not_work_says_what_to_do(server: PlayedServer, service: ClaudeService) -> None:
    server.play(error(401, "authentication_error", f"invalid: {KEY}"))
    health = await service.check_health()
    assert health.state is HealthState.FAILED
    assert health.text == "Claude did not accept your key."
    assert health.advice == "Check the key and set it again."


async def test_tokens_are_counted_by_the_provider(server: PlayedServer, service: ClaudeService) -> None:
    server.play(Answer.of_json({"input_tokens": 1234}))
    counted = await service.count_tokens(*ASKED, model="claude-sonnet-5", tools=RecordingTools())
    assert counted == TokenCount(1234, is_estimated=False)
    assert server.requests[0].path == "/v1/messages/count_tokens"
    assert [tool["name"] for tool in server.requests[0].json["tools"]] == [tool.name for tool in TOOLS]


async def test_tokens_are_estimated_where_the_provider_does_not_answer(
    server: PlayedServer, service: ClaudeService
) -> None:
    server.play(error(529, "overloaded_error", "busy"))
    counted = await service.count_tokens(*ASKED, model="claude-sonnet-5", tools=None)
    assert counted.is_estimated
    assert 100 < counted.tokens < 5_000


async def test_other_credentials_on_the_machine_are_not_used(
    server: PlayedServer, make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "another-token")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "another-key")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    await make_service().check_health()
    sent = server.requests[0].headers
    assert sent["authorization"] == f"Bearer {KEY}"
    assert "another" not in str(sent)
