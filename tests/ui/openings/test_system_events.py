"""Files and links that macOS hands to a program that runs already."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop_app.ui.openings.system_events import SystemOpenings


@pytest.mark.parametrize(("platform", "heard"), [("darwin", ["goalgetter://goal/1"]), ("linux", [])])
def test_a_link_comes_as_an_event_there_and_no_event_is_looked_at_elsewhere(
    qapp: QApplication, platform: str, heard: list[str]
) -> None:
    openings = SystemOpenings(qapp, platform)
    opened: list[str] = []
    openings.opened.connect(opened.append)
    QApplication.sendEvent(qapp, QFileOpenEvent(QUrl("goalgetter://goal/1")))
    qapp.removeEventFilter(openings)
    assert opened == heard
