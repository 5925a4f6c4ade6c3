"""What the system hands to a program that runs already: on macOS files and links come as events."""

import sys

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class SystemOpenings(QObject):
    """Emits `opened` with each file or link that the system hands over."""

    opened = Signal(str)

    def __init__(self, application: QApplication, platform: str = sys.platform) -> None:
        super().__init__(application)
        # Elsewhere it would look at every event for nothing.
        if platform == "darwin":
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002 - Qt's signature
        if isinstance(event, QFileOpenEvent):
            self.opened.emit(event.file() or event.url().toString())
            return True
        return False
