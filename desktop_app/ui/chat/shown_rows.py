"""What the rows on screen belong to: texts to copy, tool calls to open or undo, the revisions that cards speak of."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from desktop_app.domain.ids import GoalId, MessageId, RevisionId
from desktop_app.domain.messages import Message, Place, Role, ToolCallPart
from desktop_app.domain.revisions import GoalChange, Revision
from desktop_app.ui.chat.card_rows import FooterRow
from desktop_app.ui.chat.failure_notices import NO_OFFERS, Offers
from desktop_app.ui.chat.items import NoticeItem, ThreadItem, Tone
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.message_items import FOOTER, KEYS_PER_MESSAGE, Revisions, footer_text, message_items
from desktop_app.ui.chat.thread_view import ThreadView


class ShownRows:
    """The book of one thread: keys are given out once, what they stand for is forgotten with the screen."""

    def __init__(self, thread: ThreadView, today: Callable[[], date]) -> None:
        self.revisions: dict[RevisionId, Revision] = {}
        self._thread = thread
        self._today = today
        self._bases = itertools.count(0, KEYS_PER_MESSAGE)
        self._cards: dict[int, ToolCallPart] = {}
        self._messages: dict[int, Message] = {}
        self._places: dict[int, Place] = {}

    def new_base(self) -> int:
        """The first of the keys for one more message."""
        return next(self._bases)

    def clear(self) -> None:
        """Forget what was on screen; revisions stay known."""
        self._cards.clear()
        self._messages.clear()
        self._places.clear()

    def items(
        self, message: Message, model_label: str, offers: Offers = NO_OFFERS, place: Place | None = None
    ) -> list[ThreadItem]:
        """The rows of a stored message, with keys of their own."""
        base = self.new_base()
        self.keep_message(base, message, place)
        parts = enumerate(message.parts)
        self._cards |= {base + index: part for index, part in parts if isinstance(part, ToolCallPart)}
        return message_items(base, message, Revisions(self.revisions), model_label, self._today(), offers, place)

    def keep_message(self, base: int, message: Message, place: Place | None = None) -> None:
        """Know which message the rows with keys from `base` on belong to, and where it stands among its versions."""
        self._messages[base] = message
        if place is not None:
            self._places[base] = place

    def show_names(self, name_of: Callable[[str | None, str | None], str]) -> None:
        """Call the models at the foot of replies as they are called now, for example since their list came."""
        for base, message in self._messages.items():
            position = self._thread.column.position(base + FOOTER) if message.role is Role.COACH else None
            row = self._thread.column.rows[position] if position is not None else None
            if not isinstance(row, FooterRow):
                continue
            text = footer_text(message, name_of(message.provider, message.model))
            if text != row.item.text:
                self._thread.replace_item(replace(row.item, text=text))

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

    def remove_from(self, key: int) -> None:
        """Take the message away that the row `key` belongs to, and all that follow it."""
        base = _base(key)
        shown = (one for one in range(base, base + KEYS_PER_MESSAGE) if self._thread.row(one) is not None)
        first = next(shown, None)
        if first is not None:
            self._thread.remove_from(first)
        for kept in [one for one in self._messages if one >= base]:
            del self._messages[kept]
            self._places.pop(kept, None)

    def message(self, key: int) -> Message | None:
        """The message that a row belongs to, None for a notice of the program's own."""
        return self._messages.get(_base(key))

    def place(self, key: int) -> Place | None:
        """Where the message of a row stands among its versions, None if it has no others."""
        return self._places.get(_base(key))

    def key_of(self, message_id: MessageId) -> int | None:
        """The first key of a message that is shown."""
        return next((base for base, message in self._messages.items() if message.id == message_id), None)

    def span(self, key: int) -> tuple[int, int]:
        """The first row of a message that is shown, and how many rows it has."""
        base = _base(key)
        keys = [one for one in range(base, base + KEYS_PER_MESSAGE) if self._thread.row(one) is not None]
        positions = sorted(position for one in keys if (position := self._thread.column.position(one)) is not None)
        return (self._thread.column.rows[positions[0]].key, len(positions)) if positions else (base, 1)

    def switch_key(self, message_id: MessageId) -> int | None:
        """The key of the row on which ‹ 2/3 › of a message stands."""
        key = self.key_of(message_id)
        if key is None:
            return None
        return key if self._messages[key].role is Role.YOU else key + FOOTER

    def last_own(self) -> int | None:
        """The key of the person's last message, None before there is one."""
        own = (base for base, message in self._messages.items() if message.role is Role.YOU)
        return max(own, default=None)

    def text(self, key: int) -> str:
        """What copying at this row gives."""
        message = self.message(key)
        return message.text if message else ""

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


def _base(key: int) -> int:
    return key - key % KEYS_PER_MESSAGE
