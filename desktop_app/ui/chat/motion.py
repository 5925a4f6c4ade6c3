"""What moves by itself in the thread: spinners and waiting dots, and only while they are in sight."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

_STEP_MS: Final = 120


class Motion(QObject):
    """Counts steps while something in sight moves and motion is wanted at all."""

    def __init__(self, step: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self.phase = 0
        self._step = step
        self._is_reduced = False
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._tick)

    def is_active(self) -> bool:
        """Whether steps are counted at the moment."""
        return self._timer.isActive()

    def set_reduced(self, reduced: bool) -> None:
        """Whether nothing may move."""
        self._is_reduced = reduced

    def mind(self, wanted: bool) -> None:
        """Go on or stand still, by whether something in sight moves."""
        wanted = wanted and not self._is_reduced
        if wanted != self._timer.isActive():
            if wanted:
                self._timer.start()
            else:
                self._timer.stop()

    def _tick(self) -> None:
        self.phase += 1
        self._step()
