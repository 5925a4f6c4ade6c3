"""How a turn is told on the command line: as words for a person, or as JSON lines for a program."""

from typing import Final, Protocol

from desktop_app.cli.console import Console, plain
from desktop_app.domain.messages import MessageStatus
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import AppError
from desktop_app.llm.event_json import (
    JsonObject,
    error_json,
    event_json,
    json_line,
    notice_json,
    started_json,
    stopped_json,
    switched_json,
)
from desktop_app.llm.events import HistoryFolded, Notice, RetryScheduled, TextDelta, ToolCall, ToolResult
from desktop_app.services.chat import Switched, TurnEnded, TurnEvent, TurnStarted

STOPPED_IN_REPLY: Final = "Stopped. What came so far is kept in the chat."
STOPPED_BEFORE: Final = "Stopped before anything was sent."
_RESULT_LENGTH: Final = 200


class Output(Protocol):
    """Tells one turn."""

    def take(self, event: TurnEvent) -> None:
        """Tell an event of the turn."""

    def note(self, text: str) -> None:
        """Say what is waited for before the turn."""

    def fail(self, error: AppError) -> None:
        """Say why there is no turn."""

    def stop(self) -> None:
        """Say that the person stopped before the turn began."""


class PlainOutput:
    """The reply's text on standard output; results of tools and what else is to know beside it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._wrote = False
        self._line_is_open = False

    def take(self, event: TurnEvent) -> None:
        """Tell an event; see `Output`."""
        match event:
            case TextDelta(text) if text:
                self._write(text)
            case ToolCall():
                self._end_line()
            case ToolResult():
                self._console.tell(_short(event.text) if event.ok else f"Not done: {_short(event.text)}")
            case Notice(text):
                self._console.tell(text)
            case HistoryFolded(fold):
                self._console.tell(
                    f"{fold.message_count} earlier messages are told to the model as a summary from now on."
                )
            case RetryScheduled():
                again = f"again in {event.delay_s:.0f} s, try {event.attempt} of {event.of}"
                self._console.tell(f"{event.text}; {again}")
            case Switched(chosen, to):
                self._console.tell(f"{chosen.provider} is unavailable; {to.provider} answers with {to.model}")
            case TurnEnded():
                self._end_line()
                if event.error is not None:
                    self.fail(event.error)
                elif event.message.status is MessageStatus.STOPPED:
                    self._console.tell(STOPPED_IN_REPLY)
            case _:
                pass

    def note(self, text: str) -> None:
        """Say what is waited for; see `Output`."""
        self._console.tell(text)

    def fail(self, error: AppError) -> None:
        """Say why there is no turn; see `Output`."""
        self._console.tell(str(error))

    def stop(self) -> None:
        """Say that it was stopped; see `Output`."""
        self._console.tell(STOPPED_BEFORE)

    def _write(self, text: str) -> None:
        """Write a piece; texts with a tool call between them are paragraphs of their own."""
        begins = self._wrote and not self._line_is_open
        self._console.write(plain("\n" + text if begins else text))
        self._wrote = self._line_is_open = True

    def _end_line(self) -> None:
        if self._line_is_open:
            self._console.write("\n")
            self._line_is_open = False


class JsonOutput:
    """Every event as a line of JSON, and nothing else; see `llm/event_json.py`."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def take(self, event: TurnEvent) -> None:
        """Tell an event; see `Output`."""
        match event:
            case TurnStarted(conversation, _, coach):
                choice = ModelChoice(coach.provider or "", coach.model or "")
                self._write(started_json(conversation.id, coach.id, choice))
            case TurnEnded(message, error):
                if error is not None:
                    self.fail(error)
                elif message.status is MessageStatus.STOPPED:
                    self._write(stopped_json(STOPPED_IN_REPLY))
            case Switched():
                self._write(switched_json(event.chosen, event.to, event.error))
            case _:
                self._write(event_json(event))

    def note(self, text: str) -> None:
        """Say what is waited for; see `Output`."""
        self._write(notice_json(text))

    def fail(self, error: AppError) -> None:
        """Say why there is no turn; see `Output`."""
        self._write(error_json(error))

    def stop(self) -> None:
        """Say that it was stopped; see `Output`."""
        self._write(stopped_json(STOPPED_BEFORE))

    def _write(self, value: JsonObject) -> None:
        self._console.write(json_line(value))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _RESULT_LENGTH else line[:_RESULT_LENGTH].rstrip() + "…"
