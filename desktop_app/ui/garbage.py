"""Collects garbage on the window's thread alone.

Python collects wherever the next object happens to be made, the database's thread among others, and a Qt object that is
destroyed on a thread not its own takes its timers with it badly, or the whole program.
"""

import gc
from typing import Final

from PySide6.QtCore import QAbstractEventDispatcher, QObject, QTimer

_INTERVAL_MS: Final = 1_000
# How many rounds pass between two collections of everything; what modules are made of is frozen out of them.
_ROUNDS_TO_ALL: Final = 60
# To look through more takes longer than a frame may; a long conversation that was opened leaves ten times as much.
_MANY: Final = 50_000
# A window at rest takes a few turns a second: a caret blinks, a clock ticks.
_FEW_TURNS: Final = 12
_LONGEST_WAIT: Final = 600


class GarbageCollection(QObject):
    """Switches Python's own collecting off, for good, and collects at intervals while Qt's loop runs.

    What takes long waits until the window is at rest: nothing streams, nobody types or scrolls.
    """

    def __init__(self, parent: QObject, loading_rounds: int = _ROUNDS_TO_ALL) -> None:
        """In the first `loading_rounds` what is made in large numbers is data that stays, and is not looked through."""
        super().__init__(parent)
        gc.disable()
        self._loading_rounds = loading_rounds
        self._rounds = 0
        self._waited = 0
        self._turns = 0
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.awake.connect(self._count_turn)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect what is young, where enough was made since the last time, and now and then everything."""
        is_resting, self._turns = self._turns <= _FEW_TURNS, 0
        self._rounds += 1
        self._loading_rounds -= 1
        young = gc.get_count()[0]
        if self._rounds >= _ROUNDS_TO_ALL and is_resting:
            self._rounds = self._waited = 0
            gc.collect()
        elif young > _MANY and self._loading_rounds >= 0:
            gc.freeze()
        elif young > _MANY and not is_resting and self._waited < _LONGEST_WAIT:
            self._waited += 1
        elif young > gc.get_threshold()[0]:
            self._waited = 0
            gc.collect(1)

    def _count_turn(self) -> None:
        self._turns += 1
