"""The chat view: what a streamed piece costs at the start and at the end, and what opening costs."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Final

from build_scripts.benchmarks.measure import Measure

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from desktop_app.ui.chat.items import CoachText, ThreadItem, YouItem
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme, ThemeMode

DELTAS: Final = 20_000
_DELTA_CHARS: Final = 10
# At 100 deltas a second a frame of 33 ms holds three.
_DELTAS_A_FRAME: Final = 3
_SAMPLE: Final = (
    "Three runs a week will get you there, with **one long run** on Sunday and `easy` days between them. "
    "Read [the plan](https://example.org/plan) before you change anything, and keep the pace at which you can talk.\n\n"
    "- **Tuesday:** thirty minutes, slow enough to talk\n"
    "- **Thursday:** forty minutes with *four* strides at the end\n"
    "- **Sunday:** the long run, one kilometre more each week\n\n"
    "| Week | Distance | Note |\n|---|--:|---|\n| 1 | 6 km | all easy |\n| 2 | 7 km | all easy |\n"
    "| 3 | 8 km | rest after |\n\n"
    "```python\npace = minutes / kilometres\nprint(f'{pace:.2f}')\n```\n\n"
)
_SHAPES: Final = {
    "mixed text": _SAMPLE,
    "one code fence": "total = total + distance * pace\n",
    "one list": "- an item of the list with **some** words\n",
    "one table": "| a cell | another one | 12 km |\n",
}
_OPENINGS: Final = {"one code fence": "```python\n", "one table": "| a | b | c |\n|---|---|--:|\n"}


def run() -> list[Measure]:
    """All measures; takes about a minute."""
    application = QApplication.instance() or QApplication([])
    theme = Theme(ThemeMode.LIGHT)
    if isinstance(application, QApplication):
        theme.apply(application)
    measures = _stream_long(theme)
    for shape in _SHAPES:
        if shape != "mixed text":
            measures.append(_stream_shape(theme, shape))
    return measures + _open_conversations(theme)


def _text(shape: str, length: int) -> str:
    piece = _SHAPES[shape]
    return (_OPENINGS.get(shape, "") + piece * (length // len(piece) + 1))[:length]


def _shown(widget: QWidget) -> None:
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.resize(760, 700)
    widget.show()
    QApplication.processEvents()


def _cpu_us(work: Callable[[], object]) -> float:
    began = time.process_time_ns()
    work()
    QApplication.processEvents()
    return (time.process_time_ns() - began) / 1000


class _Pair(QObject):
    """The view and a bare text field, fed the same pieces in the same frames."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.view = ThreadView(theme)
        self.bare = QPlainTextEdit()
        for widget in (self.view, self.bare):
            _shown(widget)
        self.view.set_items([YouItem(1, "Make me a plan."), CoachText(2, "", is_streaming=True)])

    def frames(self, text: str) -> Iterator[tuple[float, float]]:
        """Per frame the CPU of the view and of the bare field, in µs per delta."""
        step = _DELTA_CHARS * _DELTAS_A_FRAME
        for at in range(0, len(text), step):
            piece = text[at : at + step]
            view = _cpu_us(lambda: self._feed_view(piece))  # noqa: B023 - called at once
            bare = _cpu_us(lambda: self._feed_bare(piece))  # noqa: B023
            yield view / _DELTAS_A_FRAME, bare / _DELTAS_A_FRAME

    def _feed_view(self, piece: str) -> None:
        for at in range(0, len(piece), _DELTA_CHARS):
            self.view.append_text(2, piece[at : at + _DELTA_CHARS])
        self.view.flush()

    def _feed_bare(self, piece: str) -> None:
        cursor = self.bare.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        cursor.insertText(piece)
        self.bare.setTextCursor(cursor)
        self.bare.ensureCursorVisible()

    def close(self) -> None:
        for widget in (self.view, self.bare):
            widget.close()
            widget.deleteLater()
        QApplication.processEvents()


def _stream_long(theme: Theme) -> list[Measure]:
    """20,000 deltas: the last tenth against the tenth after the view has filled, and all against the bare field."""
    pair = _Pair(theme)
    costs = list(pair.frames(_text("mixed text", DELTAS * _DELTA_CHARS)))
    pair.close()
    tenth = len(costs) // 10
    # The first frames paint a view that is still partly empty.
    start = _mean(view for view, _ in costs[tenth // 4 : tenth // 4 + tenth])
    end = _mean(view for view, _ in costs[-tenth:])
    view, bare = _mean(view for view, _ in costs), _mean(bare for _, bare in costs)
    longest = max(view for view, _ in costs) * _DELTAS_A_FRAME / 1000
    return [
        Measure("cost per delta, end of 20,000 to start", end / start, "µs", 1.25, start),
        Measure("cost per delta to a bare QPlainTextEdit", view / bare, "µs", 1.5, bare),
        Measure("longest frame of 20,000 deltas to 33 ms", longest / 33, "ms", 1.0, 33.0),
    ]


def _stream_shape(theme: Theme, shape: str) -> Measure:
    pair = _Pair(theme)
    costs = list(pair.frames(_text(shape, 50_000)))
    pair.close()
    tail = costs[-len(costs) // 4 :]
    bare = _mean(bare for _, bare in tail)
    return Measure(
        f"cost per delta at 50k, {shape}, to QPlainTextEdit", _mean(v for v, _ in tail) / bare, "µs", 1.5, bare
    )


def _mean(values: Iterator[float]) -> float:
    """The mean without the outermost hundredths, which belong to the machine."""
    ordered = sorted(values)
    cut = len(ordered) // 100
    return statistics.fmean(ordered[cut : len(ordered) - cut])


def _conversation(messages: int) -> list[ThreadItem]:
    text = (_SAMPLE * 2)[:580]
    return [YouItem(i, text[:200]) if i % 2 else CoachText(i, text) for i in range(messages)]


def _open_conversations(theme: Theme) -> list[Measure]:
    large = _opening_ms(theme, _conversation(10_000))
    text = "\n\n".join(item.markdown if isinstance(item, CoachText) else "You" for item in _conversation(10_000))
    bare = min(_bare_opening_ms(text) for _ in range(3))
    return [
        Measure("opening 10,000 messages to QPlainTextEdit.setPlainText", large / bare, "ms", 1.0, bare),
    ]


def _opening_ms(theme: Theme, items: list[ThreadItem]) -> float:
    view = ThreadView(theme)
    _shown(view)
    found = min(_cpu_us(lambda: view.set_items(items)) for _ in range(3)) / 1000
    view.close()
    view.deleteLater()
    return found


def _bare_opening_ms(text: str) -> float:
    bare = QPlainTextEdit()
    _shown(bare)
    found = _cpu_us(lambda: bare.setPlainText(text)) / 1000
    bare.close()
    bare.deleteLater()
    return found
