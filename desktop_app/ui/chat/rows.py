"""An item of the thread in units: heights known or guessed, layouts only for what is looked at."""

from abc import ABC, abstractmethod
from typing import Final

from desktop_app.ui.chat.display import Laid
from desktop_app.ui.chat.heights import HeightIndex
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import Action, ThreadItem

CHAR_PX: Final = 7.0
GUESSED_HEIGHT: Final = 44

FOLD: Final = "fold"
COPY_CODE: Final = "copy_code"


def utf16_length(text: str) -> int:
    """How long `text` is for Qt, which counts in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, start: int, end: int | None) -> str:
    """The part of `text` between two positions as Qt counts them; `end` None is the end."""
    if text.isascii():
        return text[start:end]
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[start * 2 : None if end is None else end * 2].decode("utf-16-le", "replace")


class Row(ABC):
    """An item and its units. Heights are guessed until a unit has been laid out for the width in force."""

    def __init__(self, item: ThreadItem, ink: Ink) -> None:
        self.key = item.key
        self.ink = ink
        self.width = 0
        self.laid: dict[int, Laid] = {}
        self.gap = 0
        self._heights: HeightIndex | None = None
        self._guess = GUESSED_HEIGHT

    @property
    def height(self) -> int:
        """Its height with the gap above it, as far as it is known."""
        return self.gap + (self._guess if self._heights is None else self._heights.total())

    @property
    def is_prepared(self) -> bool:
        """Whether its units are known."""
        return self._heights is not None

    @property
    def unit_count(self) -> int:
        """How many units have a place, once it is prepared."""
        return 0 if self._heights is None else len(self._heights)

    @property
    def is_unsettled(self) -> bool:
        """Whether it will be another in a moment, without more from outside."""
        return False

    @property
    def is_animated(self) -> bool:
        """Whether something of it moves."""
        return any(laid.moving is not None for laid in self.laid.values())

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be pressed in it, links in texts aside."""
        return ()

    def prepare(self, width: int) -> None:
        """Know the units for `width`; layouts of another width are dropped."""
        if width != self.width:
            self.width = width
            self.laid.clear()
        if self._heights is None:
            self._heights = HeightIndex(self.guess(i) for i in range(self.count()))

    def top(self, unit: int) -> int:
        """Where a unit begins, from the top of the row."""
        return self.gap + (0 if self._heights is None else self._heights.top(unit))

    def unit_height(self, unit: int) -> int:
        """The height of a unit as far as it is known."""
        return self._guess if self._heights is None else self._heights[unit]

    def find(self, y: int) -> int:
        """The unit at `y` from the top of the row."""
        return 0 if self._heights is None else self._heights.find(y - self.gap)

    def lay_out(self, unit: int) -> bool:
        """Lay out a unit unless it is; whether its height turned out to be another."""
        if unit in self.laid or self._heights is None:
            return False
        laid = self.laid[unit] = self.make(unit)
        changed = self._heights[unit] != laid.height
        self._heights.set(unit, laid.height)
        return changed

    def drop_layouts(self, keep_from: int = 0, keep_to: int = -1) -> None:
        """Drop all layouts but those of units from `keep_from` to `keep_to`."""
        self.laid = {unit: laid for unit, laid in self.laid.items() if keep_from <= unit <= keep_to}

    def forget_units(self, changed_from: int) -> None:
        """Units from `changed_from` on are others now; their layouts go and their heights are guessed again."""
        if self._heights is None:
            return
        count = self.count()
        for unit in range(changed_from, len(self._heights)):
            self.laid.pop(unit, None)
        kept = [self._heights[i] for i in range(changed_from, min(len(self._heights), count))]
        self._heights.truncate(changed_from)
        for unit in range(changed_from, count):
            at = unit - changed_from
            self._heights.append(kept[at] if at < len(kept) else self.guess(unit))

    def release(self) -> None:
        """Let go of all that can be made again; the height stays."""
        self.laid.clear()
        if self._heights is not None:
            self._guess = self._heights.total()
            self._heights = None

    def gap_before(self, unit: int) -> str:
        """What parts a unit from the one before when both are copied."""
        return "\n" if unit else ""

    @abstractmethod
    def count(self) -> int:
        """How many units it has."""

    def findable_count(self) -> int:
        """How many units can be searched, those that are folded away included."""
        return self.count()

    @abstractmethod
    def guess(self, unit: int) -> int:
        """The likely height of a unit, in pixels."""

    @abstractmethod
    def make(self, unit: int) -> Laid:
        """Lay a unit out for `width`."""

    @abstractmethod
    def text(self, unit: int) -> str:
        """What can be selected in a unit."""

    def copied(self, unit: int, start: int, end: int | None) -> str:
        """What is copied of a unit between two of its positions."""
        return utf16_slice(self.text(unit), start, end)
