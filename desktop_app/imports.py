"""Heavy imports in a thread, without making the window stutter."""

import gc
import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_lock = threading.Lock()


def import_quietly(name: str) -> ModuleType:
    """Import module `name`; meant for a thread beside the window's."""
    with quiet_imports():
        return importlib.import_module(name)


@contextmanager
def quiet_imports() -> Iterator[None]:
    """Keep the garbage collector off while modules are imported, and what they made out of its way for good.

    Collections are what stalls the window's thread meanwhile: they hold the interpreter for up to 0.2 s and find
    nothing in fresh modules.
    """
    with _lock:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            yield
            gc.freeze()
        finally:
            if was_enabled:
                gc.enable()
