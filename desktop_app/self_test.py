"""Tries the real application on a profile of its own and prints what it tried; for builds and for support."""

import asyncio
import importlib
import json
import logging
import pkgutil
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

import desktop_app
from desktop_app import __version__
from desktop_app.app import make_application
from desktop_app.clock import utc_now
from desktop_app.desktop import Desktop
from desktop_app.domain.providers import ProviderHealth
from desktop_app.domain.revisions import GoalChange
from desktop_app.errors import AppError
from desktop_app.llm.base import BaseLLMService
from desktop_app.llm.builtin.service import BuiltinService
from desktop_app.llm.events import TextDelta, ToolCall
from desktop_app.llm.scripted import ScriptedService
from desktop_app.paths import Paths, default_paths
from desktop_app.settings import Sources, load_settings
from desktop_app.ui.loop import generators_looked_after
from desktop_app.ui.shell import Shell
from desktop_app.ui.window_state import WindowState

SENTENCE = "I want to run a half marathon in May"
WITHIN_S = 300.0
# The entry point, and what Alembic runs.
_RUN_BY_OTHERS = ("desktop_app.__main__", "desktop_app.storage.migrations")
_FEWEST_PARTS = 200


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
    await asyncio.to_thread(_check_parts)
    # Only the model on this computer: a self-test sends nothing to anybody, and downloads nothing.
    async with generators_looked_after():
        desktop = Desktop(Shell(application, WindowState()), paths, Sources(), (await _service(paths),))
        try:
            await _check_window(desktop)
            await _check_turn(desktop, paths)
        finally:
            await desktop.close()


async def _service(paths: Paths) -> BaseLLMService:
    """The built-in model where it is at hand, else a scripted one."""
    settings = await asyncio.to_thread(load_settings, default_paths().settings_folders)
    builtin = BuiltinService(_today, settings.builtin, paths)
    last: list[ProviderHealth] = []
    await builtin.prepare(last.append)
    health = await builtin.check_health()
    if health.is_usable:
        _say("model", f"the built-in model answers ({(await builtin.list_models())[0].name})")
        return builtin
    await builtin.aclose()
    _say("model", f"a script answers, for the built-in model is not there: {health.text}")
    arguments = {"title": "Run a half marathon", "template_type": "smart"}
    call = ToolCall("self-test", "create_goal", json.dumps(arguments))
    return ScriptedService(_today, [[TextDelta("I write it down."), call], [TextDelta("It is written down.")]])


def _check_parts() -> None:
    """Import every part, and look a price up: what a build left out is told at once."""
    names = [module.name for module in pkgutil.walk_packages(desktop_app.__path__, "desktop_app.")]
    for name in names:
        if not name.startswith(_RUN_BY_OTHERS):
            try:
                importlib.import_module(name)
            except Exception as error:
                raise SelfTestError(f"{name} cannot be loaded ({type(error).__name__}: {error}).") from error
    _expect(len(names) > _FEWEST_PARTS, f"{len(names)} parts can be loaded", "the program is not whole")


async def _check_window(desktop: Desktop) -> None:
    window = desktop.shell.window
    window.show()
    picture = window.grab().toImage()
    colors = {picture.pixel(x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5)}
    _expect(len(colors) > 8, f"the window is drawn, {picture.width()} × {picture.height()}", "the window is empty")


async def _check_turn(desktop: Desktop, paths: Paths) -> None:
    desktop.open()
    await desktop.opened()
    session = desktop.session
    if session is None:
        raise SelfTestError("The profile could not be opened.")
    _expect(paths.database.is_file(), "the database is created", "there is no database file")
    await _wait_for(lambda: session.models.choice is not None, "a model that can be chosen")
    desktop.shell.chat.composer.set_text(SENTENCE)
    desktop.shell.chat.composer.ask_to_send()
    _say("sent", f"“{SENTENCE}”")
    created: list[GoalChange] = []
    session.goals.subscribe(created.append)
    await _wait_for(lambda: bool(created), "a goal")
    goal = (await session.goals.list_goals())[0]
    _say("goal", f"“{goal.title}”, {goal.fields.template.value}, deadline {goal.fields.deadline or 'none'}")
    await _wait_for(lambda: desktop.shell.goal_editor.goal_id == goal.id, "the goal in the editor")
    await _wait_for(lambda: not session.chat_presenter.is_streaming, "the end of the reply")
    (conversation,) = await session.chat.list_conversations()
    reply = (await session.chat.transcript(conversation.id)).messages[-1]
    _expect(bool(reply.text), f"the coach answered {len(reply.text)} characters", "the coach said nothing")


class _Failures(logging.Handler):
    """What the log tells of failures, so that nothing is waited for that cannot come any more."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.getMessage()}: {type(error).__name__}: {error}" if error else record.getMessage())


async def _wait_for(is_there: Callable[[], bool], what: str) -> None:
    failures = _Failures()
    logging.getLogger().addHandler(failures)
    try:
        async with asyncio.timeout(WITHIN_S):
            while not is_there():
                if failures.lines:
                    raise SelfTestError(f"There was no {what}. {failures.lines[0]}")
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise SelfTestError(f"Within {WITHIN_S:.0f} s there was no {what}.") from None
    finally:
        logging.getLogger().removeHandler(failures)


def _today() -> date:
    return utc_now().astimezone().date()


def _expect(holds: bool, said: str, otherwise: str) -> None:
    if not holds:
        raise SelfTestError(otherwise)
    _say("ok", said)


def _say(what: str, text: str) -> None:
    print(f"self-test: {what}: {text}", flush=True)
