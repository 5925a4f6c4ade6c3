"""Claude's service in front of a scripted server that speaks the Messages API."""

from collections.abc import Sequence
from typing import Any

from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.claude.service import ClaudeService
from desktop_app.settings import ClaudeSettings
from tests.llm.claude.fake_claude import EVENT_STREAM, encode_message, error, model, model_list
from tests.llm.contract.provider import TODAY, ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, SeenCall, SeenMessage
from tests.llm.contract.server import Answer, Piece, SeenRequest

_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
}


class ClaudeUnderTest(ProviderUnderTest):
    """Every request it sees must carry its key and no other."""

    model = "claude-sonnet-5"
    key = "sk-ant-api03-under-test"
    window = 200_000

    def make_service(self, base_url: str) -> BaseLLMService:
        return ClaudeService(lambda: TODAY, ClaudeSettings(self.key, base_url))

    async def narrow(self) -> int:
        self.window = 16_000
        await self.service.list_models()
        return await super().narrow()

    def is_model_call(self, request: SeenRequest) -> bool:
        return request.path == "/v1/messages"

    def encode(self, reply: ScriptedReply) -> Sequence[Piece]:
        return encode_message(reply)

    def headers(self) -> dict[str, str]:
        return EVENT_STREAM

    def answer_other(self, request: SeenRequest) -> Answer:
        if request.path.startswith("/v1/models"):
            return model_list(model(self.model, "sonnet", "2026-08-01T00:00:00Z", max_input_tokens=self.window))
        return error(404, "not_found_error", f"no {request.path}")

    def refusal(self, reply: ScriptedReply) -> Answer:
        return error(reply.status, _ERROR_TYPES.get(reply.status, "api_error"), reply.message)

    def conversation(self, request: SeenRequest) -> list[SeenMessage]:
        body = request.json
        names: dict[str, str] = {}
        system = SeenMessage("system", "\n\n".join(part["text"] for part in body["system"]))
        return [system, *(seen for message in body["messages"] for seen in _seen(message, names))]

    def offered_tools(self, request: SeenRequest) -> list[str]:
        may_call = request.json.get("tool_choice") != {"type": "none"}
        return [tool["name"] for tool in request.json.get("tools", ()) if may_call]

    async def stop(self) -> None:
        await super().stop()
        assert {request.headers["authorization"] for request in self.server.requests} <= {f"Bearer {self.key}"}


def _seen(message: dict[str, Any], names: dict[str, str]) -> list[SeenMessage]:
    """The message taken apart: each result of a tool is a message of its own."""
    parts = message["content"]
    calls = [SeenCall(part["name"], part["id"]) for part in parts if part["type"] == "tool_use"]
    names.update((call.call_id, call.name) for call in calls)
    text = "\n\n".join(part["text"] for part in parts if part["type"] == "text")
    results = [
        SeenMessage("tool", part["content"], answers=SeenCall(names[part["tool_use_id"]], part["tool_use_id"]))
        for part in parts
        if part["type"] == "tool_result"
    ]
    return results + ([SeenMessage(message["role"], text, tuple(calls))] if text or calls else [])
