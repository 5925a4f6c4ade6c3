"""Ollama's service in front of a scripted server that speaks its native protocol."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.deadlines import Deadlines
from desktop_app.llm.ollama.service import OllamaService
from desktop_app.settings import OllamaSettings
from tests.llm.contract.provider import TODAY, ProviderUnderTest
from tests.llm.contract.script import ScriptedReply, SeenCall, SeenMessage
from tests.llm.contract.server import Answer, Piece, SeenRequest
from tests.llm.ollama.fake_ollama import FakeModel, answer_to, encode_chat


class OllamaUnderTest(ProviderUnderTest):
    """Models and free memory can be changed before the first request, settings and time-outs before `start`."""

    model = "qwen3:8b"
    reports_cached_tokens = False
    reports_reasoning_tokens = False
    can_refuse = False
    own_variables = frozenset({"OLLAMA_API_KEY"})

    def __init__(self) -> None:
        super().__init__()
        self.deadlines = Deadlines()
        self.counts_tokens = True
        self.settings = OllamaSettings()
        self.free_memory_bytes = 8_000_000_000
        self.models: list[FakeModel] = [FakeModel("qwen3:8b", ("completion", "tools", "thinking"))]

    def make_service(self, base_url: str) -> BaseLLMService:
        settings = replace(self.settings, host=base_url)
        return OllamaService(lambda: TODAY, settings, self.deadlines, lambda: self.free_memory_bytes)

    def is_model_call(self, request: SeenRequest) -> bool:
        return request.path == "/api/chat"

    def encode(self, reply: ScriptedReply) -> Sequence[Piece]:
        return encode_chat(reply, self.model, counts_tokens=self.counts_tokens)

    def headers(self) -> dict[str, str]:
        return {"content-type": "application/x-ndjson"}

    def answer_other(self, request: SeenRequest) -> Answer:
        return answer_to(request, self.models)

    def conversation(self, request: SeenRequest) -> list[SeenMessage]:
        return [_seen(message) for message in request.json["messages"]]

    def offered_tools(self, request: SeenRequest) -> list[str]:
        return [tool["function"]["name"] for tool in request.json.get("tools") or ()]


def _seen(message: dict[str, Any]) -> SeenMessage:
    calls = tuple(SeenCall(call["function"]["name"]) for call in message.get("tool_calls", ()))
    answers = SeenCall(message["tool_name"]) if message["role"] == "tool" else None
    return SeenMessage(message["role"], message.get("content", ""), calls, answers)
