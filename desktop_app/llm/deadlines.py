"""How long a model call may keep silent, counted by content: keep-alives without content do not count."""

import asyncio
import time
from dataclasses import dataclass, replace

from desktop_app.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The longest waits, in seconds.

    `loading_s` is for the first piece while a model is read into memory, `reasoning_s` for a model that thinks first
    and may be silent meanwhile.
    """

    connect_s: float = 10
    answer_s: float = 20  # for requests that are no model calls
    first_piece_s: float = 60
    loading_s: float = 300
    between_pieces_s: float = 120
    reasoning_s: float = 300

    @property
    def longest_s(self) -> float:
        """The longest silence there may be."""
        return max(self.first_piece_s, self.loading_s, self.between_pieces_s, self.reasoning_s)

    def while_loading(self) -> "Deadlines":
        """For a model that may have to be loaded before its first piece."""
        return replace(self, first_piece_s=max(self.first_piece_s, self.loading_s))

    def while_reasoning(self) -> "Deadlines":
        """For a model that may think in silence, before its reply and within it."""
        return replace(
            self,
            first_piece_s=max(self.first_piece_s, self.reasoning_s),
            between_pieces_s=max(self.between_pieces_s, self.reasoning_s),
        )


class CallClock:
    """Watches one model call; made when it starts. Needs a running loop."""

    def __init__(self, deadlines: Deadlines) -> None:
        self._deadlines = deadlines
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time() + deadlines.first_piece_s
        self._started = time.perf_counter()
        self._first_piece_ms: int | None = None

    def waiting(self) -> asyncio.Timeout:
        """A context in which to wait for the next piece; raises TimeoutError when it is overdue."""
        return asyncio.timeout_at(self._due)

    def piece_came(self) -> None:
        """Content came: the next piece has its own time."""
        self._due = self._loop.time() + self._deadlines.between_pieces_s
        if self._first_piece_ms is None:
            self._first_piece_ms = self._elapsed_ms()

    @property
    def has_begun(self) -> bool:
        """Whether any content came."""
        return self._first_piece_ms is not None

    def timed(self, usage: Usage) -> Usage:
        """`usage` with the times of this call, which ends now."""
        return replace(usage, time_to_first_token_ms=self._first_piece_ms, duration_ms=self._elapsed_ms())

    def _elapsed_ms(self) -> int:
        return round((time.perf_counter() - self._started) * 1000)
