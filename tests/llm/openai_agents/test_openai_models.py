"""OpenAI's models and its health."""

from datetime import date

from desktop_app.domain.providers import HealthState
from desktop_app.llm.openai_agents.compatible import CompatibleService
from desktop_app.llm.openai_agents.service import OpenAIService
from desktop_app.llm.tools import TOOLS
from tests.llm.contract.server import Answer
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
    assert [tool["name"] for tool in tools] == [tool.name for tool in TOOLS]
    assert {tool["type"] for tool in tools} == {"function"}


async def test_the_day_on_which_a_model_ends_is_told_by_the_list(server: PlayedServer, openai: OpenAIService) -> None:
    entry = {"object": "model", "created": 1, "owned_by": "openai"}
    days = {"gpt-9": "2027-03-04", "gpt-8": None, "gpt-7": "soon", "gpt-6": 5}
    data = [{**entry, "id": name, "shutdown_date": day} for name, day in days.items()]
    server.play(Answer.of_json({"object": "list", "data": data}))
    models = {model.name: model.retires_on for model in await openai.list_models()}
    assert models == {"gpt-9": date(2027, 3, 4), "gpt-8": None, "gpt-7": None, "gpt-6": None}


async def test_a_servers_list_tells_windows_by_the_names_that_servers_have_for_them(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    entry = {"object": "model", "created": 1, "owned_by": "me"}
    told: dict[str, dict[str, object]] = {
        "vllm": {"max_model_len": 32_000},
        "studio": {"loaded_context_length": 8_000, "context_length": 64_000},
        "router": {"context_length": 128_000},
        "llama": {"meta": {"n_ctx": 4_096}},
        "silent": {"context_length": "many"},
    }
    data = [{**entry, "id": name, **more} for name, more in told.items()]
    server.play(Answer.of_json({"object": "list", "data": data}))
    windows = {model.name: model.context_window for model in await compatible.list_models()}
    assert windows == {"vllm": 32_000, "studio": 8_000, "router": 128_000, "llama": 4_096, "silent": None}
