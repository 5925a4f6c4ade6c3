"""What the search shows, as plain values: headings, goals, messages, and a line where there is nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from desktop_app.domain.ids import ConversationId, GoalId, MessageId
from desktop_app.domain.messages import Role
from desktop_app.domain.search import GoalHit, MessageHit, Piece, SearchResults

HINT: Final = "Words in goals and messages, yours and the coach’s."
NOTHING: Final = "Nothing has all these words. Fewer words, or the beginning of one, find more."
# What stands before the first hit is cut to this, so that the hit is in sight.
_LEAD: Final = 36
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ResultKind(StrEnum):
    """What a row is."""

    HEADING = "heading"
    GOAL = "goal"
    MESSAGE = "message"
    BACK = "back"  # to the chat that a jump left
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row: a line, a quieter line below it, a hint at the right. Goals and messages can be chosen, and so can the
    way back, whose `conversation_id` is where it leads."""

    kind: ResultKind
    line: tuple[Piece, ...]
    below: str = ""
    hint: str = ""
    spoken: str = ""
    goal_id: GoalId | None = None
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None

    @property
    def can_be_chosen(self) -> bool:
        """Whether the keyboard stops at it."""
        return self.kind in {ResultKind.GOAL, ResultKind.MESSAGE, ResultKind.BACK}


def result_rows(results: SearchResults, now: datetime) -> list[ResultRow]:
    """The rows of what was found; `now` is aware and in the person's time zone."""
    rows: list[ResultRow] = []
    if results.goals:
        rows += [_heading("Goals"), *map(_goal_row, results.goals)]
    if results.messages:
        rows += [_heading("Messages"), *(_message_row(hit, now) for hit in results.messages)]
    return rows or [_note(NOTHING)]


def rows_before_typing(back: tuple[ConversationId, str] | None) -> list[ResultRow]:
    """The rows while nothing is typed: what can be looked for, and the way back after a jump."""
    rows = [_note(HINT)]
    if back is not None:
        words = f"Back to “{back[1]}”"
        line = (Piece(words),)
        rows.append(ResultRow(ResultKind.BACK, line, hint="Alt ←", spoken=words, conversation_id=back[0]))
    return rows


def when(at: datetime, now: datetime) -> str:
    """A moment in a few letters, in `now`'s time zone."""
    local = at.astimezone(now.tzinfo)
    age = (now.date() - local.date()).days
    if age <= 0:
        return f"{local:%H:%M}"
    if age == 1:
        return f"Yesterday {local:%H:%M}"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year}"


def _goal_row(hit: GoalHit) -> ResultRow:
    title = "".join(piece.text for piece in hit.title)
    below = "".join(piece.text for piece in led_in(hit.snippet))
    spoken = f"Goal: {title}, {hit.phase.value}"
    return ResultRow(ResultKind.GOAL, hit.title, below, hit.phase.value.capitalize(), spoken, goal_id=hit.goal_id)


def _message_row(hit: MessageHit, now: datetime) -> ResultRow:
    who = "You" if hit.role is Role.YOU else "Coach"
    said = "".join(piece.text for piece in hit.snippet)
    time = when(hit.at, now)
    return ResultRow(
        ResultKind.MESSAGE,
        led_in(hit.snippet),
        f"{who} in {hit.conversation_title}",
        time,
        f"{who} in {hit.conversation_title}, {time}: {said}",
        conversation_id=hit.conversation_id,
        message_id=hit.message_id,
    )


def led_in(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """`pieces` with what stands before the first hit cut to a few words."""
    if not pieces or pieces[0].is_hit or len(pieces[0].text) <= _LEAD:
        return tuple(pieces)
    tail = pieces[0].text[-_LEAD:]
    return (Piece("…" + (tail.partition(" ")[2] or tail)), *pieces[1:])


def _heading(text: str) -> ResultRow:
    return ResultRow(ResultKind.HEADING, (Piece(text),), spoken=text)


def _note(text: str) -> ResultRow:
    return ResultRow(ResultKind.NOTE, (Piece(text),), spoken=text)
