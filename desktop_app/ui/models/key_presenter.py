"""Joins the key dialog to the keys."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop_app.errors import AppError
from desktop_app.services.keys import KeyService, KeyState, Verdict
from desktop_app.settings.origins import Layer
from desktop_app.ui.models.key_dialog import KeyDialog, Result
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme

# Where each provider's keys are made.
_SITES: Final = {"claude": "console.anthropic.com/settings/keys", "openai": "platform.openai.com/api-keys"}


class KeyPresenter(QObject):
    """Opens one dialog at a time over the window."""

    def __init__(self, window: QWidget, theme: Theme, keys: KeyService, runner: TaskRunner) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._keys = keys
        self._runner = runner
        self._dialog: KeyDialog | None = None
        self._provider = ""
        self._trial: asyncio.Task[None] | None = None

    def open(self, provider: str) -> None:
        """Ask for the key of a provider; of one that takes none nothing is asked."""
        if self._dialog is not None or provider not in self._keys.providers:
            return
        self._provider = provider
        state = self._keys.state(provider)
        self._dialog = KeyDialog(self._theme, state.label, self._window)
        self._dialog.save_requested.connect(self._save)
        self._dialog.save_untried_requested.connect(self._save_untried)
        self._dialog.remove_requested.connect(self._remove)
        self._dialog.finished.connect(self._forget)
        self._show(state)
        self._dialog.open()
        self._start(self._look(), "look for a key")

    def _save(self, text: str) -> None:
        self._trial = self._start(self._try_and_keep(text), "test a key")

    def _save_untried(self, text: str) -> None:
        self._start(self._keep(text, "Saved without a test."), "save a key")

    def _remove(self) -> None:
        self._start(self._take_away(), "remove a key")

    async def _look(self) -> None:
        self._show(await self._keys.look(self._provider))

    async def _try_and_keep(self, text: str) -> None:
        with self._waiting():
            trial = await self._keys.try_key(self._provider, text)
        # What works is kept, also when the dialog closes meanwhile.
        self._trial = None
        if trial.verdict is Verdict.WORKS:
            await self._keep(text, f"{trial.words} Saved.")
        else:
            can_save = trial.verdict is Verdict.UNTRIED
            self._tell(trial.words, Result.UNSURE if can_save else Result.BAD, can_save_untried=can_save)

    async def _keep(self, text: str, words: str) -> None:
        with self._waiting():
            state = await self._keys.keep(self._provider, text)
        self._show(state)
        if self._dialog is not None:
            self._dialog.finish()
        self._tell(words, Result.GOOD)

    async def _take_away(self) -> None:
        with self._waiting():
            state = await self._keys.remove(self._provider)
        self._show(state)
        left = f"Removed. The key {state.origin.hint} is used."
        self._tell(left if state.masked else "Removed.", Result.NONE)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None] | None:
        return self._runner.start(work, name=name, on_error=self._fail)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """The dialog waits while the body runs, unless it is closed meanwhile."""
        dialog = self._dialog
        if dialog is not None:
            dialog.set_busy(True)
        try:
            yield
        finally:
            if dialog is not None and dialog is self._dialog:
                dialog.set_busy(False)

    def _fail(self, error: AppError) -> None:
        self._tell(str(error), Result.BAD)

    def _tell(self, words: str, result: Result, *, can_save_untried: bool = False) -> None:
        if self._dialog is not None:
            self._dialog.show_result(words, result, can_save_untried=can_save_untried)

    def _show(self, state: KeyState) -> None:
        if self._dialog is not None and state.provider == self._provider:
            self._dialog.show_key(_current_words(state), _place_words(state), can_remove=state.is_entered_here)

    def _forget(self) -> None:
        self._dialog = None
        if self._trial is not None:
            self._trial.cancel()
            self._trial = None


def _current_words(state: KeyState) -> str:
    """Which key is in force, or where one is made."""
    if state.masked:
        return f"In force: {state.masked}, {state.origin.hint}."
    site = _SITES.get(state.provider)
    return f"No key yet. You make one at {site}." if site else "No key yet."


def _place_words(state: KeyState) -> str:
    """Where a key that is entered is kept."""
    kept = "Kept in your system keychain, and in no file."
    if state.trouble:
        kept = f"{state.trouble} A key entered now counts until GoalGetter is closed."
    if state.outside is None or state.origin.layer is Layer.DEFAULT:
        return kept
    return f"{kept} The key {state.outside.hint} comes first again at the next start; change it there."
