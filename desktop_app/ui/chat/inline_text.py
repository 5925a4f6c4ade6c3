"""The text of one paragraph, heading or cell while the parser tells it: words, their look, where they lead."""

from typing import Final

from desktop_app.ui.chat.math_source import MathSource
from desktop_app.ui.chat.units import BOLD, ITALIC, STRUCK, Run, allowed_link, with_bare_links

STYLES: Final = {"Emphasis": ITALIC, "Strong": BOLD, "Strikethrough": STRUCK}

# Nobody writes a paragraph with more changes of look than this; what comes behind them is shown without.
_MOST_RUNS: Final = 5_000


class InlineText:
    """Gathers runs; text of one look becomes one run, however many events brought it."""

    def __init__(self, math: MathSource | None) -> None:
        self._math = math
        self._before_math: tuple[int, list[str], tuple[int, str]] = (0, [], (0, ""))
        self._runs: list[Run] = []
        self._parts: list[str] = []
        self._look = (0, "")
        self._styles: list[int] = []
        self._links: list[str] = []

    def open_style(self, name: str) -> None:
        """What follows is of this style too."""
        self._styles.append(STYLES[name])

    def close_style(self) -> None:
        """The style that was opened last ends."""
        self._styles.pop()

    def open_link(self, address: str, *, is_email: bool, is_picture: bool) -> None:
        """What follows leads to `address` if that may be opened. A picture is a link with a word before it."""
        self._links.append(allowed_link(f"mailto:{address}" if is_email else address))
        if is_picture:
            self.write("Image: ")

    def close_link(self) -> None:
        """The link that was opened last ends."""
        self._links.pop()

    def write(self, text: str, style: int = 0) -> None:
        """Add text in the look of the moment, and in `style`."""
        for mark in self._styles:
            style |= mark
        look = (style, next((link for link in reversed(self._links) if link), ""))
        if len(self._runs) > _MOST_RUNS:
            look = (0, "")
        if look != self._look:
            self._end_run()
            self._look = look
        self._parts.append(text)

    def write_from(self, text: str, start: int) -> None:
        """Add text that begins at byte `start` of the source; formulas in it are added as they are written there."""
        if self._math is None:
            self.write(text)
            return
        for piece in self._math.pieces(text, start):
            if isinstance(piece, str):
                self.write(piece)
            elif piece.source:
                count, parts, self._look = self._before_math
                del self._runs[count:]
                self._parts = [*parts, piece.source]
            else:
                self.write("")  # the look of the text here, not that of what stood before it
                self._parts = ["".join(self._parts)]
                self._before_math = (len(self._runs), list(self._parts), self._look)

    def take(self) -> list[Run]:
        """The text so far; it is over."""
        if self._math is not None:
            self._math.forget()
        self._end_run()
        runs, self._runs = self._runs, []
        return runs

    def _end_run(self) -> None:
        if self._parts:
            if text := "".join(self._parts):
                self._runs.extend(with_bare_links(Run(text, *self._look)))
            self._parts.clear()
