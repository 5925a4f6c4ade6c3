"""Standard output and error for commands: UTF-8 everywhere, and quiet once the reader has left."""

import errno
import io
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TextIO

from desktop_app.llm.surrogates import without_surrogates

# A model's words must not move the cursor or colour the screen; tabs and line ends are text.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]")


class Console:
    """Writes at once. When the output cannot be written any more, `on_lost` is called, once, and the rest is dropped.

    `loss` is then the reason; the reader's leaving (a closed pipe) is one.
    """

    def __init__(self, out: TextIO | None, err: TextIO | None) -> None:
        self._out = out
        self._err = err
        self.loss: OSError | None = None
        self.on_lost: Callable[[], None] | None = None

    @classmethod
    def standard(cls) -> "Console":
        """The process's own streams; either may be missing, as in a Windows program without a console."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        return cls(sys.stdout, sys.stderr)

    @property
    def reader_left(self) -> bool:
        """Whether the output is lost because nobody reads it."""
        # Windows says that an argument is invalid.
        return self.loss is not None and self.loss.errno in {errno.EPIPE, errno.EINVAL}

    def write(self, text: str) -> None:
        """Write `text` to standard output as it is."""
        if self._out is None or self.loss is not None:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except OSError as error:
            self.loss = error
            _drop(self._out)
            if self.on_lost is not None:
                self.on_lost()

    def tell(self, text: str) -> None:
        """Write `text` to standard error, as one line beside the output; to nobody where the reader has left."""
        if self._err is None or self.reader_left:
            return
        with suppress(OSError):
            self._err.write(plain(" ".join(text.split())) + "\n")
            self._err.flush()


def plain(text: str) -> str:
    """`text` as a terminal may be given it: without control characters and halves of characters."""
    return _CONTROLS.sub("", without_surrogates(text))


def _drop(stream: TextIO) -> None:
    """Lead what is still held back nowhere, so that Python does not complain of it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
