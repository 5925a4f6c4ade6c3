"""Tab goes round the whole window and back, whatever is open in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.goals import GoalFields
from desktop_app.domain.revisions import YOU
from desktop_app.paths import Paths
from tests.e2e.test_main_job import Tried, started, until

MOST_STOPS = 150


@pytest.fixture
async def tried(tmp_path: Path, qtbot: QtBot) -> AsyncIterator[Tried]:
    tried = await started(Paths(data=tmp_path / "data", cache=tmp_path / "cache", logs=tmp_path / "logs"), qtbot)
    yield tried
    await tried.desktop.close()


def round_trip(key: Qt.Key) -> list[QWidget]:
    """What has the focus from one press to the next, until it comes back to where it began."""
    begin = QApplication.focusWidget()
    assert begin is not None
    stops = [begin]
    for _ in range(MOST_STOPS):
        QTest.keyClick(stops[-1], key)
        now = QApplication.focusWidget()
        assert now is not None
        if now is begin:
            return stops
        assert now not in stops, f"{now.accessibleName()} comes again before {begin.accessibleName()}"
        stops.append(now)
    raise AssertionError("Tab does not come back")


@pytest.mark.parametrize("tab", ["Plan", "Milestones", "Measures", "History"])
async def test_tab_leaves_the_goal_editor_and_shift_tab_goes_the_same_way_back(tried: Tried, tab: str) -> None:
    goal = (await tried.session.goals.create(GoalFields("Run", tags=("running",)), YOU)).goal
    tried.desktop.take_items((f"goalgetter://goal/{goal.id}",))
    editor = tried.desktop.shell.goal_editor
    await until(lambda: editor.goal_id == goal.id and tried.desktop.shell.window.is_editor_shown)
    next(one for one in editor.page.tabs.tabs if one.accessibleName().startswith(tab)).click()
    tried.desktop.shell.chat.composer.focus()
    there = round_trip(Qt.Key.Key_Tab)
    names = [stop.accessibleName() for stop in there]
    assert [one for one in ("New chat", "Goals and chats", "Goal title", "Deadline") if one not in names] == []
    back = round_trip(Qt.Key.Key_Backtab)
    assert [stop.accessibleName() for stop in back[1:]] == names[:0:-1]
