"""A reply while it streams: turns events into rows, shown now or when its conversation is opened again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from desktop_app.domain.ids import ConversationId, RevisionId
from desktop_app.domain.messages import Message, MessageStatus, Part, Place, TextPart, ToolCallPart
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.revisions import Revision
from desktop_app.llm.events import (
    Done,
    Event,
    HistoryFolded,
    Notice,
    ReasoningDelta,
    RetryScheduled,
    TextDelta,
    ToolCall,
    ToolResult,
    UsageReported,
)
from desktop_app.services.chat import TurnControl
from desktop_app.ui.chat.failure_notices import NO_OFFERS, Offers, switched_notice, waiting_notice
from desktop_app.ui.chat.fold_row import fold_item
from desktop_app.ui.chat.items import CoachText, NoticeItem, ReasoningItem, StatusItem, ThreadItem, Tone
from desktop_app.ui.chat.message_items import (
    KEYS_PER_MESSAGE,
    NOTICE,
    SWITCHED,
    Revisions,
    ending_items,
    part_item,
    thought_for,
)


class Rows(Protocol):
    """Where rows are shown; the thread view is one."""

    def append_item(self, item: ThreadItem) -> None: ...
    def append_text(self, key: int, piece: str) -> None: ...
    def replace_item(self, item: ThreadItem) -> None: ...
    def remove_item(self, key: int) -> None: ...
    def finish_text(self, key: int) -> None: ...


class LiveTurn:
    """The coach's message that is coming in. It is shown between `attach` and `detach`, and goes on without."""

    def __init__(
        self,
        base: int,
        conversation_id: ConversationId,
        message: Message,
        revisions: Mapping[RevisionId, Revision],
        today: date,
        clock: Callable[[], float],
        control: TurnControl | None = None,
        place: Place | None = None,
    ) -> None:
        self.base = base
        self.conversation_id = conversation_id
        self.message = message
        self._revisions = Revisions(revisions)
        self._rows: Rows | None = None
        self._today = today
        self._clock = clock
        self.place = place
        self._items: dict[int, ThreadItem] = {}
        self._calls: dict[str, tuple[int, ToolCallPart]] = {}
        self._next_key = base
        self._open: CoachText | ReasoningItem | None = None
        self._pieces: list[str] = []
        self._thinking_since = 0.0
        self._is_waiting = False
        self.control = control or TurnControl()
        self.retry: RetryScheduled | None = None
        self._retry_due = 0.0
        self._retry_offers = NO_OFFERS
        self._take_up(message.parts)

    def owns(self, key: int) -> bool:
        """Whether a row is one of this turn's."""
        return self.base <= key < self.base + KEYS_PER_MESSAGE

    @property
    def cards(self) -> dict[int, ToolCallPart]:
        """The tool calls so far, by the key of their row."""
        return dict(self._calls.values())

    def wait(self, text: str) -> None:
        """Say what is being waited for, below what stands, until the next piece comes."""
        self._is_waiting = True
        item = StatusItem(self.base + NOTICE, text)
        if item.key in self._items:
            self._replace(item)
        else:
            self._put(item)

    def refresh_wait(self, text: str) -> None:
        """Say it in other words, if it is still being waited for."""
        if self._is_waiting and self.retry is None:
            self.wait(text)

    def refresh_cards(self) -> None:
        """Show anew what the cards say, after a change was undone or redone."""
        for key, part in self._calls.values():
            self._replace(self._revisions.card(key, part, self._today))

    def wait_for_retry(self, scheduled: RetryScheduled, offers: Offers) -> None:
        """Say that a call waits to be made again, and count down with each `tick`."""
        self._clear_status()
        self.retry, self._retry_offers = scheduled, offers
        self._retry_due = self._clock() + scheduled.delay_s
        self._is_waiting = True
        self._put(self._countdown())

    def tick(self) -> None:
        """Show how long the wait still is."""
        item = self._countdown() if self.retry else None
        if item is not None and item != self._items.get(item.key):
            self._replace(item)

    def retry_now(self) -> None:
        """Wait no longer for the next try."""
        self._retry_due = self._clock()
        self.control.retry_now()
        self.tick()

    def switch(self, chosen: str, to: ModelChoice, model_label: str, *, is_limit: bool = False) -> None:
        """Another model answers than the one of the provider called `chosen`, at a limit of the person's own or not."""
        self._clear_status()
        first = self.message.switched_from or self.message.provider
        self.message = replace(self.message, provider=to.provider, model=to.model, switched_from=first)
        item = switched_notice(self.base + SWITCHED, chosen, model_label, is_limit=is_limit)
        if item.key in self._items:
            self._replace(item)
        else:
            self._put(item)

    def attach(self, rows: Rows) -> None:
        """Show the rows so far in `rows`, and the coming ones too."""
        if isinstance(self._open, CoachText):
            self._items[self._open.key] = replace(self._open, markdown="".join(self._pieces), is_streaming=True)
        for item in self._items.values():
            rows.append_item(item)
        self._rows = rows

    def detach(self) -> None:
        """Go on without showing."""
        self._rows = None

    def add(self, event: Event) -> None:
        """Take one event of the turn."""
        match event:
            case TextDelta(text):
                self._add_text(text)
            case ReasoningDelta(text):
                self._add_reasoning(text)
            case ToolCall():
                self._add_call(event)
            case ToolResult():
                self._add_result(event)
            case Notice(text):
                self._close()
                self._put(NoticeItem(self._key(), Tone.NEUTRAL, "circle-alert", "", text, ()))
            case HistoryFolded(fold):
                self._close()
                self._put(fold_item(self._key(), fold, fold.model or ""))
            case UsageReported() | Done() | RetryScheduled():
                pass

    def end(self, message: Message, model_label: str, offers: Offers = NO_OFFERS) -> None:
        """Close what is open and show how the turn ended."""
        self.message = message
        self._close()
        for key, part in self._calls.values():
            if not part.is_answered and message.status is not MessageStatus.STREAMING:
                self._drop(key)
        for item in ending_items(self.base, message, model_label, offers, self.place):
            self._put(item)

    def _take_up(self, parts: Sequence[Part]) -> None:
        """Show what a reply that goes on has already; a text at its end is added to."""
        key = self.base
        for part in parts:
            key = self._key()
            self._items[key] = part_item(key, part, self._revisions, self._today)
            if isinstance(part, ToolCallPart):
                self._calls[part.call_id] = (key, part)
        if parts and isinstance(parts[-1], TextPart):
            self._open, self._pieces = CoachText(key, "", is_streaming=True), [parts[-1].text]
            self._items[key] = CoachText(key, parts[-1].text, is_streaming=True)

    def _countdown(self) -> NoticeItem:
        scheduled = self.retry
        if scheduled is None:
            raise ValueError("no retry is waited for")
        return waiting_notice(self.base + NOTICE, scheduled, self._retry_due - self._clock(), self._retry_offers)

    def _add_text(self, text: str) -> None:
        if not text:
            return
        self._clear_status()
        if not isinstance(self._open, CoachText):
            self._close()
            self._open = CoachText(self._key(), "", is_streaming=True)
            self._put(self._open)
        self._pieces.append(text)
        if self._rows:
            self._rows.append_text(self._open.key, text)

    def _add_reasoning(self, text: str) -> None:
        if not text:
            return
        if not isinstance(self._open, ReasoningItem):
            self._close()
            self._thinking_since = self._clock()
            self._open = ReasoningItem(self._key(), "", "Thinking…")
            self._put(self._open)
        self._pieces.append(text)

    def _add_call(self, call: ToolCall) -> None:
        self._close()
        part = ToolCallPart(call.call_id, call.name, call.arguments)
        key = self._key()
        self._calls[call.call_id] = (key, part)
        self._put(self._revisions.card(key, part, self._today))

    def _add_result(self, result: ToolResult) -> None:
        if result.call_id not in self._calls:
            return
        key, part = self._calls[result.call_id]
        answered = replace(
            part, result=result.text, ok=result.ok, goal_id=result.goal_id, revision_id=result.revision_id
        )
        self._calls[result.call_id] = (key, answered)
        self._replace(self._revisions.card(key, answered, self._today))

    def _close(self) -> None:
        """End the open text or reasoning, and the line that says what is waited for."""
        self._clear_status()
        text, item = "".join(self._pieces), self._open
        self._open, self._pieces = None, []
        if isinstance(item, CoachText):
            self._items[item.key] = replace(item, markdown=text, is_streaming=False)
            if self._rows:
                self._rows.finish_text(item.key)
        elif isinstance(item, ReasoningItem):
            label = thought_for(self._clock() - self._thinking_since)
            self._replace(replace(item, text=text, label=label))

    def _clear_status(self) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self.retry = None
            self._drop(self.base + NOTICE)

    def _key(self) -> int:
        key = self._next_key
        self._next_key += 1
        return key

    def _put(self, item: ThreadItem) -> None:
        self._items[item.key] = item
        if self._rows:
            self._rows.append_item(item)

    def _replace(self, item: ThreadItem) -> None:
        self._items[item.key] = item
        if self._rows:
            self._rows.replace_item(item)

    def _drop(self, key: int) -> None:
        if self._items.pop(key, None) is not None and self._rows:
            self._rows.remove_item(key)
