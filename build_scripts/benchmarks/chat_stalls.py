"""How long the window's thread is held up while replies stream, and what hours of streaming leave behind."""

import gc
import time
from collections import Counter
from itertools import pairwise
from typing import Final

import psutil
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from build_scripts.benchmarks.chat_texts import shown, text_of, thrown_away
from build_scripts.benchmarks.measure import Measure
from desktop_app.ui.chat.items import CoachText, YouItem
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme

_DELTA_CHARS: Final = 10
_SECONDS: Final = 8
_FRAME_MS: Final = 33.0
_P99_MS: Final = 8.0
_BURST: Final = 20_000
# At 30 replies of 4,000 characters an hour this is eight hours of talking.
_REPLIES: Final = 240


def run(theme: Theme) -> list[Measure]:
    """Stalls at two rates behind 190,000 characters, a burst, and what grows."""
    measures: list[Measure] = []
    for rate in (100, 1_000):
        gaps = _stalls(theme, rate)
        p99 = gaps[int(len(gaps) * 0.99)]
        measures.append(Measure(f"stall at {rate:,} deltas/s, p99 to 8 ms", p99 / _P99_MS, "ms", 1.0, _P99_MS))
        measures.append(
            Measure(f"longest stall at {rate:,} deltas/s to 33 ms", gaps[-1] / _FRAME_MS, "ms", 1.0, _FRAME_MS)
        )
    return [*measures, *_burst(theme), *_hours(theme)]


class _Feeder(QObject):
    """Hands deltas to a view at a rate, and notes at each turn of the loop how long the thread has computed.

    Its own computing is what holds the window up; what other programs take of the machine is not counted.
    """

    def __init__(self, view: ThreadView, text: str, rate: int) -> None:
        super().__init__()
        self._view = view
        self._text = text
        self._rate = rate
        self._began = time.perf_counter()
        self._at = 0
        self.turns: list[float] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._feed)
        self._timer.start(0)

    @property
    def is_done(self) -> bool:
        """Whether all is fed."""
        return self._at >= len(self._text)

    def _feed(self) -> None:
        now = time.perf_counter()
        self.turns.append(time.thread_time())
        due = int((now - self._began) * self._rate) * _DELTA_CHARS
        while self._at < min(due, len(self._text)):
            self._view.append_text(2, self._text[self._at : self._at + _DELTA_CHARS])
            self._at += _DELTA_CHARS
        time.sleep(0.0005)  # a loop that never rests would hide what it waits for


def _streaming_view(theme: Theme, text: str) -> ThreadView:
    view = ThreadView(theme)
    shown(view)
    view.set_items([YouItem(1, "Make me a plan."), CoachText(2, text, is_streaming=True)])
    QApplication.processEvents()
    return view


def _stalls(theme: Theme, rate: int) -> list[float]:
    """What the window's thread computed between turns of the loop, in milliseconds, sorted."""
    view = _streaming_view(theme, text_of("mixed text", 190_000))
    gc.collect()
    feeder = _Feeder(view, text_of("mixed text", rate * _SECONDS * _DELTA_CHARS), rate)
    while not feeder.is_done:
        QApplication.processEvents()
    thrown_away(view)
    return sorted((later - earlier) * 1000 for earlier, later in pairwise(feeder.turns))


def _burst(theme: Theme) -> list[Measure]:
    view = _streaming_view(theme, "")
    text = text_of("mixed text", _BURST * _DELTA_CHARS)
    began = time.thread_time()
    longest = 0.0
    for at in range(0, len(text), _DELTA_CHARS):
        view.append_text(2, text[at : at + _DELTA_CHARS])
    view.finish_text(2)
    while view.is_behind:
        before = time.thread_time()
        view.flush()
        QApplication.processEvents()
        longest = max(longest, time.thread_time() - before)
    took = time.thread_time() - began
    thrown_away(view)
    return [
        Measure("20,000 deltas at once, shown after, to 1 s", took, "s", 1.0, 1.0),
        Measure("longest stall of 20,000 deltas at once to 33 ms", longest * 1000 / _FRAME_MS, "ms", 1.0, _FRAME_MS),
    ]


def _hours(theme: Theme) -> list[Measure]:
    """Many replies into one view: what the second half adds to memory and to Qt's objects."""
    view = ThreadView(theme)
    shown(view)
    text = text_of("mixed text", 4_000)
    process = psutil.Process()
    state: list[tuple[int, int]] = []
    for number in range(_REPLIES):
        key = number * 10
        view.append_item(YouItem(key, "Go on."))
        view.append_item(CoachText(key + 1, "", is_streaming=True))
        for at in range(0, len(text), 200):
            view.append_text(key + 1, text[at : at + 200])
            view.flush()
        view.finish_text(key + 1)
        QApplication.processEvents()
        if number in {_REPLIES // 2 - 1, _REPLIES - 1}:
            gc.collect()
            state.append((process.memory_info().rss, _qt_objects()))
    thrown_away(view)
    (rss, objects), (later_rss, later_objects) = state
    grown = max(later_rss - rss, 0) / 1e6
    return [
        Measure("memory that 120 replies add, to 15 MB", grown / 15, "MB", 1.0, 15.0),
        Measure("Qt objects after 240 replies to those after 120", later_objects / objects, "objects", 1.0, objects),
    ]


def _qt_objects() -> int:
    """How many timers, documents and other objects of Qt Python holds."""
    return sum(Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, QObject)).values())
