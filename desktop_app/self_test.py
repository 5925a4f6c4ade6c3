"""Tries the real application on a profile of its own and prints what it tried; for builds and for support."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from desktop_app import __version__
from desktop_app.app import Desktop, make_application, utc_now
from desktop_app.domain.goals import Goal
from desktop_app.domain.providers import ProviderEntry
from desktop_app.errors import AppError
from desktop_app.llm.events import TextDelta, ToolCall
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import Paths, default_paths
from desktop_app.settings import Settings, settings_from_environment

SENTENCE = "I want to run a half marathon in May"
READY_WITHIN_S = 240.0
ANSWER_WITHIN_S = 240.0


class SelfTestError(AppError):
    """Something that must work did not."""


def run_self_test() -> int:
    """Run all checks; returns 0 if every one passed."""
    application = make_application()
    with tempfile.TemporaryDirectory(prefix="goalgetter-self-test-", ignore_cleanup_errors=True) as folder:
        own = Path(folder)
        # The weights stay where they are: putting a gigabyte together again would test the disk.
        paths = Paths(data=own / "data", cache=default_paths().cache, logs=own / "logs")
        try:
            qasync.run(_check(application, paths))
        except AppError as error:
            _say("FAILED", str(error))
            return 1
    _say("passed", "everything that was tried")
    return 0


async def _check(application: QApplication, paths: Paths) -> None:
    _say("program", f"GoalGetter {__version__}, Python {sys.version.split()[0]}, {application.platformName()}")
    # No provider that is reached over a network: a self-test sends nothing to anybody.
    settings = replace(settings_from_environment({}), builtin_model=_builtin_model())
    entry = await _builtin_entry(application, paths, settings)
    services = () if entry else (_scripted(),)
    desktop = Desktop(application, paths, settings, services)
    try:
        await _check_desktop(desktop, paths)
    finally:
        await desktop.close()


async def _check_desktop(desktop: Desktop, paths: Paths) -> None:
    window = desktop.shell.window
    window.show()
    await desktop.first_paint()
    picture = window.grab()
    _expect(not picture.isNull(), f"the window is drawn ({picture.width()} × {picture.height()})", "no picture")
    await desktop.open()
    session = desktop.session
    if session is None:
        raise SelfTestError("The profile could not be opened.")
    _expect(paths.database.is_file(), "the database is created", "there is no database file")
    await _wait_for(lambda: session.models.choice is not None, READY_WITHIN_S, "no model became ready")
    desktop.shell.chat.composer.send_requested.emit(SENTENCE)
    _say("sent", f"“{SENTENCE}”")
