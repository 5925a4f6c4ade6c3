"""Logging to a rotated file: what happened, never what was said."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

WINDOW_LOG = "goalgetter.log"
COMMANDS_LOG = "commands.log"

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
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


def start_logging(folder: Path, *, file_name: str = WINDOW_LOG, level: int = logging.INFO) -> None:
    """Log to `folder`, or to standard error where that folder cannot be written.

    Two processes must not rotate one file, so the window and the commands have one each.
    """
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / file_name, maxBytes=_MAX_BYTES, backupCount=3, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    # At INFO these write addresses and bodies of requests.
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
