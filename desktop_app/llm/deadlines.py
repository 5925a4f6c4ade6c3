"""How long a model call may keep silent, counted by content: keep-alives without content do not count."""

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Any

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
        self._watch = _Watch(self._loop, self._loop.time() + deadlines.first_piece_s)
        self._started = time.perf_counter()
        self._first_piece_ms: int | None = None

    def waiting(self) -> "_Watch":
        """A context in which to wait for the next piece; raises TimeoutError when it is overdue."""
        return self._watch

    def piece_came(self) -> None:
        """Content came: the next piece has its own time."""
        self._watch.due = self._loop.time() + self._deadlines.between_pieces_s
        if self._first_piece_ms is None:
            self._first_piece_ms = self._elapsed_ms()

    @property
    def has_begun(self) -> bool:
        """Whether any content came."""
        return self._first_piece_ms is not None

    def timed(self, usage: Usage) -> Usage:
        """`usage` with the times of this call, which ends now."""
        self.stop()
        return replace(usage, time_to_first_token_ms=self._first_piece_ms, duration_ms=self._elapsed_ms())

    def stop(self) -> None:
        """The call ended."""
        self._watch.stop()

    def _elapsed_ms(self) -> int:
        return round((time.perf_counter() - self._started) * 1000)


class _Watch:
    """A time-out for many waits in a row, as `asyncio.timeout_at` is one for a single wait.

    It keeps one timer, which looks at `due` when it goes off: setting a timer for each piece costs as much as reading
    it. It cancels the task only while that waits, never while somebody else uses what came.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        self.due = due
        self._loop = loop
        self._timer: asyncio.Handle | None = None
        self._set_for = 0.0  # kept here: the timers of Qt's loop do not tell when they go off
        self._task: asyncio.Task[Any] | None = None
        self._cancelling: int | None = None  # the task's count of cancellations before ours

    def __enter__(self) -> None:
        self._task = asyncio.current_task(self._loop)
        if self._timer is None or self.due < self._set_for:
            self._set_timer()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        task, self._task = self._task, None
        if self._cancelling is None:
            return
        before, self._cancelling = self._cancelling, None
        if task is not None and task.uncancel() <= before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def stop(self) -> None:
        """Nothing is waited for any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set_timer(self) -> None:
        self.stop()
        self._set_for = self.due
        self._timer = self._loop.call_at(self.due, self._look)

    def _look(self) -> None:
        """Cancel the task that waits for what is overdue, else look again when that will be."""
        self._timer = None
        if self._task is None:
            return  # set again by whoever waits next
        if self._loop.time() < self.due:
            self._set_timer()
        elif self._cancelling is None:
            self._cancelling = self._task.cancelling()
            self._task.cancel()
