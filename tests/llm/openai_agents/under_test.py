"""The services of the Agents SDK in front of scripted servers: the Responses API and chat completions."""

from collections.abc import Iterator, Sequence
from typing import Any

from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.openai_agents.compatible import CompatibleService
from desktop_app.llm.openai_agents.service import OpenAIService
from desktop_app.settings import CompatibleSettings, OpenAISettings
from tests.llm.contract.provider import TODAY, ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, SeenCall, SeenMessage
from tests.llm.contract.server import Answer, Piece, SeenRequest
from tests.llm.openai_agents.fake_openai import EVENT_STREAM, encode_chat, encode_response, error, model_list


class _AgentsUnderTest(ProviderUnderTest):
    """Every request it sees must carry its key and no other."""

    key = "sk-under-test"

    def headers(self) -> dict[str, str]:
        return EVENT_STREAM

    def answer_other(self, request: SeenRequest) -> Answer:
        if request.path == "/v1/models":
            return model_list((self.model, 1))
        return error(404, f"no {request.path}")

    def refusal(self, reply: ScriptedReply) -> Answer:
        if reply.status == 404:
            return error(404, reply.message, code="model_not_found")
        if reply.status == 413:
            return error(400, reply.message, code="context_length_exceeded")
        return error(reply.status, reply.message, kind="server_error")

    async def stop(self) -> None:
        await super().stop()
        assert {request.headers["authorization"] for request in self.server.requests} <= {f"Bearer {self.key}"}


class OpenAIUnderTest(_AgentsUnderTest):
    """The Responses API."""

    model = "gpt-5.6-luna"
    sums_up = False

    def make_service(self, base_url: str) -> BaseLLMService:
        return OpenAIService(lambda: TODAY, OpenAISettings(self.key, f"{base_url}/v1"))

    async def narrow(self) -> int:
        self.model = "gpt-4"
        return await super().narrow()

    def is_model_call(self, request: SeenRequest) -> bool:
        return request.path == "/v1/responses"

    def encode(self, reply: ScriptedReply) -> Sequence[Piece]:
        return encode_response(reply)

    def conversation(self, request: SeenRequest) -> list[SeenMessage]:
        body = request.json
        return [SeenMessage("system", body["instructions"]), *_seen_items(body["input"])]

    def offered_tools(self, request: SeenRequest) -> list[str]:
        return [tool["name"] for tool in request.json.get("tools", ())]


class CompatibleUnderTest(_AgentsUnderTest):
    """Chat completions."""

    model = "some-model"

    def make_service(self, base_url: str) -> BaseLLMService:
        return CompatibleService(lambda: TODAY, CompatibleSettings("Workshop", f"{base_url}/v1", self.key))

    async def narrow(self) -> int:
        await self.service.list_models()
        return await super().narrow()

    def answer_other(self, request: SeenRequest) -> Answer:
        if request.path != "/v1/models":
            return super().answer_other(request)
        entry = {"id": self.model, "object": "model", "created": 1, "owned_by": "me", "max_model_len": 16_000}
        return Answer.of_json({"object": "list", "data": [entry]})

    def is_model_call(self, request: SeenRequest) -> bool:
        return request.path == "/v1/chat/completions"

    def encode(self, reply: ScriptedReply) -> Sequence[Piece]:
        return encode_chat(reply)

    def conversation(self, request: SeenRequest) -> list[SeenMessage]:
        names: dict[str, str] = {}
        return [_seen_chat(message, names) for message in request.json["messages"]]

    def offered_tools(self, request: SeenRequest) -> list[str]:
        return [tool["function"]["name"] for tool in request.json.get("tools", ())]


def _seen_items(items: Sequence[dict[str, Any]]) -> Iterator[SeenMessage]:
    """Calls stand beside the message that they belong to; here they are gathered into one."""
    names: dict[str, str] = {}
    text, calls = "", []
    for item in items:
        kind = item.get("type", "message")
        if kind == "reasoning":
            continue
        if kind == "function_call":
            calls.append(SeenCall(item["name"], item["call_id"]))
            names[item["call_id"]] = item["name"]
            continue
        if text or calls:
            yield SeenMessage("assistant", text, tuple(calls))
            text, calls = "", []
        if kind == "function_call_output":
            yield SeenMessage("tool", item["output"], answers=SeenCall(names[item["call_id"]], item["call_id"]))
        elif item["role"] == "assistant":
            text = _text(item["content"])
        else:
            yield SeenMessage(item["role"], _text(item["content"]))
    if text or calls:
        yield SeenMessage("assistant", text, tuple(calls))


def _seen_chat(message: dict[str, Any], names: dict[str, str]) -> SeenMessage:
    calls = tuple(SeenCall(call["function"]["name"], call["id"]) for call in message.get("tool_calls") or ())
    names.update((call.call_id, call.name) for call in calls)
    call_id = message.get("tool_call_id", "")
    answers = SeenCall(names[call_id], call_id) if message["role"] == "tool" else None
    return SeenMessage(message["role"], _text(message.get("content") or ""), calls, answers)


def _text(content: str | list[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
