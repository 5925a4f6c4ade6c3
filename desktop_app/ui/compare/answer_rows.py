"""The rows of an answer that is not kept yet: what was said and would be done, and no way to begin another turn."""

from dataclasses import replace

from desktop_app.ui.chat.failure_notices import RETRY_NOW
from desktop_app.ui.chat.items import FooterItem, NoticeItem, ThreadItem
from desktop_app.ui.chat.thread_view import ThreadView


class AnswerRows:
    """Stands between a turn and its thread. The footer's figures are told below the answer, not in it."""

    def __init__(self, thread: ThreadView) -> None:
        self._thread = thread

    def append_item(self, item: ThreadItem) -> None:
        """Add an item at the end."""
        shown = _shown(item)
        if shown is not None:
            self._thread.append_item(shown)

    def append_text(self, key: int, piece: str) -> None:
        """Add to a text that streams."""
        self._thread.append_text(key, piece)

    def replace_item(self, item: ThreadItem) -> None:
        """Put an item in the place of the one with the same key."""
        shown = _shown(item)
        if shown is not None:
            self._thread.replace_item(shown)

    def remove_item(self, key: int) -> None:
        """Take an item out."""
        self._thread.remove_item(key)

    def finish_text(self, key: int) -> None:
        """A stream is over."""
        self._thread.finish_text(key)


def _shown(item: ThreadItem) -> ThreadItem | None:
    match item:
        case FooterItem():
            return None
        case NoticeItem(actions=actions):
            return replace(item, actions=tuple(action for action in actions if action.id == RETRY_NOW))
    return item
