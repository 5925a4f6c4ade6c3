"""Ollama's native protocol as its documentation has it: the shapes of lists, of `show`, and of a streamed chat."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_app.llm.events import StopReason
from tests.llm.contract.script import Calls, Says, ScriptedReply, Thinks, Tokens
from tests.llm.contract.server import Answer, Ending, Pause, Piece, SeenRequest

CREATED_AT = "2026-11-21T08:52:19.385406455Z"


@dataclass(frozen=True, slots=True)
class FakeModel:
    """A model that the fake server has. `capabilities` None is a server too old to tell them."""

    name: str
    capabilities: Sequence[str] | None = ("completion", "tools")
    context_length: int | None = 32768
    size: int = 4_700_000_000
    family: str = "qwen3"
    parameter_size: str = "8.2B"
    template: str = "{{ .Prompt }}"
    loaded_context: int | None = None  # the window it is loaded with, None while it is not loaded
    attention: Mapping[str, Any] | None = None  # what it tells of its layers, without the family's name

    @property
    def details(self) -> dict[str, Any]:
        """The details block of lists and of `show`."""
        return {
            "parent_model": "",
            "format": "gguf",
            "family": self.family,
            "families": [self.family],
            "parameter_size": self.parameter_size,
            "quantization_level": "Q4_K_M",
        }


def answer_to(request: SeenRequest, models: Sequence[FakeModel]) -> Answer:
    """The answer to everything but a chat."""
    match request.method, request.path:
        case "GET", "/api/version":
            return Answer.of_json({"version": "0.24.1"})
        case "GET", "/api/tags":
            return Answer.of_json({"models": [_listed(model) for model in models]})
        case "GET", "/api/ps":
            return Answer.of_json({"models": [_running(model) for model in models if model.loaded_context]})
        case "POST", "/api/show":
            wanted = request.json["model"]
            found = next((model for model in models if model.name == wanted), None)
            if found is None:
                return Answer.of_json({"error": f"model '{wanted}' not found"}, 404)
            return Answer.of_json(_shown(found))
    return Answer([b"404 page not found"], 404, {"content-type": "text/plain"})


def encode_chat(reply: ScriptedReply, model: str, *, counts_tokens: bool = True) -> list[Piece]:
    """The lines of a streamed chat, each a piece; without `counts_tokens` as a server that cached all of the prompt."""
    pieces: list[Piece] = []
    for step in reply.steps:
        match step:
            case Pause():
                pieces.append(step)
            case Says(text):
                pieces.append(_line(model, {"content": text}))
            case Thinks(text):
                pieces.append(_line(model, {"content": "", "thinking": text}))
            case Calls():
                pieces.append(_line(model, _call(step)))
    if reply.is_ended:
        pieces.append(_last_line(model, reply.tokens if counts_tokens else None, reply.stop_reason))
    return pieces


def layer(digest: str, total: int, completed: int | None = None) -> dict[str, Any]:
    """What is told of one layer while a model is got."""
    done = {} if completed is None else {"completed": completed}
    return {"status": f"pulling {digest[7:]}", "digest": digest, "total": total, **done}


def pulled(*lines: Mapping[str, Any] | Pause, ending: Ending = Ending.COMPLETE) -> Answer:
    """The answer to a pull, a piece a line."""
    pieces = [line if isinstance(line, Pause) else json.dumps(line).encode() + b"\n" for line in lines]
    return Answer(pieces, 200, {"content-type": "application/x-ndjson"}, ending)


def error_line(text: str) -> bytes:
    """What a running stream says when the server fails in its middle."""
    return json.dumps({"error": text}).encode() + b"\n"


def _line(model: str, message: Mapping[str, Any]) -> bytes:
    value = {"model": model, "created_at": CREATED_AT, "message": {"role": "assistant", **message}, "done": False}
    try:
        return json.dumps(value, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half a character can only be written as an escape
        return json.dumps(value).encode() + b"\n"


def _last_line(model: str, tokens: Tokens | None, stop_reason: StopReason) -> bytes:
    value = {
        "model": model,
        "created_at": CREATED_AT,
        "message": {"role": "assistant", "content": ""},
        "done": True,
        "done_reason": "length" if stop_reason is StopReason.LENGTH else "stop",
        "total_duration": 4_883_583_458,
        "load_duration": 1_334_875,
        "prompt_eval_duration": 342_546_000,
        "eval_duration": 4_535_599_000,
    }
    if tokens is not None:
        value |= {"prompt_eval_count": tokens.input, "eval_count": tokens.output}
    return json.dumps(value).encode() + b"\n"


def _call(step: Calls) -> dict[str, Any]:
    """A native call; where the arguments are no object, which the protocol cannot say, the call as printed text."""
    try:
        arguments = json.loads(step.arguments)
    except ValueError:
        arguments = None
    if isinstance(arguments, dict):
        return {"content": "", "tool_calls": [{"function": {"name": step.name, "arguments": arguments}}]}
    printed = json.dumps({"name": step.name, "arguments": step.arguments})
    return {"content": f"<tool_call>\n{printed}\n</tool_call>\n"}


def _listed(model: FakeModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": CREATED_AT,
        "size": model.size,
        "digest": "0a8c26691023dca1f4f0c4a2b1e5d1c5",
        "details": model.details,
    }


def _running(model: FakeModel) -> dict[str, Any]:
    return {
        **_listed(model),
        "expires_at": "2026-11-21T09:38:31.83753Z",
        "size_vram": model.size,
        "context_length": model.loaded_context,
    }


def _shown(model: FakeModel) -> dict[str, Any]:
    info: dict[str, Any] = {"general.architecture": model.family, "general.parameter_count": 8_190_735_360}
    if model.context_length is not None:
        info[f"{model.family}.context_length"] = model.context_length
    info |= {f"{model.family}.{name}": value for name, value in (model.attention or {}).items()}
    shown: dict[str, Any] = {
        "license": "Apache License",
        "modelfile": f"FROM {model.name}",
        "parameters": "temperature 0.7",
        "template": model.template,
        "details": model.details,
        "model_info": info,
        "modified_at": CREATED_AT,
    }
    if model.capabilities is not None:
        shown["capabilities"] = list(model.capabilities)
    return shown
