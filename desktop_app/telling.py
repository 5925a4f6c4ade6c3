"""What may be told of an error where others may read it: what it was and where it came from, in nobody's words."""

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MOST_FRAMES: Final = 40
# What these say is about the program; the words of any other may hold what somebody wrote.
_TELLING: Final = (
    AttributeError,
    ImportError,
    IndexError,
    MemoryError,
    NameError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ZeroDivisionError,
)
_OF_QT: Final = "Internal C++ object ("


def told(error: BaseException) -> Iterator[str]:
    """What an error was and where it came from, the first cause last: no values, no lines of code, no one's words."""
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        if seen:
            yield "\nBecause of:"
        seen.add(id(now))
        yield f"{type(now).__module__}.{type(now).__qualname__}{_words(now)}"
        for frame in traceback.extract_tb(now.__traceback__)[-_MOST_FRAMES:]:
            yield f"  {place(frame.filename)}:{frame.lineno} in {frame.name}"
        if isinstance(now, BaseExceptionGroup):
            for part in now.exceptions:
                yield "\nIn it:"
                yield from told(part)
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f": {error.strerror} ({error.errno})" if error.errno else ""
    text = str(error)
    if isinstance(error, _TELLING) or (isinstance(error, RuntimeError) and text.startswith(_OF_QT)):
        return f": {text[:300]}"
    return " (its words are left out, as they may be yours)" if text else ""


def place(file: str) -> str:
    """A file's place within the program: nobody's name, which is in most paths."""
    parts = Path(file).parts
    for start in ("desktop_app", "site-packages", "_internal", "lib"):
        if start in parts:
            return "/".join(parts[parts.index(start) :])
    return Path(file).name
