"""What the coach helps with, in the program's menu: setting goals, keeping at them, or what the goals say."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from desktop_app.domain.goals import UserPhase
from desktop_app.services.settings import SettingsService
from desktop_app.settings import Settings
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.controls import menu

_SETTING: Final = "goals.user_phase"
_WORDS: Final = {
    "automatic": "What fits my goals",
    UserPhase.GOAL_SETTING.value: "Finding and wording goals",
    UserPhase.TRACKING.value: "Keeping at my goals",
}


class PhaseMenu(QObject):
    """Shows and keeps the choice; what is set outside of the program cannot be chosen here."""

    def __init__(self, parent: QMenu, settings: SettingsService, runner: TaskRunner) -> None:
        super().__init__(parent)
        self._settings, self._runner = settings, runner
        self.menu = menu(parent)
        self.menu.setTitle("What the coach helps with")
        parent.addMenu(self.menu)
        group = QActionGroup(self)
        self.choices: dict[str, QAction] = {}
        for value, words in _WORDS.items():
            action = self.menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(partial(self._choose, value))
            group.addAction(action)
            self.choices[value] = action
        settings.subscribe(self._show)
        self._show(settings.current)

    def _show(self, settings: Settings) -> None:
        self.choices[str(settings.goals.user_phase)].setChecked(True)
        origin = self._settings.set_outside(_SETTING)
        self.menu.setEnabled(origin is None)
        self.menu.setToolTip("" if origin is None else f"Set by {origin}")

    def _choose(self, value: str, _checked: bool = False) -> None:
        self._runner.start(self._keep(value), name="keep what the coach helps with")

    async def _keep(self, value: str) -> None:
        try:
            await self._settings.keep(_SETTING, value)
        finally:
            self._show(self._settings.current)
