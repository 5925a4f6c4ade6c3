"""An archive on a profile of its own, and files to import."""

import json
from pathlib import Path
from typing import Any

import pytest

from desktop_app.services.archive import ArchiveService
from desktop_app.storage.archive import ArchiveRepository
from desktop_app.storage.attachments import AttachmentRepository
from tests.services.conftest import World


@pytest.fixture
def archive(world: World) -> ArchiveService:
    return ArchiveService(ArchiveRepository(world.database), AttachmentRepository(world.database))


def written(path: Path, value: object) -> Path:
    """`path`, holding `value` as JSON."""
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def chatgpt_node(
    key: str,
    parent: str | None,
    role: str,
    text: str,
    **more: Any,  # noqa: ANN401 - JSON values
) -> dict[str, Any]:
    """A node of the mapping as ChatGPT writes it."""
    message = {
        "id": key,
        "author": {"role": role},
        "create_time": 1_700_000_000.5,
        "content": {"content_type": "text", "parts": [text]},
        "metadata": {"model_slug": "gpt-5"} if role == "assistant" else {},
    }
    return {"id": key, "parent": parent, "children": [], "message": message | more}


def chatgpt_conversation(*nodes: dict[str, Any], tip: str, key: str = "c-1") -> dict[str, Any]:
    """A conversation as ChatGPT writes it."""
    root: dict[str, Any] = {"id": "root", "parent": None, "children": [], "message": None}
    return {
        "title": "Running",
        "create_time": 1_700_000_000.0,
        "update_time": 1_700_000_100.0,
        "mapping": {"root": root} | {node["id"]: node for node in nodes},
        "current_node": tip,
        "conversation_id": key,
    }


CHATGPT = chatgpt_conversation(
    chatgpt_node("s", "root", "system", ""),
    chatgpt_node("a", "s", "user", "I want to run"),
    chatgpt_node("b", "a", "assistant", "How far?"),
    chatgpt_node("b2", "a", "assistant", "How fast?"),
    chatgpt_node("t", "b2", "tool", "searching"),
    chatgpt_node("c", "t", "user", "5:41 a kilometre"),
    tip="c",
)
CLAUDE = {
    "uuid": "u-1",
    "name": "Reading",
    "created_at": "2026-01-02T10:00:00.123456Z",
    "updated_at": "2026-01-02T11:00:00Z",
    "account": {"uuid": "x"},
    "chat_messages": [
        {
            "uuid": "m1",
            "sender": "human",
            "text": "Read this",
            "content": [{"type": "text", "text": "Read this"}],
            "created_at": "2026-01-02T10:00:00Z",
            "attachments": [{"file_name": "list.txt", "extracted_content": "24 books"}],
            "files": [],
        },
        {
            "uuid": "m2",
            "sender": "assistant",
            "text": "",
            "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "24 it is."}],
            "created_at": "2026-01-02T10:01:00Z",
        },
    ],
}
