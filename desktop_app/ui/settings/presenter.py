"""Joins the settings window to the settings, the keys and the doctor."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app import __version__
from desktop_app.errors import AppError
from desktop_app.services.keys import KeyService, Verdict
from desktop_app.services.settings import SettingsService
from desktop_app.settings import Settings
from desktop_app.ui.models.key_presenter import KeyPresenter
from desktop_app.ui.settings.values import text_of
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme

if TYPE_CHECKING:
    # Only named here: the start does without them.
    from desktop_app.services.doctor.report import Finding
    from desktop_app.ui.settings.window import SettingsWindow

_log = logging.getLogger(__name__)
_LICENCES = "The licences of all that an installed GoalGetter brings along are in the folder “licences” of the program."
_TONES = {Verdict.WORKS: "accent", Verdict.REFUSED: "danger", Verdict.UNTRIED: "warn"}


@dataclass(frozen=True, slots=True)
class SettingsServices:
    """What the settings window is filled from; `examine` looks at everything as `goalgetter doctor` does."""

    settings: SettingsService
    keys: KeyService
    examine: "Callable[[], Awaitable[Sequence[Finding]]]"


class SettingsPresenter(QObject):
    """Makes the window when it is first asked for; it then follows each change, wherever it was made."""

    def __init__(
        self,
        make_window: "Callable[[], SettingsWindow]",
        theme: Theme,
        services: SettingsServices,
        runner: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._make_window = make_window
        self._theme = theme
        self._it = services
        self._runner = runner
        self._window: SettingsWindow | None = None
        self._key_dialog: KeyPresenter | None = None
        self._is_examining = False

    def open(self) -> None:
        """Show the window."""
        window = self._made()
        window.show()
        window.raise_()
        window.activateWindow()

    def close(self) -> None:
        """Close the window, if it is open: it must not outlive the one it belongs to."""
        if self._window is not None:
            self._window.close()

    def _made(self) -> "SettingsWindow":
        if self._window is None:
            window = self._window = self._make_window()
            self._key_dialog = KeyPresenter(window, self._theme, self._it.keys, self._runner)
            for provider in self._it.keys.providers:
                row = window.add_key(provider, self._it.keys.state(provider).label)
                row.replace_requested.connect(self._key_dialog.open)
                row.test_requested.connect(self._test)
                row.remove_requested.connect(self._remove)
            window.entered.connect(self._keep)
            window.page_chosen.connect(self._turn)
            self._it.settings.subscribe(self._show)
            self._it.keys.subscribe(self._show_keys)
            self._show(self._it.settings.current)
        return self._window

    def _show(self, settings: Settings) -> None:
        for setting_id, row in self._made().rows.items():
            outside = self._it.settings.set_outside(setting_id)
            row.show_value(text_of(settings, row.declared), settings.origin(setting_id), outside)
        self._show_keys()

    def _show_keys(self) -> None:
        for provider, row in self._made().keys.items():
            state = self._it.keys.state(provider)
            words = f"{state.masked}, {state.origin.hint}" if state.masked else "No key"
            has_key = bool(state.masked)
            row.show_key(
                f"{words}. {state.trouble}".strip(), has_key=has_key, can_remove=has_key and state.is_entered_here
            )

    def _keep(self, setting_id: str, text: str) -> None:
        refuse = partial(self._refuse, setting_id)
        self._runner.start(self._kept(setting_id, text), name="keep a setting", on_error=refuse)

    async def _kept(self, setting_id: str, text: str) -> None:
        await self._it.settings.keep(setting_id, text)
        row = self._made().rows[setting_id]
        settings = self._it.settings.current
        row.accept(text)
        row.show_value(text_of(settings, row.declared), settings.origin(setting_id), None)
        _log.info("the setting %s was changed", setting_id)

    def _refuse(self, setting_id: str, error: AppError) -> None:
        self._made().rows[setting_id].refuse(str(error))

    def _test(self, provider: str) -> None:
        row = self._made().keys[provider]
        row.tell("Testing…")
        self._runner.start(self._tested(provider), name="test a key", on_error=partial(self._tell_failed, provider))

    async def _tested(self, provider: str) -> None:
        trial = await self._it.keys.test(provider)
        self._made().keys[provider].tell(trial.words, _TONES[trial.verdict])

    def _remove(self, provider: str) -> None:
        self._runner.start(self._removed(provider), name="remove a key", on_error=partial(self._tell_failed, provider))

    async def _removed(self, provider: str) -> None:
        await self._it.keys.remove(provider)
        self._made().keys[provider].tell("Removed.")

    def _tell_failed(self, provider: str, error: AppError) -> None:
        self._made().keys[provider].tell(str(error), "danger")

    def _turn(self, page: str) -> None:
        if page == "About" and not self._is_examining:
            self._is_examining = True
            self._made().about.setText(f"{_about()}\n\nLooking how it is set up…")
            self._runner.start(self._examined(), name="look how it is set up")

    async def _examined(self) -> None:
        try:
            findings = await self._it.examine()
        finally:
            self._is_examining = False
        told = [f"{one.name}: {one.text} {one.advice}".strip() for one in findings]
        self._made().about.setText("\n\n".join([_about(), *told]))


def _about() -> str:
    return f"GoalGetter {__version__}\n{_LICENCES}"
