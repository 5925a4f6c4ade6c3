"""How long hostile texts hold up the window's thread, parsing included, whatever is done with them."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QApplication

from build_scripts.benchmarks.chat_texts import shown, thread_ms, thrown_away
from build_scripts.benchmarks.hostile_texts import HOSTILE_TEXTS
from build_scripts.benchmarks.measure import Measure
from desktop_app.ui.chat.items import CoachText, ReasoningItem, ThreadItem, YouItem
from desktop_app.ui.chat.thread_stream import MOST_A_FRAME
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme

_LONGEST_MS: Final = 100.0


def run(theme: Theme) -> list[Measure]:
    """The longest stall of each way to meet such a text; which text it was is printed if it is over the limit."""
    stalls: dict[str, tuple[float, str]] = {}
    for name, text in HOSTILE_TEXTS.items():
        view = ThreadView(theme)
        shown(view)
        for way, stall in _ways(view, text).items():
            stalls[way] = max(stalls.get(way, (0.0, "")), (stall, name))
        thrown_away(view)
    for way, (stall, name) in stalls.items():
        if stall > _LONGEST_MS:
            print(f"{way}: {stall:.0f} ms with {name}")
    return [
        Measure(
            f"longest stall of {len(HOSTILE_TEXTS)} hostile texts, {way}, to 100 ms",
            stall / _LONGEST_MS,
            "ms",
            1.0,
            _LONGEST_MS,
        )
        for way, (stall, _) in stalls.items()
    ]


def _ways(view: ThreadView, text: str) -> dict[str, float]:
    found = {"streamed": _streamed(view, text)}
    found["found in"] = max(thread_ms(partial(view.finder.search, "zz")), _settled(lambda: view.finder.is_searching))
    view.finder.clear()
    bar = view.verticalScrollBar()
    found["scrolled and resized"] = max(
        *(thread_ms(partial(bar.setValue, bar.maximum() * part // 4)) for part in (3, 1, 0)),
        *(thread_ms(partial(view.resize, width, 700)) for width in (600, 760)),
        _settled(lambda: view.is_reading),
    )
    opened: tuple[ThreadItem, ...] = (
        CoachText(1, text),
        YouItem(1, text),
        ReasoningItem(1, text, "Thoughts", is_open=True),
    )
    found["opened"] = max(_opened(view, item) for item in opened)
    return found


def _streamed(view: ThreadView, text: str) -> float:
    """In frames as full as they may be."""
    view.set_items([YouItem(1, "Hello"), CoachText(2, "", is_streaming=True)])
    longest = 0.0
    for at in range(0, len(text), MOST_A_FRAME):
        view.append_text(2, text[at : at + MOST_A_FRAME])
        longest = max(longest, thread_ms(view.flush))
    longest = max(longest, thread_ms(partial(view.finish_text, 2)))
    return max(longest, _settled(lambda: view.is_behind or view.is_reading))


def _opened(view: ThreadView, item: ThreadItem) -> float:
    longest = thread_ms(partial(view.set_items, [item]))
    return max(longest, _settled(lambda: view.is_reading))


def _settled(is_on: Callable[[], object]) -> float:
    """The longest turn of the loop until nothing more is to be done."""
    longest = 0.0
    while is_on():
        longest = max(longest, thread_ms(lambda: None))
    QApplication.processEvents()
    return longest
