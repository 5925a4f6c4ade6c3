"""Traces in words: times, states, what happened, what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from PySide6.QtCore import QLocale

from desktop_app.domain.money import dollars
from desktop_app.tracing.index import TraceHead
from desktop_app.tracing.records import Kind, Outcome, SpanRecord
from desktop_app.ui.goals.dates import shown_date

UNTITLED: Final = "(its words were not kept)"
KIND_ICONS: Final = {Kind.TURN: "message-square", Kind.GENERATION: "sparkle", Kind.TOOL: "wrench"}
_STATES: Final = {Outcome.COMPLETE: "Completed", Outcome.FAILED: "Failed", Outcome.STOPPED: "Stopped"}
_ROLES: Final = {"system": "Coach instructions and goals", "you": "Your messages", "coach": "The coach's replies"}
_ROLES_REST: Final = "Results of tools"


@dataclass(frozen=True, slots=True)
class Sent:
    """A part of what a model was sent, in characters; `share` is of all of it, 0 to 1."""

    name: str
    length: int
    share: float


def seconds(duration_ms: float) -> str:
    """A duration: "41 ms", "5.07 s", "2 min 5 s"."""
    if duration_ms < 1000:
        return f"{round(duration_ms)} ms"
    if duration_ms < 60_000:
        return f"{duration_ms / 1000:.2f} s"
    minutes, rest = divmod(round(duration_ms / 1000), 60)
    return f"{minutes} min {rest} s"


def state_words(head: TraceHead) -> str:
    """How a turn stands."""
    if head.is_running:
        return "Running"
    if head.is_failed and head.error_kind:
        return f"Failed: {head.error_kind.replace('_', ' ')}"
    return _STATES.get(Outcome(head.outcome), head.outcome) if head.outcome in set(Outcome) else head.outcome


def cost_words(head: TraceHead) -> str:
    """What a turn cost."""
    if not head.usage:
        return ""
    cost = head.usage.get("cost_micro_usd")
    if not isinstance(cost, int):
        return "price unknown"
    return dollars(cost) if cost else "Free"


def token_words(head: TraceHead) -> str:
    """The tokens of a turn."""
    if not head.usage:
        return "–"
    return f"{head.usage.get('input_tokens', 0):,} in, {head.usage.get('output_tokens', 0):,} out"


def day_words(day: date, today: date, locale: QLocale) -> str:
    """The heading of a day in the list."""
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return shown_date(day, locale)


def local(moment: str) -> datetime:
    """A record's time, where the person is."""
    return datetime.fromisoformat(moment).astimezone()


def span_name(span: SpanRecord) -> str:
    """What a span is called."""
    match span.kind:
        case Kind.TURN:
            return "Turn" if not span.provider else f"Turn · {span.provider}"
        case Kind.GENERATION:
            return f"Model call · {span.model or span.name}"
        case Kind.TOOL:
            return f"Tool · {span.name}"
        case _:
            return f"{span.kind} · {span.name}"


def parts_words(span: SpanRecord) -> str:
    """How long a span took, and of a model call how long it was waited for."""
    words = seconds(span.duration_ms)
    if span.time_to_first_token_ms is not None:
        words += f", of it {seconds(span.time_to_first_token_ms)} waiting"
    return words if span.outcome == Outcome.COMPLETE else f"{words}, {span.outcome}"


def happenings(spans: Sequence[SpanRecord]) -> list[tuple[float, str]]:
    """What happened, in sentences, each with the seconds since the beginning."""
    if not spans:
        return []
    begin = datetime.fromisoformat(spans[0].started_at)
    told: list[tuple[datetime, str]] = []
    for span in spans:
        began, ended = datetime.fromisoformat(span.started_at), datetime.fromisoformat(span.ended_at)
        if span.kind == Kind.GENERATION:
            told.append((began, f"Sent to {span.model or 'the model'}{_tokens(span, 'input_tokens')}"))
            if span.time_to_first_token_ms is not None:
                told.append((began + timedelta(milliseconds=span.time_to_first_token_ms), "First piece of the reply"))
            told.append((ended, f"{_ENDS.get(span.outcome, 'Ended')}{_tokens(span, 'output_tokens')}"))
        elif span.kind == Kind.TOOL:
            told.append((began, f"Tool {span.name}: {'done' if span.outcome == Outcome.COMPLETE else span.outcome}"))
        told += [(_at(event, began), _event_words(event)) for event in span.events]
        if span.error is not None:
            told.append((ended, f"{span.error.kind.replace('_', ' ').capitalize()}. {span.error.message}".strip()))
    told.sort(key=lambda one: one[0])
    return [(max((at - begin).total_seconds(), 0.0), words) for at, words in told]


def what_was_sent(spans: Sequence[SpanRecord]) -> list[Sent]:
    """The parts of the first model call's input by their length; empty where content was left out."""
    first = next((span for span in spans if span.kind == Kind.GENERATION and isinstance(span.input, list)), None)
    if first is None:
        return []
    lengths: dict[str, int] = {}
    for message in first.input if isinstance(first.input, list) else ():
        if isinstance(message, dict):
            name = _ROLES.get(str(message.get("role")), _ROLES_REST)
            lengths[name] = lengths.get(name, 0) + _length(message)
    total = sum(lengths.values())
    return [Sent(name, length, length / total) for name, length in lengths.items() if length] if total else []


_ENDS: Final[dict[str, str]] = {Outcome.COMPLETE: "Finished", Outcome.FAILED: "Failed", Outcome.STOPPED: "Stopped"}


def _tokens(span: SpanRecord, name: str) -> str:
    count = (span.usage or {}).get(name)
    return f", {count:,} tokens" if isinstance(count, int) else ""


def _length(value: Any) -> int:  # noqa: ANN401 - a JSON value
    match value:
        case str():
            return len(value)
        case dict():
            return sum(_length(item) for name, item in value.items() if name not in {"role", "type"})
        case list():
            return sum(map(_length, value))
        case _:
            return 0


def _at(event: dict[str, Any], began: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(event.get("at")))
    except ValueError:
        return began


def _event_words(event: dict[str, Any]) -> str:
    name = str(event.get("name", "")).replace("_", " ").capitalize()
    rest = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in event.items() if key not in {"name", "at"})
    return f"{name}: {rest}" if rest else name
