"""What the rows on screen belong to: texts to copy, tool calls to open or undo, the revisions that cards speak of."""

import itertools
from collections.abc import Callable, Iterable
from datetime import date

from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.messages import Message, ToolCallPart
from desktop_app.domain.revisions import GoalChange, Revision
from desktop_app.ui.chat.failure_notices import NO_OFFERS, Offers
from desktop_app.ui.chat.items import NoticeItem, ThreadItem, Tone
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.message_items import FOOTER, KEYS_PER_MESSAGE, Revisions, message_items
from desktop_app.ui.chat.thread_view import ThreadView


class ShownRows:
    """The book of one thread: keys are given out once, what they stand for is forgotten with the screen."""

    def __init__(self, thread: ThreadView, today: Callable[[], date]) -> None:
        self.revisions: dict[RevisionId, Revision] = {}
        self._thread = thread
        self._today = today
        self._bases = itertools.count(0, KEYS_PER_MESSAGE)
        self._cards: dict[int, ToolCallPart] = {}
        self._texts: dict[int, str] = {}
        self._messages: dict[int, Message] = {}

    def new_base(self) -> int:
        """The first of the keys for one more message."""
        return next(self._bases)

    def clear(self) -> None:
        """Forget what was on screen; revisions stay known."""
        self._cards.clear()
        self._texts.clear()
        self._messages.clear()

    def items(self, message: Message, model_label: str, offers: Offers = NO_OFFERS) -> list[ThreadItem]:
        """The rows of a stored message, with keys of their own."""
        base = self.new_base()
        self.keep_text(base, message)
        parts = enumerate(message.parts)
        self._cards |= {base + index: part for index, part in parts if isinstance(part, ToolCallPart)}
        return message_items(base, message, Revisions(self.revisions), model_label, self._today(), offers)

    def keep_text(self, base: int, message: Message) -> None:
        """Know what copying a reply gives, and what its notices speak of."""
        self._texts[base + FOOTER] = message.text
        self._messages[base] = message

    def keep_cards(self, live: LiveTurn) -> None:
        """Know the tool calls of a reply that is coming in."""
        self._cards.update(live.cards)

    def add_revisions(self, revisions: Iterable[Revision]) -> None:
        """Know these revisions when a card speaks of them."""
        self.revisions |= {revision.id: revision for revision in revisions}

    def note_change(self, change: GoalChange) -> None:
        """Know one more revision; where it undoes or redoes another, the cards say so."""
        self.add_revisions([change.revision])
        if change.revision.undoes is not None:
            for key, part in self._cards.items():
                self._thread.replace_item(Revisions(self.revisions).card(key, part, self._today()))

    def tell(self, tone: Tone, title: str, text: str) -> None:
        """Say something at the end of the thread."""
        self._thread.append_item(NoticeItem(self.new_base(), tone, "circle-alert", title, text, ()))

    def remove_message(self, key: int) -> None:
        """Take all rows of the message away that the row `key` belongs to."""
        base = key - key % KEYS_PER_MESSAGE
        for one in range(base, base + KEYS_PER_MESSAGE):
            self._thread.remove_item(one)

    def message(self, key: int) -> Message | None:
        """The message that a row belongs to, as it was last kept."""
        return self._messages.get(key - key % KEYS_PER_MESSAGE)

    def key_of(self, message: Message) -> int | None:
        """A key of the rows of a message that is on screen."""
        return next((base for base, shown in self._messages.items() if shown.id == message.id), None)

    def text(self, key: int) -> str:
        """What copying at this row gives."""
        return self._texts.get(key, "")

    def goal_id(self, key: int) -> GoalId | None:
        """The goal that a card speaks of."""
        part = self._cards.get(key)
        return part.goal_id if part else None

    def change_to_undo(self, key: int) -> RevisionId | None:
        """The change to undo so that a card's own is turned round: itself, or what undid or redid it last."""
        part = self._cards.get(key)
        if part is None or part.revision_id is None:
            return None
        return Revisions(self.revisions).latest(part.revision_id)
