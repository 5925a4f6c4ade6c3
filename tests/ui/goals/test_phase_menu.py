"""What the coach helps with is chosen in a menu, kept, and locked where it is set outside."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.goals import UserPhase
from desktop_app.services.preferences import Preferences
from desktop_app.services.settings import SettingsService
from desktop_app.settings import read_sources
from desktop_app.storage.database import Database
from desktop_app.storage.preferences import PreferenceRepository
from desktop_app.ui.goals.phase_menu import PhaseMenu
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.controls import menu
from tests.ui.goals.waiting import settled


@pytest.mark.parametrize("set_outside", [False, True])
async def test_it_is_chosen_and_kept_or_locked(qtbot: QtBot, tmp_path: Path, set_outside: bool) -> None:
    database = await Database.open(tmp_path / "goalgetter.db")
    preferences = Preferences(PreferenceRepository(database))
    await preferences.load()
    environment = {"GOALGETTER_USER_PHASE": "tracking"} if set_outside else {}
    settings = SettingsService(read_sources((), environment, tmp_path), preferences)
    errors: list[BaseException] = []
    runner, window = TaskRunner(errors.append), QWidget()
    qtbot.addWidget(window)
    phases = PhaseMenu(menu(window), settings, runner)
    assert phases.menu.isEnabled() is not set_outside
    assert phases.choices["tracking" if set_outside else "automatic"].isChecked()
    if not set_outside:
        phases.choices["goal_setting"].trigger()
        await settled(runner)
        assert UserPhase(settings.current.goals.user_phase) is UserPhase.GOAL_SETTING
        assert phases.choices["goal_setting"].isChecked()
    assert errors == []
    await runner.close()
    await database.close()
