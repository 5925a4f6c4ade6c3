"""A stored message as the rows of the thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop_app.domain.ids import RevisionId
from desktop_app.domain.messages import (
    AttachmentPart,
    Message,
    MessageStatus,
    Part,
    Place,
    ReasoningPart,
    Role,
    TextPart,
    ToolCallPart,
)
from desktop_app.domain.money import price_words
from desktop_app.domain.revisions import Revision
from desktop_app.domain.usage import Usage
from desktop_app.llm.errors import ErrorKind
from desktop_app.ui.chat.failure_notices import (
    NO_OFFERS,
    RETRY,
    Offers,
    failure_notice,
    interrupted_notice,
    switched_notice,
)
from desktop_app.ui.chat.held_cards import held_card
from desktop_app.ui.chat.items import (
    Action,
    Attached,
    Branch,
    CoachText,
    FooterItem,
    NoticeItem,
    ReasoningItem,
    ThreadItem,
    Tone,
    YouItem,
)
from desktop_app.ui.chat.tool_cards import tool_card

KEYS_PER_MESSAGE = 1_000
FOOTER = KEYS_PER_MESSAGE - 2
NOTICE = KEYS_PER_MESSAGE - 1
SWITCHED = KEYS_PER_MESSAGE - 3

COPY = "copy"
RETRY_WITH = "retry_with"
EDIT = "edit"
TRACE = "trace"
_YOURS = (Action(COPY, "Copy"), Action(EDIT, "Edit and send again"))
_COACHS = (Action(COPY, "Copy"), Action(RETRY_WITH, "Answer again…"))
_TRACE = Action(TRACE, "Show the trace")


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions that cards speak of, and which of them are undone."""

    by_id: Mapping[RevisionId, Revision]

    def is_undone(self, revision_id: RevisionId) -> bool:
        """Whether a later revision undid it and was not undone itself."""
        return any(
            revision.undoes == revision_id and not self.is_undone(revision.id) for revision in self.by_id.values()
        )

    def latest(self, revision_id: RevisionId) -> RevisionId:
        """The revision to undo in order to turn `revision_id` round: itself, or the last one that undid or redid it."""
        undoing = (revision.id for revision in self.by_id.values() if revision.undoes == revision_id)
        last = max(undoing, default=None)
        return revision_id if last is None else self.latest(last)

    def card(self, key: int, part: ToolCallPart, today: date) -> ThreadItem:
        """The card of a tool call."""
        if part.is_held:
            return held_card(key, part, today)
        revision = self.by_id.get(part.revision_id) if part.revision_id is not None else None
        undone = revision is not None and self.is_undone(revision.id)
        return tool_card(key, part, revision, is_undone=undone, today=today)


def message_items(
    base: int,
    message: Message,
    revisions: Revisions,
    model_label: str,
    today: date,
    offers: Offers = NO_OFFERS,
    place: Place | None = None,
) -> list[ThreadItem]:
    """The rows of `message`, with keys from `base` on: one a part, then the footer or a notice."""
    if message.role is Role.YOU:
        return [you_item(base, message, place)]
    rows = [
        part_item(base + index, part, revisions, today)
        for index, part in enumerate(message.parts)
        if not isinstance(part, ReasoningPart) or part.text
    ]
    return [
        *beginning_items(base, message, model_label, offers),
        *rows,
        *ending_items(base, message, model_label, offers, place),
    ]


def you_item(key: int, message: Message, place: Place | None) -> YouItem:
    """The row of what the person wrote."""
    attached = tuple(attached_item(part) for part in message.attachments)
    return YouItem(key, message.text, actions=_YOURS, branch=_branch(place), attached=attached)


def attached_item(part: AttachmentPart) -> Attached:
    """An attachment as it is shown: its name and its size."""
    size = part.size_bytes
    text = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(round(size / 1e3), 1)} KB"
    return Attached(part.name, text, part.is_image)


def _branch(place: Place | None) -> Branch | None:
    return None if place is None else Branch(place.number, place.total)


def part_item(key: int, part: Part, revisions: Revisions, today: date) -> ThreadItem:
    """The row of one part of a coach's message that has ended."""
    match part:
        case TextPart(text):
            return CoachText(key, text)
        case ReasoningPart(text):
            label = "Thoughts" if part.duration_ms is None else thought_for(part.duration_ms / 1000)
            return ReasoningItem(key, text, label)
        case ToolCallPart():
            return revisions.card(key, part, today)
        case AttachmentPart(name):
            return CoachText(key, name)


def thought_for(seconds: float) -> str:
    """What reasoning is folded under once it has ended."""
    return f"Thought for {max(1, round(seconds))} s"


def beginning_items(base: int, message: Message, model_label: str, offers: Offers) -> list[ThreadItem]:
    """What stands above a coach's message: that another one answered than was chosen."""
    if message.switched_from is None or not message.parts:
        return []
    chosen = offers.first_choice or message.switched_from
    is_limit = message.error_kind == ErrorKind.BUDGET
    return [switched_notice(base + SWITCHED, chosen, model_label, is_limit=is_limit)]


def ending_items(
    base: int, message: Message, model_label: str, offers: Offers = NO_OFFERS, place: Place | None = None
) -> list[ThreadItem]:
    """What stands below a coach's message: who wrote it and what it took, and a notice if it did not end well."""
    rows: list[ThreadItem] = []
    actions = _COACHS if message.trace_id is None else (*_COACHS, _TRACE)
    if message.parts or place is not None:
        rows.append(FooterItem(base + FOOTER, footer_text(message, model_label), actions, _branch(place)))
    if notice := _notice(base + NOTICE, message, offers):
        rows.append(notice)
    return rows


def footer_text(message: Message, model_label: str) -> str:
    """For example “Coach Mini · 2,410 in · 386 out · free · first token 0.6 s”."""
    words = [model_label, *_usage_words(message.usage)]
    if message.status is MessageStatus.STOPPED:
        words.append("stopped")
    return " · ".join(words)


def _usage_words(usage: Usage | None) -> list[str]:
    if usage is None:
        return []
    # A reply that was stopped, or whose provider reports nothing, is counted by an estimate.
    about = "≈ " if usage.is_estimated else ""
    words = [f"{about}{usage.input_tokens:,} in", f"{about}{usage.output_tokens:,} out"]
    words.append(f"{about if usage.cost_micro_usd else ''}{price_words(usage.cost_micro_usd)}")
    if usage.time_to_first_token_ms is not None:
        words.append(f"first token {usage.time_to_first_token_ms / 1000:.1f} s")
    return words


def _notice(key: int, message: Message, offers: Offers) -> ThreadItem | None:
    if message.status is MessageStatus.FAILED:
        return failure_notice(key, message, offers)
    if message.status is MessageStatus.INTERRUPTED:
        return interrupted_notice(key, message)
    if message.status is MessageStatus.STOPPED and not message.parts:
        again = (Action(RETRY, "Try again", is_primary=True),)
        return NoticeItem(key, Tone.NEUTRAL, "square", "Stopped", "You stopped this reply before it began.", again)
    return None
