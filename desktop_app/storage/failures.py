"""What the database's errors mean to a person; the one place that knows its error codes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from desktop_app.errors import StorageError

CANNOT_WRITE: Final = (
    "GoalGetter cannot write to its database {path}; what is in it is safe. "
    "Allow writing to this file and its folder, then try again."
)
_IN_USE: Final = (
    "Another program is using GoalGetter's database {path}; nothing in it was changed. "
    "Close that program, then try again."
)
_DAMAGED: Final = (
    "GoalGetter's database {path} is damaged and was left as it is. "
    "Put a copy of yours in its place, or move it away to begin with an empty one."
)
NO_DATABASE: Final = (
    "The file {path} is no GoalGetter database and was left as it is. Move it away, then start GoalGetter again."
)
_SENTENCES: Final = {
    sqlite3.SQLITE_READONLY: CANNOT_WRITE,
    sqlite3.SQLITE_CANTOPEN: CANNOT_WRITE,
    sqlite3.SQLITE_PERM: CANNOT_WRITE,
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
    sqlite3.SQLITE_FULL: (
        "There is no room left for GoalGetter's database {path}; what was saved before is safe. "
        "Free some space on this disk, then try again."
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk refused to read or write GoalGetter's database {path}; what was saved before is safe. "
        "Check the disk and its free space, then try again."
    ),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: NO_DATABASE,
}


class InUseError(StorageError):
    """Another program holds the database; it may let go in a moment."""


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn failures with disk and file into StorageError; mistakes of our own (a wrong query) pass as they are."""
    try:
        yield
    except DBAPIError as error:
        raise _explained(error.orig, path) or error from error
    except sqlite3.Error as error:
        raise _explained(error, path) or error from error


def _explained(error: BaseException | None, path: Path) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", None)
    sentence = _SENTENCES.get(code & 0xFF) if isinstance(code, int) else None  # the low byte is the primary code
    kind = InUseError if sentence is _IN_USE else StorageError
    return kind(sentence.format(path=path)) if sentence else None
