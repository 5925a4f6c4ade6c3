"""The least a Qt program can do: an empty window that says when it has painted first, to compare GoalGetter with."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class BareWindow(QMainWindow):
    """Prints `first_paint` once it is drawn, and ends the program."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, and report when that is done."""
        super().paintEvent(event)
        QTimer.singleShot(0, self._report)

    def _report(self) -> None:
        print("first_paint", flush=True)
        QApplication.exit(0)


if __name__ == "__main__":
    application = QApplication(sys.argv)
    window = BareWindow()
    window.resize(1280, 800)
    window.show()
    sys.exit(application.exec())
