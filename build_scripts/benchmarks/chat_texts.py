"""What the chat's benchmarks share: texts of every shape, a screen to show them on, the clock of the processor."""

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from build_scripts.benchmarks.chat_server import SAMPLE
from desktop_app.ui.chat.items import CoachText, ThreadItem, YouItem
from desktop_app.ui.theme.theme import Theme, ThemeMode

SHAPES: Final = {
    "mixed text": SAMPLE,
    "one code fence": "total = total + distance * pace\n",
    "one list": "- an item of the list with **some** words\n",
    "one table": "| a cell | another one | 12 km |\n",
    "one paragraph": "words of a paragraph that never ends, with **some** of them loud, ",
}
_OPENINGS: Final = {"one code fence": "```python\n", "one table": "| a | b | c |\n|---|---|--:|\n"}


def themed_application() -> Theme:
    """The application, made if there is none, in the light theme."""
    application = QApplication.instance() or QApplication([])
    theme = Theme(ThemeMode.LIGHT)
    if isinstance(application, QApplication):
        theme.apply(application)
    # As the program does: it collects between turns, and what it has imported is out of the way.
    gc.collect()
    gc.freeze()
    gc.disable()
    return theme


def text_of(shape: str, length: int) -> str:
    """So many characters of one shape."""
    piece = SHAPES[shape]
    return (_OPENINGS.get(shape, "") + piece * (length // len(piece) + 1))[:length]


def conversation(messages: int) -> list[ThreadItem]:
    """So many messages of 200 and 580 characters in turn."""
    text = (SAMPLE * 2)[:580]
    return [YouItem(i, text[:200]) if i % 2 else CoachText(i, text) for i in range(messages)]


def shown(widget: QWidget) -> None:
    """Show a widget as large as the chat's pane, where nobody sees it."""
    widget.resize(760, 700)
    widget.show()
    QApplication.processEvents()


def thrown_away(widget: QWidget) -> None:
    """Close a widget for good."""
    widget.close()
    widget.deleteLater()
    QApplication.processEvents()


def cpu_ms(work: Callable[[], object]) -> float:
    """The processor's time for `work` and the painting after it, in milliseconds."""
    began = time.process_time_ns()
    work()
    QApplication.processEvents()
    return (time.process_time_ns() - began) / 1e6


def thread_ms(work: Callable[[], object]) -> float:
    """The window's thread's time for `work` and the turn of the loop after it, in milliseconds."""
    began = time.thread_time_ns()
    work()
    QApplication.processEvents()
    return (time.thread_time_ns() - began) / 1e6


def trimmed_mean(values: Iterable[float]) -> float:
    """The mean without the outermost hundredths, which belong to the machine."""
    ordered = sorted(values)
    cut = len(ordered) // 100
    return statistics.fmean(ordered[cut : len(ordered) - cut])
