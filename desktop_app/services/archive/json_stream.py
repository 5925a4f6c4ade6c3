"""Reads the conversations of a large JSON file one at a time, so that only one is in memory."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from desktop_app.errors import InvalidValueError

_CHUNK: Final = 1 << 18
_MOST_OF_ONE: Final = 1 << 28  # characters of one conversation: more is no conversation
_MEMBER: Final = "conversations.json"
# An array, alone or as the last field of an object whose other fields before it are plain.
_HEAD: Final = re.compile(
    r'\ufeff?\s*(?:\{(?P<fields>(?:\s*"\w+"\s*:\s*(?:"[^"\\]{0,200}"|-?\d{1,9}|true|false|null)\s*,){0,20})'
    r'\s*"conversations"\s*:)?\s*\[',
)
_FORMAT: Final = re.compile(r'"format"\s*:\s*"([^"\\]*)"')
_VERSION: Final = re.compile(r'"version"\s*:\s*(\d+)')
_SPACE: Final = re.compile(r"[\s,]*")

NO_CONVERSATIONS: Final = (
    "“{name}” holds no conversations that can be read. Take the file that GoalGetter, ChatGPT or Claude exported."
)
CUT: Final = "“{name}” ends in the middle or is damaged, so nothing was imported. Export or download it again."
TOO_NEW: Final = "“{name}” was exported by a newer GoalGetter. Update this one, then import it again."


class JsonStream:
    """The elements of the array in one open file. `format` and `version` are those of its head, if it tells any."""

    def __init__(self, file: IO[str], name: str) -> None:
        self._file = file
        self._name = name
        self._decoder = json.JSONDecoder()
        self._rest = file.read(_CHUNK)
        head = _HEAD.match(self._rest)
        if head is None:
            raise InvalidValueError(NO_CONVERSATIONS.format(name=name))
        fields = head["fields"] or ""
        found = _FORMAT.search(fields)
        self.format = found[1] if found else None
        version = _VERSION.search(fields)
        self.version = int(version[1]) if version else None
        self._at = head.end()

    def __iter__(self) -> Iterator[object]:
        """Each element. Raises InvalidValueError where the file ends in the middle or is no JSON."""
        while True:
            self._skip_space()
            if self._rest[self._at : self._at + 1] == "]":
                return
            yield self._element()

    def _skip_space(self) -> None:
        while True:
            match = _SPACE.match(self._rest, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._rest):
                return
            self._read(_CHUNK)

    def _element(self) -> object:
        size = _CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._rest, self._at)
            except RecursionError as error:
                raise InvalidValueError(CUT.format(name=self._name)) from error
            except ValueError:
                # More of it may come; twice as much each time, so that a long one is not read again and again.
                self._read(size)
                size *= 2
                continue
            if end == len(self._rest) and not isinstance(value, dict | list):
                raise InvalidValueError(NO_CONVERSATIONS.format(name=self._name))
            self._at = end
            return value

    def _read(self, size: int) -> None:
        """Read on. Raises InvalidValueError at the end of the file, and for what has no end."""
        more = self._file.read(size)
        if not more or len(self._rest) - self._at > _MOST_OF_ONE:
            raise InvalidValueError(CUT.format(name=self._name))
        self._rest = self._rest[self._at :] + more
        self._at = 0


@contextmanager
def conversations_in(path: Path) -> Iterator[JsonStream]:
    """The conversations in a JSON file, or in `conversations.json` of a ZIP file. Raises InvalidValueError."""
    try:
        with _opened(path) as file:
            yield JsonStream(file, path.name)
    except (UnicodeDecodeError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise InvalidValueError(CUT.format(name=path.name)) from error
    except OSError as error:
        raise InvalidValueError(f"“{path.name}” cannot be read, so nothing was imported. Is it still there?") from error


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    if not zipfile.is_zipfile(path):
        with path.open(encoding="utf-8") as file:
            yield file
        return
    with zipfile.ZipFile(path) as archive:
        member = next((name for name in archive.namelist() if name.rpartition("/")[2] == _MEMBER), None)
        if member is None:
            raise InvalidValueError(NO_CONVERSATIONS.format(name=path.name))
        with archive.open(member) as raw, io.TextIOWrapper(raw, encoding="utf-8") as file:
            yield file
