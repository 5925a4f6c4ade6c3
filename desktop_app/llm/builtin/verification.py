"""Checks a model file by its SHA-256, once: what was found right is remembered as long as the file stays as it is."""

import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final, TypeAlias

from desktop_app.llm.builtin.problems import WeightsError

_log = logging.getLogger(__name__)

OnProgress: TypeAlias = Callable[[str, float], None]
"""Is told, in whichever thread works, what is being done and how much of it is (0 to 1)."""

CHUNK_BYTES: Final = 4 * 1024 * 1024
GGUF_MAGIC: Final = b"GGUF"


class CancelledWork(Exception):  # noqa: N818 - no error: somebody asked for it
    """The work was ended from outside; what is half done may be taken up again."""


def raise_if_cancelled(cancelled: Event) -> None:
    """Raise CancelledWork once `cancelled` is set."""
    if cancelled.is_set():
        raise CancelledWork


class VerifiedFiles:
    """Remembers in a small JSON file which files had which hash, with their size and time of change."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory

    def is_right(self, path: Path, sha256: str, on_progress: OnProgress, cancelled: Event) -> bool:
        """Whether the file has this hash; reads it whole unless it is known. Raises OSError, CancelledWork."""
        stamp = _stamp(path)
        known = self._read()
        if known.get(str(path)) == {**stamp, "sha256": sha256}:
            return True
        if file_sha256(path, on_progress, cancelled) != sha256:
            return False
        known[str(path)] = {**stamp, "sha256": sha256}
        self._write(known)
        return True

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name and remember what is known of it under that one. Raises OSError."""
        old.replace(new)
        known = self._read()
        if str(old) in known:
            known[str(new)] = known.pop(str(old))
            self._write(known)

    def _read(self) -> dict[str, object]:
        try:
            known = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _write(self, known: dict[str, object]) -> None:
        try:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            self._memory.write_text(json.dumps(known, indent=1), encoding="utf-8")
        except OSError:
            _log.info("the hash of a model file could not be remembered; it is computed again next time")


def file_sha256(path: Path, on_progress: OnProgress, cancelled: Event) -> str:
    """The SHA-256 of a file in hexadecimal. Raises OSError, CancelledWork."""
    digest = hashlib.sha256()
    size = max(1, path.stat().st_size)
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            raise_if_cancelled(cancelled)
            digest.update(chunk)
            done += len(chunk)
            on_progress("Checking the model's file", done / size)
    return digest.hexdigest()


def check_is_gguf(path: Path) -> None:
    """Raise WeightsError if `path` is no readable GGUF file."""
    advice = "Choose another file in GOALGETTER_BUILTIN_FILE or GOALGETTER_BUILTIN_MODEL, or leave both unset."
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except OSError as error:
        raise WeightsError(f"The model file {path} cannot be read ({error.strerror}).", advice) from error
    if magic != GGUF_MAGIC:
        raise WeightsError(f"The file {path} is no model in GGUF form.", advice)


def _stamp(path: Path) -> dict[str, int]:
    facts = path.stat()
    return {"size": facts.st_size, "mtime_ns": facts.st_mtime_ns}
