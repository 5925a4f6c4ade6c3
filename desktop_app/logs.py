"""Logging to a rotated file: what happened, never what was said."""

import logging
import sys
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

from desktop_app.telling import told

_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

WINDOW_LOG = "goalgetter.log"
COMMANDS_LOG = "commands.log"

_FORMAT = "%(asctime)s %(levelname)s %(trace_id)s %(name)s: %(message)s"
_MAX_BYTES = 1_000_000
_NOISY = (
    "httpx",
    "httpx2",
    "httpcore",
    "openai",
    "anthropic",
    "aiosqlite",
    "qasync",
    "asyncio",
    "openai.agents",
    "alembic",
)


def start_logging(
    folder: Path,
    clean: Callable[[str], str],
    trace_id: Callable[[], str],
    *,
    file_name: str = WINDOW_LOG,
    level: int = logging.INFO,
) -> None:
    """Log to `folder`, or to standard error where that folder cannot be written.

    Each line, its traceback included, is written as `clean` gives it back; `trace_id` says in which turn it was made.
    Two processes must not rotate one file, so the window and the commands have one each.
    """
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / file_name, maxBytes=_MAX_BYTES, backupCount=3, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(clean, trace_id))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    # At INFO these write addresses and bodies of requests.
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Lines(logging.Formatter):
    def __init__(self, clean: Callable[[str], str], trace_id: Callable[[], str]) -> None:
        super().__init__(_FORMAT)
        self._clean = clean
        self._trace_id = trace_id

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's name
        """What failed and where; what an error says may be what somebody wrote."""
        return "\n".join(told(ei[1])) if ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        record.trace_id = self._trace_id()
        record.exc_text = None  # another handler may have kept its own words there
        return self._clean(super().format(record))
