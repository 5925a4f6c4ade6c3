"""Our own file of conversations: all branches, all parts, and a version, so that later programs can read it."""

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from desktop_app.domain.archive import ConversationTree, TreeNode
from desktop_app.domain.attachments import attachment
from desktop_app.domain.messages import (
    AttachmentPart,
    Message,
    MessageStatus,
    Part,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
)
from desktop_app.errors import InvalidValueError

FORMAT: Final = "goalgetter-conversations"
VERSION: Final = 1
_ORIGIN: Final = "goalgetter:"


class _Part(BaseModel):
    """One part; which fields are there depends on `kind`."""

    model_config = ConfigDict(extra="ignore")

    kind: str
    text: str = ""
    name: str = ""
    arguments: str = ""
    result: str | None = None
    ok: bool = True
    call_id: str = ""
    data: str | None = None
    duration_ms: int | None = Field(None, ge=0, le=2**31 - 1)


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: int
    parent: int | None = None
    is_current: bool = True
    role: Role
    status: MessageStatus = MessageStatus.COMPLETE
    provider: str | None = None
    model: str | None = None
    error: str | None = None
    error_kind: str | None = None
    created_at: datetime | None = None
    parts: list[_Part]


class _Conversation(BaseModel):
    model_config = ConfigDict(extra="ignore")

    title: str
    created_at: datetime
    updated_at: datetime
    origin: str | None = None
    messages: list[_Message]


HEAD: Final = f'{{"format": "{FORMAT}", "version": {VERSION}, "conversations": [\n'
FOOT: Final = "\n]}\n"
BETWEEN: Final = ",\n"


def as_json(tree: ConversationTree) -> str:
    """One conversation of a file, whose text is head, conversations with `BETWEEN` between them, and foot.

    Images and files are in it; what a model thought, too; goals and keys are not.
    """
    return json.dumps(_conversation(tree), ensure_ascii=False)


def tree_from_json(value: object) -> ConversationTree:
    """One of the conversations of a file. Raises ValueError where it is none."""
    found = _Conversation.model_validate(value)
    keys = {message.id for message in found.messages}
    nodes = []
    for message in found.messages:
        if message.parent is not None and (message.parent not in keys or message.parent >= message.id):
            raise ValueError("a message follows one that is not there")
        nodes.append(TreeNode(message.id, message.parent, _message_from(message), message.is_current))
    began = _aware(found.created_at)
    origin = found.origin or f"{_ORIGIN}{began.isoformat()}"
    ordered = tuple(sorted(nodes, key=lambda node: int(str(node.key))))
    return ConversationTree(found.title, began, _aware(found.updated_at), ordered, origin)


def began_here(tree: ConversationTree) -> bool:
    """Whether a tree of such a file is from a conversation that was begun in GoalGetter, this one or another."""
    return bool(tree.origin and tree.origin.startswith(_ORIGIN))


def _conversation(tree: ConversationTree) -> dict[str, Any]:
    return {
        "title": tree.title,
        "created_at": tree.created_at.isoformat(),
        "updated_at": tree.updated_at.isoformat(),
        "origin": tree.origin,
        "messages": [_node(node) for node in tree.nodes],
    }


def _node(node: TreeNode) -> dict[str, Any]:
    message = node.message
    return {
        "id": node.key,
        "parent": node.parent_key,
        "is_current": node.is_current,
        "role": message.role.value,
        "status": message.status.value,
        "provider": message.provider,
        "model": message.model,
        "error": message.error,
        "error_kind": message.error_kind,
        "created_at": message.created_at.isoformat() if message.created_at else None,
        "parts": [_part(part) for part in message.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"kind": "text", "text": text}
        case ReasoningPart(text):
            return {"kind": "reasoning", "text": text, "duration_ms": part.duration_ms}
        case ToolCallPart():
            return {
                "kind": "tool_call",
                "call_id": part.call_id,
                "name": part.name,
                "arguments": part.arguments,
                "result": part.result,
                "ok": part.ok,
            }
        case AttachmentPart():
            data = None if part.data is None else b64encode(part.data).decode("ascii")
            return {"kind": "attachment", "name": part.name, "media_type": part.media_type, "data": data}


def _message_from(found: _Message) -> Message:
    # A reply that was coming in when it was exported will not go on here.
    status = MessageStatus.INTERRUPTED if found.status is MessageStatus.STREAMING else found.status
    return Message(
        found.role,
        tuple(part for one in found.parts if (part := _part_from(one)) is not None),
        status=status,
        provider=found.provider,
        model=found.model,
        error=found.error,
        error_kind=found.error_kind,
        created_at=None if found.created_at is None else _aware(found.created_at),
    )


def _part_from(found: _Part) -> Part | None:
    match found.kind:
        case "text":
            return TextPart(found.text)
        case "reasoning":
            return ReasoningPart(found.text, duration_ms=found.duration_ms)
        case "tool_call":
            # Ids of goals are those of another database.
            return ToolCallPart(found.call_id, found.name, found.arguments, found.result, found.ok)
        case "attachment":
            return _attachment_from(found)
        case _:
            return None  # of a newer program


def _attachment_from(found: _Part) -> Part:
    """What is attached, checked as if it were attached now."""
    try:
        return attachment(found.name, b64decode(found.data or "", validate=True))
    except (Base64Error, InvalidValueError):
        return TextPart(f"(Attached: {found.name})")


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
