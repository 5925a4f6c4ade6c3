"""The built-in service in front of a scripted server that speaks the engine's protocol."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import StopReason
from desktop_app.paths import Paths
from desktop_app.settings import BuiltinSettings
from tests.llm.builtin import engine_elsewhere
from tests.llm.contract.provider import TODAY, ProviderUnderTest
from tests.llm.contract.script import Calls, Says, ScriptedReply, SeenCall, SeenMessage, Thinks
from tests.llm.contract.server import Answer, Pause, Piece, SeenRequest


class BuiltinUnderTest(ProviderUnderTest):
    """A call's text is inside one JSON object; after a tool ran, it is the rest of an object that was begun."""

    model = "own"
    can_reason = False
    reports_reasoning_tokens = False
    can_refuse = False
    sums_up = False
    # The server is this computer's own process: when its connection breaks, it has ended.
    kinds_of_break = frozenset({ErrorKind.PROTOCOL, ErrorKind.SERVER})

    def __init__(self) -> None:
        super().__init__()
        self._cleanup = ExitStack()

    def make_service(self, base_url: str) -> BaseLLMService:
        folder = Path(self._cleanup.enter_context(TemporaryDirectory()))
        model = folder / f"{self.model}.gguf"
        model.write_bytes(b"GGUF")
        paths = Paths(folder / "data", folder / "cache", folder / "logs")
        command = (sys.executable, "-S", engine_elsewhere.__file__, base_url)
        return BuiltinService(lambda: TODAY, BuiltinSettings(str(model)), paths, engine_command=command)

    async def stop(self) -> None:
        with self._cleanup:
            await super().stop()

    def refusal(self, reply: ScriptedReply) -> Answer:
        kind = "exceed_context_size_error" if reply.status == 413 else "server_error"
        return Answer.of_json({"error": {"message": reply.message, "type": kind}}, reply.status)

    def is_model_call(self, request: SeenRequest) -> bool:
        return request.path == "/completion" and request.json["stream"]

    def answer_other(self, request: SeenRequest) -> Answer:
        if request.path == "/apply-template":
            return Answer.of_json({"prompt": json.dumps(request.json["messages"]) + "\n"})
        return Answer.of_json({})

    def headers(self) -> dict[str, str]:
        return {"content-type": "text/event-stream"}

    def encode(self, reply: ScriptedReply) -> Sequence[Piece]:
        return list(_events(reply, is_continued="grammar" in self.turns[-1].json))

    def conversation(self, request: SeenRequest) -> list[SeenMessage]:
        prompt, _, _begun = request.json["prompt"].partition("\n")
        return [seen for message in json.loads(prompt) for seen in _seen(message)]

    def offered_tools(self, request: SeenRequest) -> list[str]:
        forms = request.json["json_schema"].get("anyOf", ())
        actions = [each for form in forms for each in form["properties"]["action"].get("anyOf", ())]
        return list(dict.fromkeys(action["properties"]["tool"]["const"] for action in actions))


def _events(reply: ScriptedReply, *, is_continued: bool) -> Iterator[Piece]:
    calls = [step for step in reply.steps if isinstance(step, Calls)]
    timings = {
        "cache_n": reply.tokens.cached,
        "prompt_n": reply.tokens.input - reply.tokens.cached,
        "predicted_n": reply.tokens.output,
    }
    if not is_continued:
        yield _event('{"language": "English", ', timings)
    if calls:
        (call,) = calls
        action = {"tool": call.name, "arguments": json.loads(call.arguments)}
        yield _event(f'"action": {json.dumps(action)}', timings)
    elif not is_continued:
        yield _event('"action": null, "reply": "', timings)
    for step in reply.steps:
        match step:
            case Pause():
                yield step
            case Says(text):
                yield _event(json.dumps(text, ensure_ascii=False)[1:-1], timings)
            case Thinks() | Calls():
                pass
    if not reply.is_ended:
        return
    is_cut = reply.stop_reason is StopReason.LENGTH
    if not is_cut:
        yield _event(('"' if not calls else "") + ("" if is_continued else "}"), timings)
    yield _event("", timings, stop=True, stop_type="limit" if is_cut else "eos")


def _event(content: str, timings: dict[str, int], *, stop: bool = False, **more: str) -> bytes:
    event = {"content": content, "stop": stop, "timings": timings, **more}
    return f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def _seen(message: dict[str, Any]) -> Iterator[SeenMessage]:
    """The message taken apart: an answer of the coach holds its action, the result and its words."""
    role, content = message["role"], message["content"]
    if role != "assistant":
        yield SeenMessage(role, content.removeprefix("Person: "))
        return
    answer = json.loads(content)
    if answer["action"] is not None:
        call = SeenCall(answer["action"]["tool"])
        yield SeenMessage("assistant", calls=(call,))
        yield SeenMessage("tool", answer["result"], answers=call)
    yield SeenMessage("assistant", answer["reply"])
