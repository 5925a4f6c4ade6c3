"""OpenAI's models and its health."""

from desktop_app.domain.providers import HealthState
from desktop_app.llm.openai_agents.service import OpenAIService
from tests.llm.openai_agents.conftest import KEY
from tests.llm.openai_agents.fake_openai import error, model_list
from tests.llm.played import PlayedServer


async def test_the_models_that_chat_come_newest_first_after_the_default(
    server: PlayedServer, openai: OpenAIService
) -> None:
    server.play(
        model_list(
            ("gpt-4", 100),
            ("gpt-4o-audio-preview", 300),
            ("gpt-5", 500),
            ("gpt-5.6-sol", 810),
            ("gpt-5.6-luna", 800),
            ("gpt-5.6-luna-2026-07-01", 800),
            ("gpt-3.5-turbo", 50),
            ("o3", 400),
            ("text-embedding-3-small", 200),
            ("whisper-1", 90),
            ("dall-e-3", 95),
            ("gpt-image-2", 600),
            ("ft:gpt-4o:me::1", 350),
        )
    )
    models = await openai.list_models()
    names = [model.name for model in models]
    assert names[:3] == ["gpt-5.6-luna", "gpt-5.6-sol", "gpt-5"]
    assert set(names) == {"gpt-5.6-luna", "gpt-5.6-sol", "gpt-5", "gpt-4", "gpt-3.5-turbo", "o3", "ft:gpt-4o:me::1"} | {
        "gpt-5.6-luna-2026-07-01"
    }
    assert names[-1] == "gpt-5.6-luna-2026-07-01"
    reasons = {model.name: model.can_reason for model in models}
    assert reasons["gpt-5"]
    assert reasons["o3"]
    assert not reasons["gpt-4"]


async def test_another_server_at_the_address_is_listed_whole(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(model_list(("qwen3", 1)))
    assert [model.name for model in await openai.list_models()] == ["qwen3"]


async def test_a_key_that_works_is_ready(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(model_list(("gpt-5", 1)))
    assert (await openai.check_health()).state is HealthState.WORKING
    assert server.requests[0].path == "/v1/models"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_key_that_does_not_work_says_what_to_do(server: PlayedServer, openai: OpenAIService) -> None:
    server.play(error(401, f"Incorrect API key provided: {KEY}", "invalid_api_key"))
    health = await openai.check_health()
    assert health.state is HealthState.FAILED
    assert health.text == "OpenAI did not accept your key."


def test_the_tools_are_in_the_format_of_the_api(openai: OpenAIService) -> None:
    tools = openai.get_tools()
    assert [tool["name"] for tool in tools] == ["create_goal", "update_goal", "set_goal_phase"]
    assert {tool["type"] for tool in tools} == {"function"}
