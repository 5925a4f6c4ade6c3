"""A lock that programs hold on a file, so that only one of them changes what lies beside it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PATIENCE_S: Final = 1.0
_PAUSE_S: Final = 0.01

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(path: Path, patience_s: float = _PATIENCE_S) -> Iterator[bool]:
    """Hold the lock of `path`, which is made where it is not there; says whether it was to be had in time.

    Waits in the calling thread. Raises OSError if the file cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # Closing gives the lock back, and so does the end of a program.
        yield _has_locked(descriptor, patience_s)
    finally:
        os.close(descriptor)


def _has_locked(descriptor: int, patience_s: float) -> bool:
    until = time.monotonic() + patience_s
    while True:
        try:
            _try_lock(descriptor)
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(_PAUSE_S)
        else:
            return True
