"""Conversations of the export files of ChatGPT and Claude, whatever of them is there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from desktop_app.domain.archive import ConversationTree, TreeNode
from desktop_app.domain.attachments import attachment
from desktop_app.domain.messages import Message, Part, Role, TextPart
from desktop_app.errors import InvalidValueError

UNTITLED: Final = "Imported chat"
_ROLES: Final = {"user": Role.YOU, "human": Role.YOU, "assistant": Role.COACH}
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


def tree_from_chatgpt(value: Mapping[str, Any]) -> ConversationTree | None:
    """A conversation of ChatGPT's `conversations.json`, None if nothing is said in it.

    Its messages are a mapping of nodes; those of the system and of tools are passed over.
    """
    mapping = value.get("mapping")
    nodes = mapping if isinstance(mapping, Mapping) else {}
    said = {str(key): message for key, node in nodes.items() if (message := _chatgpt_message(node)) is not None}
    parents = {str(key): _text(_of(node, "parent")) for key, node in nodes.items()}
    began = _moment(value.get("create_time"))
    return _tree(
        title=_text(value.get("title")),
        began=began,
        ended=_moment(value.get("update_time")) or began,
        origin=_origin("chatgpt", value.get("conversation_id") or value.get("id")),
        said=said,
        parents=parents,
        tip=_text(value.get("current_node")),
    )


def tree_from_claude(value: Mapping[str, Any]) -> ConversationTree | None:
    """A conversation of Claude's `conversations.json`, None if nothing is said in it.

    Newer files tell which message each one follows, in older ones they follow each other.
    """
    found = value.get("chat_messages")
    messages = [one for one in found if isinstance(one, Mapping)] if isinstance(found, Sequence) else []
    said: dict[str, Message] = {}
    parents: dict[str, str] = {}
    before = ""
    for number, one in enumerate(messages):
        key = _text(one.get("uuid")) or str(number)
        parents[key] = _text(one.get("parent_message_uuid")) or before
        before = key
        if (message := _claude_message(one)) is not None:
            said[key] = message
    began = _moment(value.get("created_at"))
    return _tree(
        title=_text(value.get("name")),
        began=began,
        ended=_moment(value.get("updated_at")) or began,
        origin=_origin("claude", value.get("uuid")),
        said=said,
        parents=parents,
        tip=_text(value.get("current_leaf_message_uuid")) or before,
    )


def _tree(
    *,
    title: str,
    began: datetime | None,
    ended: datetime | None,
    origin: str | None,
    said: Mapping[str, Message],
    parents: Mapping[str, str],
    tip: str,
) -> ConversationTree | None:
    if not said:
        return None
    follows = {key: _nearest(parents.get(key, ""), said, parents) for key in said}
    current = set(_line(tip if tip in said else _nearest(tip, said, parents) or "", follows))
    ordered = _parents_first(follows)
    last = {follows[key]: key for key in ordered}  # of siblings none of which is current, the last is
    chosen = {follows[key]: key for key in ordered if key in current}
    nodes = tuple(
        TreeNode(key, follows[key], said[key], chosen.get(follows[key], last[follows[key]]) == key) for key in ordered
    )
    times = [message.created_at for message in said.values() if message.created_at]
    begins = began or min(times, default=_EARLIEST)
    return ConversationTree(
        " ".join(title.split())[:200] or UNTITLED, begins, ended or max(times, default=begins), nodes, origin
    )


def _nearest(key: str, said: Mapping[str, Message], parents: Mapping[str, str]) -> str | None:
    """The nearest message at or above `key` that says something; a ring of parents ends the search."""
    seen: set[str] = set()
    while key and key not in seen:
        if key in said:
            return key
        seen.add(key)
        key = parents.get(key, "")
    return None


def _line(tip: str, follows: Mapping[str, str | None]) -> Iterator[str]:
    seen: set[str] = set()
    at: str | None = tip
    while at and at in follows and at not in seen:
        seen.add(at)
        yield at
        at = follows[at]


def _parents_first(follows: dict[str, str | None]) -> list[str]:
    """The keys, each behind its parent and siblings in the order of the file; a ring is cut open where it is met."""
    children: dict[str | None, list[str]] = {}
    for key, parent in follows.items():
        children.setdefault(parent, []).append(key)
    ordered: list[str] = []
    placed: set[str] = set()

    def place_below(roots: Iterable[str]) -> None:
        waiting = list(roots)[::-1]
        while waiting:
            key = waiting.pop()
            if key not in placed:
                placed.add(key)
                ordered.append(key)
                waiting.extend(reversed(children.get(key, [])))

    place_below(children.get(None, []))
    for key in follows:
        if key not in placed:
            follows[key] = None
            place_below([key])
    return ordered


def _chatgpt_message(node: object) -> Message | None:
    found = _of(node, "message")
    role = _ROLES.get(_text(_of(_of(found, "author"), "role")))
    content = _of(found, "content")
    if role is None or _of(_of(found, "metadata"), "is_visually_hidden_from_conversation"):
        return None
    parts = _of(content, "parts")
    pieces = [_chatgpt_piece(part) for part in parts] if isinstance(parts, list) else [_text(_of(content, "text"))]
    model = _text(_of(_of(found, "metadata"), "model_slug"))
    return _message(
        role, "openai", model, _moment(_of(found, "create_time")), [TextPart("\n\n".join(filter(None, pieces)))]
    )


def _chatgpt_piece(part: object) -> str:
    if isinstance(part, str):
        return part
    kind = _text(_of(part, "content_type"))
    return "(An image that is not in the file.)" if kind.startswith("image") else _text(_of(part, "text"))


def _claude_message(found: Mapping[str, Any]) -> Message | None:
    role = _ROLES.get(_text(found.get("sender")))
    if role is None:
        return None
    content = found.get("content")
    blocks = content if isinstance(content, list) else []
    texts = [_text(_of(block, "text")) for block in blocks if _of(block, "type") == "text"]
    text = "\n\n".join(filter(None, texts)) or _text(found.get("text"))
    attached = found.get("attachments")
    parts = [_claude_attachment(one) for one in attached] if isinstance(attached, list) else []
    return _message(role, "claude", "", _moment(found.get("created_at")), [*parts, TextPart(text)])


def _claude_attachment(found: object) -> Part:
    name = _text(_of(found, "file_name")) or "attachment"
    try:
        return attachment(name, _text(_of(found, "extracted_content")).encode("utf-8", "replace"))
    except InvalidValueError:
        return TextPart(f"(Attached: {name})")


def _message(role: Role, provider: str, model: str, at: datetime | None, parts: Sequence[Part]) -> Message | None:
    kept = tuple(part for part in parts if not isinstance(part, TextPart) or part.text.strip())
    if not kept:
        return None
    who = (provider, model or None) if role is Role.COACH else (None, None)
    return Message(role, kept, provider=who[0], model=who[1], created_at=at)


def _origin(program: str, key: object) -> str | None:
    return f"{program}:{key}" if isinstance(key, str) and key else None


def _moment(value: object) -> datetime | None:
    """Seconds since 1970 or an ISO time; None for what is neither."""
    try:
        match value:
            case bool():
                return None
            case int() | float():
                return datetime.fromtimestamp(value, UTC)
            case str():
                moment = datetime.fromisoformat(value)
                return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            case _:
                return None
    except (ValueError, OverflowError, OSError):
        return None


def _of(value: object, name: str) -> Any:  # noqa: ANN401 - a JSON value
    return value.get(name) if isinstance(value, Mapping) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
