"""Servers that refuse what they are asked with: they are asked without it, and the person is told where it matters."""

import json

import pytest

from desktop_app.domain.providers import HealthState
from desktop_app.llm.errors import ErrorKind, ProviderError
from desktop_app.llm.events import Done, Event, Notice, TextDelta, ToolCall
from desktop_app.llm.openai_agents.compatible import CompatibleService
from tests.llm.contract.provider import RecordingTools
from tests.llm.contract.server import Answer
from tests.llm.openai_agents.fake_openai import DONE, EVENT_STREAM, chunk, error
from tests.llm.played import PlayedServer, turn

RUN = json.dumps({"name": "create_goal", "arguments": {"title": "Run"}})


def says(text: str) -> Answer:
    return Answer([chunk({"content": text}), chunk({}, "stop"), DONE], 200, EVENT_STREAM)


REFUSALS = {
    "llama.cpp": error(500, "tools param requires --jinja flag", kind="server_error"),
    "vLLM": error(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
    "OpenRouter": error(404, "No endpoints found that support tool use. To learn more, see the documentation."),
    "Groq": error(400, "`tool calling` is not supported with this model"),
    "Ollama": error(400, "registry.ollama.ai/library/gemma3 does not support tools"),
    "a strict one": error(422, "Extra inputs are not permitted", param="tools"),
    "an old one": error(400, "Unrecognized request argument supplied: tools"),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_server_that_refuses_tools_is_asked_without_and_that_is_said(
    server: PlayedServer, compatible: CompatibleService, refusal: Answer
) -> None:
    server.play(refusal, says("Hello"), says("Again"))
    events = await turn(compatible, tools=RecordingTools())
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["Hello"]
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "some-model has no tools" in notice.text
    again = await turn(compatible, tools=RecordingTools())
    assert notice in again
    assert [("tools" in request.json) for request in server.requests] == [True, False, False]


async def test_another_model_of_the_same_server_is_offered_tools(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(REFUSALS["Groq"], says("Hello"), says("Hello"))
    await turn(compatible, tools=RecordingTools())
    events = await turn(compatible, tools=RecordingTools(), model="another-model")
    assert "tools" in server.requests[2].json
    assert not any(isinstance(event, Notice) for event in events)


async def test_without_tools_nothing_is_said_about_them(server: PlayedServer, compatible: CompatibleService) -> None:
    server.play(REFUSALS["Groq"], says("Hello"), says("Hello"))
    await turn(compatible, tools=RecordingTools())
    assert not any(isinstance(event, Notice) for event in await turn(compatible))


async def test_a_model_without_tools_may_print_its_calls(server: PlayedServer, compatible: CompatibleService) -> None:
    server.play(REFUSALS["Ollama"], says(f"```json\n{RUN}\n```"), says("Done."))
    tools = RecordingTools()
    await turn(compatible, tools=tools)
    assert [call.name for call in tools.calls] == ["create_goal"]
    assert [message["role"] for message in server.requests[2].json["messages"][-2:]] == ["assistant", "tool"]


@pytest.mark.parametrize("status", [400, 422])
async def test_a_server_that_knows_no_stream_options_is_asked_without(
    server: PlayedServer, compatible: CompatibleService, status: int
) -> None:
    server.play(error(status, "Unknown field: stream_options"), says("Hello"), says("Hello"))
    for _ in range(2):
        done = (await turn(compatible))[-1]
        assert isinstance(done, Done)
        assert done.usage.is_estimated
    assert [("stream_options" in request.json) for request in server.requests] == [True, False, False]


async def test_a_server_may_refuse_several_things_one_after_the_other(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(error(400, "stream_options is not supported"), REFUSALS["llama.cpp"], says("Hello"))
    assert TextDelta("Hello") in await turn(compatible, tools=RecordingTools())


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (error(400, "The temperature is wrong"), ErrorKind.BAD_REQUEST),
        (error(401, "tools are not supported without a key"), ErrorKind.INVALID_KEY),
        (error(400, "Invalid schema for a function"), ErrorKind.BAD_REQUEST),
    ],
)
async def test_any_other_refusal_is_a_failure(
    server: PlayedServer, compatible: CompatibleService, refusal: Answer, kind: ErrorKind
) -> None:
    server.play(refusal)
    with pytest.raises(ProviderError) as raised:
        await turn(compatible, tools=RecordingTools())
    assert raised.value.kind is kind
    assert len(server.requests) == 1


PRINTED = {
    "a fence": f"I note it.\n```json\n{RUN}\n```",
    "tags": f"I note it.\n<tool_call>\n{RUN}\n</tool_call>",
    "the bare object": RUN,
    "a comma too many": RUN.replace("}}", "},}"),
}


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
@pytest.mark.parametrize("size", [1, 5, 1000])
async def test_a_printed_call_is_run_and_told_back_as_a_call(
    server: PlayedServer, compatible: CompatibleService, printed: str, size: int
) -> None:
    pieces = [chunk({"content": printed[at : at + size]}) for at in range(0, len(printed), size)]
    server.play(Answer([*pieces, chunk({}, "stop"), DONE], 200, EVENT_STREAM), says("It is there."))
    tools = RecordingTools()
    events = await turn(compatible, tools=tools)
    assert [json.loads(call.arguments) for call in tools.calls] == [{"title": "Run"}]
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert text.replace("\n", "").removeprefix("I note it.") == "It is there."
    said, answered = server.requests[1].json["messages"][-2:]
    assert [call["function"]["name"] for call in said["tool_calls"]] == ["create_goal"]
    assert answered["tool_call_id"] == said["tool_calls"][0]["id"]
    assert "arguments" not in (said.get("content") or "")


async def test_several_printed_calls_are_run_in_order(server: PlayedServer, compatible: CompatibleService) -> None:
    read = RUN.replace("Run", "Read")
    server.play(says(f"<tool_call>{RUN}</tool_call><tool_call>{read}</tool_call>"), says("Both."))
    tools = RecordingTools()
    await turn(compatible, tools=tools)
    assert [json.loads(call.arguments)["title"] for call in tools.calls] == ["Run", "Read"]
    assert len({call.call_id for call in tools.calls}) == 2


@pytest.mark.parametrize(
    "text",
    ['{"title": "Run"}', '```json\n{"name": "delete_everything", "arguments": {}}\n```', "```python\nprint(1)\n```"],
)
async def test_what_is_no_call_of_a_known_tool_stays_text(
    server: PlayedServer, compatible: CompatibleService, text: str
) -> None:
    server.play(says(text))
    events = await turn(compatible, tools=RecordingTools())
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == text
    assert not any(isinstance(event, ToolCall) for event in events)


async def test_a_call_that_was_cut_off_is_not_mended(server: PlayedServer, compatible: CompatibleService) -> None:
    cut = RUN[:-2]
    server.play(Answer([chunk({"content": cut}), chunk({}, "length"), DONE], 200, EVENT_STREAM))
    tools = RecordingTools()
    events = await turn(compatible, tools=tools)
    assert not tools.calls
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == cut


async def test_what_was_held_back_stays_when_the_connection_breaks(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(Answer([chunk({"content": "Well: "}), chunk({"content": "\n```js"})], 200, EVENT_STREAM))
    seen: list[Event] = []
    with pytest.raises(ProviderError):
        await turn(compatible, tools=RecordingTools(), seen=seen)
    text = "".join(event.text for event in seen if isinstance(event, TextDelta))
    assert text == "Well: \n```js"


@pytest.mark.parametrize(
    "empty_request",
    [error(400, "messages: field required"), error(422, "Field required"), error(404, "The model `` does not exist")],
)
async def test_a_server_that_lists_no_models_is_ready_all_the_same(
    server: PlayedServer, compatible: CompatibleService, empty_request: Answer
) -> None:
    server.play(error(404, "Not Found"), empty_request, error(404, "Not Found"), empty_request, says("Hello"))
    health = await compatible.check_health()
    assert health.state is HealthState.WORKING
    assert "lists no models" in health.text
    assert await compatible.list_models() == ()
    assert TextDelta("Hello") in await turn(compatible, model="typed-by-hand")


async def test_an_address_that_knows_neither_models_nor_chat_is_wrong(
    server: PlayedServer, compatible: CompatibleService
) -> None:
    server.play(*[error(404, "Not Found")] * 4)
    assert (await compatible.check_health()).state is HealthState.FAILED
    with pytest.raises(ProviderError):
        await compatible.list_models()
