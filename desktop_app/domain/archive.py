"""A whole conversation with all its branches, as it is exported and imported."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from desktop_app.domain.messages import Message


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A message in its place. `key` and `parent_key` mean something within one tree alone.

    `is_current` says that the current path, or the one that a branch was left on, leads through it.
    """

    key: Hashable
    parent_key: Hashable | None
    message: Message
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class ConversationTree:
    """A conversation; each node stands behind its parent. Times are aware and in UTC.

    `origin` is by what it is known where it comes from, so that it is not taken in twice; None if it began here.
    """

    title: str
    created_at: datetime
    updated_at: datetime
    nodes: tuple[TreeNode, ...]
    origin: str | None = None

    @property
    def path(self) -> tuple[Message, ...]:
        """The messages of the current path."""
        path: list[Message] = []
        at: Hashable | None = None
        current = {node.parent_key: node for node in self.nodes if node.is_current}
        while (node := current.get(at)) is not None:
            path.append(node.message)
            at = node.key
        return tuple(path)
