"""One answer of a comparison: what comes in becomes rows, figures and words about how far it is."""

from collections.abc import Callable
from datetime import date
from typing import Final

from desktop_app.domain.messages import Message, MessageStatus
from desktop_app.domain.usage import Usage
from desktop_app.llm.events import Event, HistoryFolded, ToolResult, UsageReported, is_piece
from desktop_app.services.chat import TurnControl, TurnEnded, TurnStarted
from desktop_app.ui.chat.live_turn import LiveTurn
from desktop_app.ui.compare.figures import Figures, figures_of

THINKING: Final = "Coach is thinking…"
_ENDINGS: Final = {
    MessageStatus.COMPLETE: "Done",
    MessageStatus.STOPPED: "Stopped",
    MessageStatus.FAILED: "Failed",
    MessageStatus.INTERRUPTED: "Interrupted",
}


class IncomingAnswer:
    """An answer while it comes in and after; `clock` gives seconds that only grow."""

    def __init__(
        self, started: TurnStarted, control: TurnControl, today: date, clock: Callable[[], float], name: str
    ) -> None:
        """`name` is the model's on screen."""
        self.live = LiveTurn(0, started.conversation.id, started.coach, {}, today, clock, control)
        self.live.wait(THINKING)
        self._clock = clock
        self._name = name
        self._began = clock()
        self._first_s: float | None = None
        self._ended_s = 0.0
        self._usage: Usage | None = None
        self.ended: Message | None = None

    @property
    def message(self) -> Message:
        """The answer's message; its parts are there once it has ended."""
        return self.ended or self.live.message

    @property
    def can_be_kept(self) -> bool:
        """Whether there is anything to keep: a first piece, or an end."""
        return self.ended is not None or self._first_s is not None

    @property
    def status(self) -> str:
        """For example “Writing, 6 s”, “Done in 9 s”."""
        if self.ended is not None:
            return ended_words(self.ended, self._ended_s)
        seconds = int(self._clock() - self._began)
        return f"Writing, {seconds} s" if self._first_s is not None else f"Waiting, {seconds} s"

    @property
    def figures(self) -> Figures:
        """What it took so far."""
        return figures_of((self.ended and self.ended.usage) or self._usage, self._first_s)

    def add(self, event: Event) -> bool:
        """Take one event of the turn; whether the figures are others now."""
        is_first = self._first_s is None and is_piece(event)
        if is_first:
            self._first_s = self._clock() - self._began
        self.live.add(event)
        if isinstance(event, ToolResult | HistoryFolded):
            self.live.wait(THINKING)
        elif isinstance(event, UsageReported):
            self._usage = event.usage if self._usage is None else self._usage.plus(event.usage)
        return is_first or isinstance(event, UsageReported)

    def end(self, event: TurnEnded) -> None:
        """The turn is over, well or not."""
        self._ended_s = self._clock() - self._began
        self.ended = event.message
        self.live.end(event.message, self._name)


def ended_words(message: Message, seconds: float | None = None) -> str:
    """How an answer ended; `seconds` is how long it took, where that is known."""
    words = _ENDINGS.get(message.status, "")
    is_done = message.status is MessageStatus.COMPLETE
    return f"{words} in {max(round(seconds), 1)} s" if is_done and seconds is not None else words
