"""Markdown into units. CommonMark with tables, task lists and strikethrough; HTML stays text, pictures become links."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import pyromark

from desktop_app.ui.chat.blocks import Block, Context, UnitBuilder
from desktop_app.ui.chat.math_source import MathSource, may_hold_math
from desktop_app.ui.chat.units import Unit

_OPTIONS: Final = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_TASKLISTS | pyromark.Options.ENABLE_STRIKETHROUGH
)
_EVENTS_A_STEP: Final = 200


class Parsing:
    """A parse that can be done bit by bit: the parser hands out its events one at a time."""

    def __init__(self, source: str, context: Context | None = None) -> None:
        math = MathSource(source) if may_hold_math(source) else None
        self._builder = UnitBuilder(context or Context(), math)
        # Where there may be formulas each text is to stand in one piece of the source.
        self._events: Iterator[Any] = pyromark.events_with_range(source, options=_OPTIONS, merge_text=math is None)
        self.is_done = False

    @property
    def units(self) -> list[Unit]:
        """The units so far."""
        return self._builder.units

    @property
    def blocks(self) -> list[Block]:
        """The blocks at the top level so far."""
        return self._builder.blocks

    def step(self, events: int = _EVENTS_A_STEP) -> None:
        """Go on for about a millisecond, or for so many of the parser's events."""
        count = 0
        for event, span in islice(self._events, events):
            self._builder.take(event, span["start"])
            count += 1
        self.is_done = count < events

    def break_off(self) -> None:
        """Make units of the text so far; there is no going on after that."""
        self._builder.break_off()

    def finish(self) -> None:
        """Go on to the end."""
        for event, span in self._events:
            self._builder.take(event, span["start"])
        self.is_done = True


def parse(source: str) -> tuple[Unit, ...]:
    """The units of a whole text."""
    return tuple(parse_blocks(source, Context())[0])


def parse_blocks(source: str, context: Context) -> tuple[list[Unit], list[Block]]:
    """The units and top-level blocks of `source`, which includes the context's prefix."""
    parsing = Parsing(source, context)
    parsing.finish()
    return parsing.units, parsing.blocks
