"""What a streamed piece costs at the start and at the end of a long reply, in text of every shape."""

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPlainTextEdit

from build_scripts.benchmarks.chat_texts import cpu_ms, shown, text_of, thrown_away, trimmed_mean
from build_scripts.benchmarks.measure import Measure
from desktop_app.ui.chat.items import CoachText, YouItem
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.theme.theme import Theme

_DELTA_CHARS: Final = 10
# At 100 deltas a second a frame of 33 ms holds three.
_DELTAS_A_FRAME: Final = 3
_FRAME_MS: Final = 33.0
_LONGEST: Final = 200_000
_POINTS: Final = (2_000, 10_000, 50_000, 200_000)


class _Frame(NamedTuple):
    """The cost of one frame per delta, in microseconds."""

    view: float
    bare: float


class _Pair(QObject):
    """The view and a bare text field, fed the same pieces in the same frames."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.view = ThreadView(theme)
        self.bare = QPlainTextEdit()
        for widget in (self.view, self.bare):
            shown(widget)
        self.view.set_items([YouItem(1, "Make me a plan."), CoachText(2, "", is_streaming=True)])

    def frames(self, text: str) -> Iterator[_Frame]:
        """Feed `text` to both, frame by frame."""
        step = _DELTA_CHARS * _DELTAS_A_FRAME
        for at in range(0, len(text), step):
            piece = text[at : at + step]
            view, bare = cpu_ms(partial(self._feed_view, piece)), cpu_ms(partial(self._feed_bare, piece))
            yield _Frame(view * 1000 / _DELTAS_A_FRAME, bare * 1000 / _DELTAS_A_FRAME)

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
        """Throw both away."""
        for widget in (self.view, self.bare):
            thrown_away(widget)


def run(theme: Theme) -> list[Measure]:
    """Costs per delta against a bare field, and how they grow."""
    measures = _stream_mixed(theme)
    for shape in ("one code fence", "one list", "one table", "one paragraph"):
        measures += _stream_shape(theme, shape)
    return measures


def _stream_mixed(theme: Theme) -> list[Measure]:
    pair = _Pair(theme)
    frames = list(pair.frames(text_of("mixed text", _LONGEST)))
    pair.close()
    costs = {point: _around(frames, point) for point in _POINTS}
    measures = [
        Measure(f"CPU per delta at {point // 1000}k to QPlainTextEdit", cost.view / cost.bare, "µs", 1.5, cost.bare)
        for point, cost in costs.items()
    ]
    start, end = costs[10_000].view, costs[200_000].view
    longest = max(frame.view for frame in frames) * _DELTAS_A_FRAME / 1000
    return [
        *measures,
        Measure("CPU per delta at 200k to 10k", end / start, "µs", 1.25, start),
        Measure("longest frame of 20,000 deltas to 33 ms", longest / _FRAME_MS, "ms", 1.0, _FRAME_MS),
    ]


def _around(frames: list[_Frame], point: int) -> _Frame:
    """The mean cost where the reply has about so many characters: a tenth to either side, a fifth before its end."""
    at = point // (_DELTA_CHARS * _DELTAS_A_FRAME)
    near = frames[int(at * 0.8) : int(at * 1.1) + 1]
    return _Frame(trimmed_mean(frame.view for frame in near), trimmed_mean(frame.bare for frame in near))


def _stream_shape(theme: Theme, shape: str) -> list[Measure]:
    pair = _Pair(theme)
    frames = list(pair.frames(text_of(shape, 50_000)))
    pair.close()
    cost = _around(frames, 50_000)
    if shape == "one paragraph":
        # A bare field lays such a paragraph out as a whole: here the aim is a frame.
        longest = max(frame.view for frame in frames[-len(frames) // 4 :]) * _DELTAS_A_FRAME / 1000
        return [Measure("longest frame at 50k, one paragraph, to 33 ms", longest / _FRAME_MS, "ms", 1.0, _FRAME_MS)]
    return [Measure(f"CPU per delta at 50k, {shape}, to QPlainTextEdit", cost.view / cost.bare, "µs", 1.5, cost.bare)]
