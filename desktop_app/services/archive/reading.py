"""Whose file of conversations this is, and the conversations in it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from desktop_app.domain.archive import ConversationTree
from desktop_app.errors import InvalidValueError
from desktop_app.services.archive.foreign import tree_from_chatgpt, tree_from_claude
from desktop_app.services.archive.json_format import FORMAT, VERSION, tree_from_json
from desktop_app.services.archive.json_stream import CUT, NO_CONVERSATIONS, TOO_NEW, conversations_in


class Source(StrEnum):
    """The program that wrote the file, as it is called on screen."""

    GOALGETTER = "GoalGetter"
    CHATGPT = "ChatGPT"
    CLAUDE = "Claude"


def trees_in(path: Path) -> Iterator[tuple[Source, ConversationTree]]:
    """Each conversation of a file in which something is said; only one is in memory at a time.

    Raises InvalidValueError where the file is none of conversations, is cut or damaged, or too new.
    """
    with conversations_in(path) as stream:
        is_ours = stream.format == FORMAT
        if is_ours and (stream.version or 0) > VERSION:
            raise InvalidValueError(TOO_NEW.format(name=path.name))
        for value in stream:
            if not isinstance(value, Mapping):
                raise InvalidValueError(NO_CONVERSATIONS.format(name=path.name))
            source, tree = _read(value, path.name, is_ours=is_ours)
            if tree is not None and tree.nodes:
                yield source, tree


def _read(value: Mapping[str, Any], name: str, *, is_ours: bool) -> tuple[Source, ConversationTree | None]:
    if is_ours:
        try:
            return Source.GOALGETTER, tree_from_json(value)
        except (ValidationError, ValueError) as error:
            raise InvalidValueError(CUT.format(name=name)) from error
    if "mapping" in value:
        return Source.CHATGPT, tree_from_chatgpt(value)
    if "chat_messages" in value:
        return Source.CLAUDE, tree_from_claude(value)
    raise InvalidValueError(NO_CONVERSATIONS.format(name=name))
