"""Collects garbage on the window's thread alone.

Python collects wherever the next object happens to be made, the database's thread among others, and a Qt object that is
destroyed on a thread not its own takes its timers with it badly, or the whole program.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS: Final = 1_000
# How many rounds pass between two collections of everything; what modules are made of is frozen out of them.
_ROUNDS_TO_ALL: Final = 60


class GarbageCollection(QObject):
    """Switches Python's own collecting off, for good, and collects at intervals while Qt's loop runs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect what is young, where enough was made since the last time, and now and then everything."""
        self._rounds += 1
        if self._rounds >= _ROUNDS_TO_ALL:
            self._rounds = 0
            gc.collect()
        elif gc.get_count()[0] > gc.get_threshold()[0]:
            gc.collect(1)
