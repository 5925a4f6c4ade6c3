"""The colours of whole pieces of code, found by Pygments in a thread beside the window's, once for each piece."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal

from desktop_app.imports import quiet_imports
from desktop_app.ui.chat.syntax import COMMENT, KEYWORD, NAME, NUMBER, STRING, Piece, is_coloured

# Beyond these the quick colours stay: a regular expression of a lexer may take its time, and holds the interpreter.
_MOST_CHARS: Final = 60_000
_LONGEST_LINE: Final = 2_000
_MOST_SECONDS: Final = 2.0
_MOST_KEPT: Final = 64
_TOKENS_A_TURN: Final = 50
# The first that a token's name begins with counts.
_TOKENS: Final = (
    ("Token.Comment", COMMENT),
    ("Token.Keyword", KEYWORD),
    ("Token.Operator.Word", KEYWORD),
    ("Token.Literal.String", STRING),
    ("Token.Literal.Number", NUMBER),
    ("Token.Name.Function", NAME),
    ("Token.Name.Class", NAME),
    ("Token.Name.Decorator", NAME),
    ("Token.Name.Tag", NAME),
    ("Token.Name.Builtin", NAME),
    ("Token.Name.Attribute", NAME),
    ("Token.Generic.Deleted", "danger"),
    ("Token.Generic.Inserted", "accent"),
)

Lines = Sequence[Sequence[Piece]]


class Code(NamedTuple):
    """A whole piece of code and its language."""

    language: str
    text: str


class CodeColors(QObject):
    """Knows the colours of the last pieces that were asked for; `ready` says that one more is known."""

    ready = Signal(object)  # Code
    _found = Signal(object, object)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._known: OrderedDict[Code, Lines] = OrderedDict()
        self._wanted: set[Code] = set()
        self._worker: ThreadPoolExecutor | None = None
        # Queued also where the worker was so quick that its report comes in the midst of asking.
        self._found.connect(self._keep, Qt.ConnectionType.QueuedConnection)

    def lines(self, code: Code) -> Lines | None:
        """The coloured parts by line, None as long as they are not known. Asking starts the search."""
        found = self._known.get(code)
        if found is not None:
            self._known.move_to_end(code)
        elif code not in self._wanted and is_searchable(code):
            self._wanted.add(code)
            self._worker = self._worker or ThreadPoolExecutor(1, "code colours")
            self._worker.submit(find_lines, code, self._clock).add_done_callback(partial(self._report, code))
        return found

    def _report(self, code: Code, future: "Future[Lines]") -> None:
        """Hand the result over to the window's thread; this one is the worker's, as a rule."""
        if not future.cancelled():
            self._found.emit(code, future.result() if future.exception() is None else ())

    def _keep(self, code: Code, lines: Lines) -> None:
        self._wanted.discard(code)
        self._known[code] = lines
        while len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
        if lines:
            self.ready.emit(code)


def is_searchable(code: Code) -> bool:
    """Whether Pygments is asked at all."""
    return (
        is_coloured(code.language)
        and len(code.text) <= _MOST_CHARS
        and max((len(line) for line in code.text.split("\n")), default=0) <= _LONGEST_LINE
    )


def find_lines(code: Code, clock: Callable[[], float]) -> Lines:
    """The coloured parts of `code` by line; nothing for a language that Pygments does not know. Takes a while."""
    make_lexer = _lexer_class(code.language)
    if make_lexer is None:
        return ()
    lines: list[list[Piece]] = [[]]
    offset = 0
    end_at = clock() + _MOST_SECONDS
    for number, (_, kind, text) in enumerate(make_lexer().get_tokens_unprocessed(f"{code.text}\n")):
        token = _token_of(str(kind))
        for part in _with_line_ends(text):
            if part == "\n":
                lines.append([])
                offset = 0
                continue
            if token:
                _extend(lines[-1], Piece(offset, offset + len(part), token))
            offset += len(part)
        if number % _TOKENS_A_TURN == 0:
            time.sleep(0)  # lets the window's thread have the interpreter
            if clock() > end_at:
                return ()
    return lines


@lru_cache(maxsize=128)
def _lexer_class(language: str) -> Callable[[], Any] | None:
    with quiet_imports():
        from pygments.lexers import find_lexer_class_by_name  # noqa: PLC0415 - only in the worker's thread
        from pygments.util import ClassNotFound  # noqa: PLC0415

        try:
            return find_lexer_class_by_name(language)
        except ClassNotFound:
            return None


def _extend(line: list[Piece], piece: Piece) -> None:
    """Add a part, or lengthen the last one if it has the same colour and ends where the part begins."""
    if line and line[-1].end == piece.start and line[-1].token == piece.token:
        piece = line.pop()._replace(end=piece.end)
    line.append(piece)


def _token_of(kind: str) -> str:
    return next((token for name, token in _TOKENS if kind.startswith(name)), "")


def _with_line_ends(text: str) -> Iterator[str]:
    for i, part in enumerate(text.split("\n")):
        if i:
            yield "\n"
        if part:
            yield part
