"""How each protocol writes an error: as an answer with a status, and within a stream."""

import json
from collections.abc import Mapping
from typing import Any, Final

from tests.llm.claude.fake_claude import sse as claude_sse
from tests.llm.contract.server import Answer
from tests.llm.ollama.fake_ollama import error_line
from tests.llm.openai_agents.fake_openai import response
from tests.llm.openai_agents.fake_openai import sse as openai_sse

# What the servers say beside most statuses where a test says nothing else.
_CLAUDE_TYPES: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_OPENAI_CODES: Final = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}


def error_answer(
    provider: str, status: int, words: str, code: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """An error as the provider's server answers it; `code` is its own name for what happened."""
    bodies: dict[str, Any] = {
        "claude": {
            "type": "error",
            "error": {"type": code or _CLAUDE_TYPES.get(status, "api_error"), "message": words},
            "request_id": "req_1",
        },
        "openai": _openai_error(words, code or _OPENAI_CODES.get(status)),
        "compatible": _openai_error(words, code or _OPENAI_CODES.get(status)),
        "ollama": {"error": words},
        "builtin": {"error": {"code": status, "message": words, "type": code or "server_error"}},
    }
    body = json.dumps(bodies[provider]).encode()
    return Answer([body], status, {"content-type": "application/json", **(headers or {})})


def server_error_event(provider: str, words: str) -> bytes:
    """What a server says in mid-reply when it failed."""
    failed = json.dumps({"code": 500, "message": words, "type": "server_error"})
    by_name = {"code": "server_error", "message": words, "param": None}
    events = {
        "claude": claude_sse({"type": "error", "error": {"type": "api_error", "message": words}}),
        "openai": openai_sse({"type": "error", "sequence_number": 5, **by_name}),
        "compatible": f"data: {json.dumps(_openai_error(words, 'server_error'))}\n\n".encode(),
        "ollama": error_line(words),
        "builtin": f"error: {failed}\n\n".encode(),
    }
    return events[provider]


def rate_limit_event(provider: str, words: str) -> bytes | None:
    """What a server says in mid-reply when there were too many requests; None where it has no word for that."""
    match provider:
        case "claude":
            return claude_sse({"type": "error", "error": {"type": "rate_limit_error", "message": words}})
        case "openai":
            failed = response("failed", error={"code": "rate_limit_exceeded", "message": words})
            return openai_sse({"type": "response.failed", "sequence_number": 5, "response": failed})
        case "compatible":
            return f"data: {json.dumps(_openai_error(words, 'rate_limit_exceeded'))}\n\n".encode()
        case _:
            return None


def _openai_error(words: str, code: str | None) -> dict[str, Any]:
    return {"error": {"message": words, "type": "invalid_request_error", "param": None, "code": code}}
