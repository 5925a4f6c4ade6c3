"""A paragraph without a line break while it grows: what is decided in it is parsed once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from desktop_app.ui.chat.blocks import Context
from desktop_app.ui.chat.markdown import Parsing, parse_blocks
from desktop_app.ui.chat.units import CODE, Run, Unit, UnitKind, chunks

# Of an end that the parser has more to say of than this, the beginning is shown; the end of the stream reads all of it.
MOST_EVENTS: Final = 10_000
# What is parsed again with every piece is between these.
_WINDOW: Final = 4_000
_LEFT_OPEN: Final = 800
_MOST_DECIDED: Final = 12_000
_TRIES: Final = 3
# A letter behind a space begins no block and stands beside no mark.
_CUT: Final = re.compile(r"(?<= )[A-Za-z]")
_END: Final = "x"
_FORMULA: Final = re.compile(r"\$|\\[(\[]")
_PAIR: Final = re.compile(r"\[[^\[\]]*\]")
# What is still there of these after a parse may find its counterpart further on.
_OPEN_MARK: Final = re.compile(r"[*_~`<\\\[\]]")


class OpenLine:
    """Parses a line that only grows. Asked for another one, it must be made anew."""

    def __init__(self) -> None:
        self._at = 0
        self._try_from = _WINDOW
        self._form: Unit | None = None
        self._units: list[Unit] = []
        self._runs: list[Run] = []

    def units(self, line: str, shown: str, context: Context) -> list[Unit] | None:
        """The units of `line`, whose end is shown as that of `shown` for now; None where it is no plain paragraph."""
        parsing = Parsing(shown[self._at :], context if self._at == 0 else Context())
        parsing.step(MOST_EVENTS)
        if not parsing.is_done:
            parsing.break_off()
        units = parsing.units
        if parsing.is_done and not _is_paragraph(units):
            return None
        if self._form is not None:
            units = self._joined(units)
        if parsing.is_done and len(line) - self._at > self._try_from:
            self._decide(line, context)
        return units

    @property
    def decided(self) -> int:
        """How many characters of the line are not looked at again."""
        return self._at

    def _joined(self, units: Sequence[Unit]) -> list[Unit]:
        runs = _merged([*self._runs, *_runs_of(units)])
        return [*self._units, *self._formed(chunks(runs))]

    def _formed(self, pieces: Iterable[tuple[Run, ...]]) -> list[Unit]:
        """Units of the line's form; the first of all has its marker and its gap."""
        form = self._form
        if form is None:
            raise ValueError("nothing is decided yet")
        goes_on = replace(form, marker="", gap=0, is_continued=True)
        first = not self._units
        return [replace(form if first and i == 0 else goes_on, runs=piece) for i, piece in enumerate(pieces)]

    def _decide(self, line: str, context: Context) -> None:
        """Take what nothing further on can change out of the window."""
        end = min(len(line) - _LEFT_OPEN, self._at + _MOST_DECIDED)
        cuts = [match.start() for match in _CUT.finditer(line, self._at + _LEFT_OPEN, end)]
        for cut in reversed(cuts[:: max(len(cuts) // _TRIES, 1)]):
            part = line[self._at : cut]
            if _FORMULA.search(part):
                continue
            units, _ = parse_blocks(part + _END, context if self._at == 0 else Context())
            runs = _runs_of(units)
            if not _is_paragraph(units) or not _is_decided(runs) or runs[-1].link:
                continue
            runs[-1] = runs[-1]._replace(text=runs[-1].text.removesuffix(_END))
            self._form = self._form or replace(units[0], runs=())
            *whole, rest = chunks(_merged([*self._runs, *runs]))
            self._units += self._formed(whole)
            self._runs = list(rest)
            self._at = cut
            self._try_from = _WINDOW
            return
        self._try_from = 2 * (len(line) - self._at)


def _is_paragraph(units: Sequence[Unit]) -> bool:
    return bool(units) and all(
        unit.kind is UnitKind.TEXT and unit.level == 0 and unit.is_continued == (i > 0) for i, unit in enumerate(units)
    )


def _is_decided(runs: Iterable[Run]) -> bool:
    text = "".join(run.text for run in runs if not run.style & CODE and not run.link)
    return not _OPEN_MARK.search(_PAIR.sub("", text))


def _runs_of(units: Iterable[Unit]) -> list[Run]:
    return [run for unit in units for run in unit.runs]


def _merged(runs: Iterable[Run]) -> list[Run]:
    """Runs of one look that follow each other are one, as the parser gives them."""
    found: list[Run] = []
    for run in runs:
        if found and found[-1][1:] == run[1:]:
            found[-1] = found[-1]._replace(text=found[-1].text + run.text)
        else:
            found.append(run)
    return found
