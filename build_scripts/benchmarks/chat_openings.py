"""What it costs to open a conversation, to scroll in it and to resize it, and how much memory it takes."""

import gc
from functools import partial
from typing import Final

import psutil
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from build_scripts.benchmarks.chat_texts import conversation, cpu_ms, shown, thrown_away, trimmed_mean
from build_scripts.benchmarks.measure import Measure
from desktop_app.ui.chat.items import CoachText, ThreadItem
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme

_TRIES: Final = 5
_PAGES: Final = 60
_PAGE_MS: Final = 8.0
_FRAME_MS: Final = 33.0
_MEMORY_MB: Final = 15.0


def run(theme: Theme) -> list[Measure]:
    """First paint of 100 to 100,000 messages, memory, a page, a resize."""
    opened = {count: _opening_ms(theme, count) for count in (100, 1_000, 10_000, 100_000)}
    text = "\n\n".join(item.markdown if isinstance(item, CoachText) else "You" for item in conversation(10_000))
    bare = min(_bare_opening_ms(text) for _ in range(3))
    base = opened[1_000]
    return [
        *(
            Measure(f"first paint of {count:,} messages to that of 1,000", opened[count] / base, "ms", limit, base)
            for count, limit in ((100, 1.5), (10_000, 1.5), (100_000, 1.5))
        ),
        Measure(
            "first paint of 10,000 messages to QPlainTextEdit.setPlainText", opened[10_000] / bare, "ms", 1.0, bare
        ),
        Measure("memory of 10,000 messages to 15 MB", _memory_mb(theme) / _MEMORY_MB, "MB", 1.0, _MEMORY_MB),
        *_moving(theme),
    ]


def _opening_ms(theme: Theme, count: int) -> float:
    items = conversation(count)
    view = ThreadView(theme)
    shown(view)
    found = []
    for _ in range(_TRIES):
        # Without the rows that come in at the window's later turns, and without letting go of the last conversation.
        found.append(cpu_ms(partial(_open_and_paint, view, items)))
        view.complete()
        view.set_items([])
        QApplication.processEvents()
    thrown_away(view)
    return min(found)


def _open_and_paint(view: ThreadView, items: list[ThreadItem]) -> None:
    view.set_items(items)
    view.viewport().repaint()


def _bare_opening_ms(text: str) -> float:
    bare = QPlainTextEdit()
    shown(bare)
    found = cpu_ms(partial(bare.setPlainText, text))
    thrown_away(bare)
    return found


def _memory_mb(theme: Theme) -> float:
    items = conversation(10_000)
    view = ThreadView(theme)
    shown(view)
    view.set_items(items[:2])
    QApplication.processEvents()
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    view.set_items(items)
    view.complete()
    QApplication.processEvents()
    gc.collect()
    grown = (process.memory_info().rss - before) / 1e6
    thrown_away(view)
    return max(grown, 0.0)


def _moving(theme: Theme) -> list[Measure]:
    view = ThreadView(theme)
    shown(view)
    view.set_items(conversation(10_000))
    view.complete()
    QApplication.processEvents()
    bar = view.verticalScrollBar()
    pages = [cpu_ms(lambda: bar.setValue(bar.value() - bar.pageStep())) for _ in range(_PAGES)]
    resizes = [cpu_ms(partial(view.resize, 760 - step * 8, 700)) for step in range(20)]
    thrown_away(view)
    return [
        Measure("scrolling a page to 8 ms", trimmed_mean(pages) / _PAGE_MS, "ms", 1.0, _PAGE_MS),
        Measure("resizing, the longest of 20, to 33 ms", max(resizes) / _FRAME_MS, "ms", 1.0, _FRAME_MS),
    ]
