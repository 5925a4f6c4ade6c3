"""A streaming reply as rows, shown or not."""

from dataclasses import dataclass, field, replace
from datetime import date

from desktop_app.domain.folds import Fold
from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.domain.messages import Message, MessageStatus, ReasoningPart, Role, TextPart
from desktop_app.domain.usage import Usage
from desktop_app.llm.events import (
    Done,
    Event,
    HistoryFolded,
    Notice,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    ToolResult,
    UsageReported,
)
from desktop_app.ui.chat.fold_row import fold_item
from desktop_app.ui.chat.items import (
    Action,
    CoachText,
    FooterItem,
    NoticeItem,
    ReasoningItem,
    StatusItem,
    ThreadItem,
    ToolCard,
    ToolCardState,
)
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.chat.message_items import Revisions, message_items, part_item

TODAY = date(2026, 11, 21)
COACH = Message(Role.COACH, (), MessageId(2), MessageStatus.STREAMING, "scripted", "script")


@dataclass
class Shown:
    """Keeps rows as the thread would."""

    rows: dict[int, ThreadItem] = field(default_factory=dict)
    appended: int = 0

    def append_item(self, item: ThreadItem) -> None:
        assert item.key not in self.rows
        self.rows[item.key] = item

    def append_text(self, key: int, piece: str) -> None:
        row = self.rows[key]
        assert isinstance(row, CoachText)
        self.rows[key] = replace(row, markdown=row.markdown + piece)
        self.appended += 1

    def replace_item(self, item: ThreadItem) -> None:
        assert item.key in self.rows
        self.rows[item.key] = item

    def remove_item(self, key: int) -> None:
        del self.rows[key]

    def finish_text(self, key: int) -> None:
        row = self.rows[key]
        assert isinstance(row, CoachText)
        self.rows[key] = replace(row, is_streaming=False)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def live(clock: Clock | None = None) -> LiveTurn:
    return LiveTurn(1000, ConversationId(1), COACH, {}, TODAY, clock or Clock())


EVENTS: tuple[Event, ...] = (
    ReasoningDelta("hm"),
    TextDelta("Hel"),
    TextDelta(""),
    TextDelta("lo"),
    ToolCall("c", "create_goal", "{"),
    ToolResult("c", "create_goal", "Not valid JSON.", ok=False),
    ToolResult("unknown", "create_goal", "?"),
    Notice("Older messages were left out."),
    TextDelta("Bye"),
    UsageReported(Usage()),
    Done(Usage()),
)


def test_rows_follow_the_events_and_end_as_they_are_stored() -> None:
    clock, shown = Clock(), Shown()
    turn = live(clock)
    turn.attach(shown)
    turn.wait("Coach is thinking…")
    turn.refresh_wait("Still thinking…")
    assert [type(row) for row in shown.rows.values()] == [StatusItem]
    for event in EVENTS:
        clock.now += 2
        turn.add(event)
    turn.refresh_wait("too late")
    turn.end(replace(COACH, status=MessageStatus.COMPLETE, parts=(TextPart("Hello"),), usage=Usage()), "Script")
    kinds = [type(row) for row in shown.rows.values()]
    assert kinds == [ReasoningItem, CoachText, ToolCard, NoticeItem, CoachText, FooterItem]
    reasoning, hello, card, _, bye, footer = shown.rows.values()
    assert isinstance(reasoning, ReasoningItem)
    assert (reasoning.text, reasoning.label) == ("hm", "Thought for 2 s")
    assert hello == CoachText(1001, "Hello")
    assert bye == CoachText(1004, "Bye")
    assert isinstance(card, ToolCard)
    assert card.state is ToolCardState.FAILED
    assert isinstance(footer, FooterItem)
    assert footer.text == "Script · 0 in · 0 out · price unknown"


def test_a_turn_that_is_not_shown_goes_on_and_is_shown_later_as_it_stands() -> None:
    turn, first, later = live(), Shown(), Shown()
    turn.attach(first)
    turn.add(TextDelta("One "))
    turn.detach()
    turn.add(TextDelta("two "))
    turn.attach(later)
    turn.add(TextDelta("three"))
    assert next(row for row in first.rows.values() if isinstance(row, CoachText)).markdown == "One "
    assert later.rows[1000] == CoachText(1000, "One two three", is_streaming=True)


def test_a_call_that_was_stopped_before_its_answer_goes() -> None:
    turn, shown = live(), Shown()
    turn.attach(shown)
    turn.add(ToolCall("c", "create_goal", "{}"))
    turn.refresh_cards()
    turn.end(replace(COACH, status=MessageStatus.STOPPED), "Script")
    assert [type(row) for row in shown.rows.values()] == [NoticeItem]


def test_stored_messages_end_with_what_became_of_them() -> None:
    def last(status: MessageStatus, **fields: object) -> ThreadItem:
        message = replace(COACH, status=status, **fields)  # type: ignore[arg-type] # test values
        return message_items(0, message, Revisions({}), "Script", TODAY)[-1]

    usage = Usage(2410, 386, cost_micro_usd=13_000, time_to_first_token_ms=600)
    done = last(MessageStatus.COMPLETE, parts=(TextPart("x"),), usage=usage)
    assert isinstance(done, FooterItem)
    assert done.text == "Script · 2,410 in · 386 out · $0.013 · first token 0.6 s"
    guessed = last(MessageStatus.STOPPED, parts=(TextPart("x"),), usage=replace(usage, is_estimated=True))
    assert isinstance(guessed, FooterItem)
    assert guessed.text == "Script · ≈ 2,410 in · ≈ 386 out · ≈ $0.013 · first token 0.6 s · stopped"
    stopped = last(MessageStatus.STOPPED, parts=(TextPart("x"),))
    assert isinstance(stopped, FooterItem)
    assert stopped.text == "Script · stopped"
    for status, words in {
        MessageStatus.FAILED: "The coach could not answer",
        MessageStatus.INTERRUPTED: "Interrupted",
        MessageStatus.STOPPED: "Stopped",
    }.items():
        notice = last(status)
        assert isinstance(notice, NoticeItem)
        assert notice.title == words
        assert notice.actions[0] == Action("retry", "Try again", is_primary=True)


def test_a_summary_of_earlier_messages_is_a_folded_row_before_the_reply() -> None:
    shown, turn = Shown(), live()
    turn.attach(shown)
    turn.wait("Coach is thinking…")
    turn.add(HistoryFolded(Fold("They want to run.", 12, MessageId(1), "claude", "claude-sonnet-5")))
    turn.add(TextDelta("Good."))
    fold, text = shown.rows.values()
    assert isinstance(fold, ReasoningItem)
    assert (fold.label, fold.is_open) == ("12 earlier messages, summarised", False)
    assert fold.text.startswith("They want to run.\n\nSummarised by claude-sonnet-5.")
    assert isinstance(text, CoachText)


def test_a_fold_says_that_no_model_wrote_it() -> None:
    item = fold_item(7, Fold("You: hi", 1), "")
    assert item.label == "1 earlier message, summarised"
    assert "Put together from what was said and done" in item.text


def test_thoughts_that_are_read_again_are_folded_under_their_time_where_it_is_known() -> None:
    labels = [
        item.label
        for part in (ReasoningPart("hm", duration_ms=4200), ReasoningPart("hm", duration_ms=0), ReasoningPart("hm"))
        if isinstance(item := part_item(1, part, Revisions({}), TODAY), ReasoningItem)
    ]
    assert labels == ["Thought for 4 s", "Thought for 1 s", "Thoughts"]
