"""The key dialog as a person uses it, on real keys, a keychain in memory and a server that judges keys."""

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from desktop_app.backend import Backend
from desktop_app.clock import utc_now
from desktop_app.errors import AppError
from desktop_app.paths import Paths
from desktop_app.settings import read_sources
from desktop_app.storage.keychain import SERVICE, Keychain
from desktop_app.ui.models.key_dialog import KeyDialog, Result
from desktop_app.ui.models.key_presenter import KeyPresenter
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.models.presenter import ADD_KEY, REPLACE_KEY, ModelPresenter
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme, ThemeMode
from tests.services.test_keys import BAD, GOOD, OTHER, Anthropic
from tests.storage.keyrings import LockedKeyring, MemoryKeyring

GENEROUS_S = 60


class SlowKeyring(MemoryKeyring):
    """Keeps a key when it is let to."""

    def __init__(self) -> None:
        super().__init__()
        self.is_keeping, self.let_through = threading.Event(), threading.Event()
        self.let_through.set()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.is_keeping.set()
        self.let_through.wait(GENEROUS_S)
        super().set_password(service, username, password)


@dataclass
class Desk:
    """A window with a key presenter."""

    window: QWidget
    presenter: KeyPresenter
    backend: Backend
    server: Anthropic
    ring: SlowKeyring
    button: ModelButton
    theme: Theme

    @property
    def dialog(self) -> KeyDialog:
        (dialog,) = [dialog for dialog in self.window.findChildren(KeyDialog) if dialog.isVisible()]
        return dialog

    @property
    def field(self) -> QLineEdit:
        found = self.dialog.findChild(QLineEdit)
        assert isinstance(found, QLineEdit)
        return found

    def shown(self) -> str:
        return "\n".join(label.text() for label in self.dialog.findChildren(QLabel) if label.isVisible())

    def press(self, words: str) -> None:
        (found,) = [one for one in self.dialog.findChildren(QPushButton) if one.text() == words]
        assert found.isVisible()
        found.click()

    def can_save_untested(self) -> bool:
        buttons = self.dialog.findChildren(QPushButton)
        return any(one.text() == "Save untested" and one.isVisible() for one in buttons)

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(GENEROUS_S):
            while not is_so():  # noqa: ASYNC110 - what is waited for is shown, not told
                await asyncio.sleep(0.01)


@pytest.fixture
async def desk(
    qapp: QApplication, theme: Theme, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Desk]:
    caplog.set_level(logging.DEBUG)
    # The loop of the test before has timers of Qt: they must not be collected in the keychain's thread.
    gc.collect()
    # The loop is Qt's, and it would end with the window.
    qapp.setQuitOnLastWindowClosed(False)
    given = getattr(request, "param", SlowKeyring)
    ring = SlowKeyring() if isinstance(given, dict) else given()
    server, window = Anthropic(), QWidget()
    window.show()
    sources = read_sources(
        [], {"ANTHROPIC_BASE_URL": await server.start(), **(given if isinstance(given, dict) else {})}, tmp_path
    )
    paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
    backend = await Backend.open(paths, sources, utc_now, keychain=Keychain(find_backend=lambda: ring))
    await backend.load()
    told: list[AppError] = []
    runner = TaskRunner(told.append)
    presenter, button = KeyPresenter(window, theme, backend.keys, runner), ModelButton(theme, window)
    ModelPresenter(button, backend.models, backend.keys, runner, backend.settings)
    yield Desk(window, presenter, backend, server, ring, button, theme)
    for dialog in window.findChildren(KeyDialog):
        dialog.close()
    window.close()
    await runner.close()
    await backend.close()
    await server.stop()
    assert told == []
    assert "canary" not in caplog.text


async def test_a_key_is_pasted_tested_saved_and_told_in_words(desk: Desk) -> None:
    desk.presenter.open("claude")
    assert "No key yet. You make one at console.anthropic.com" in desk.shown()
    assert "Kept in your system keychain" in desk.shown()
    assert desk.field.echoMode() is QLineEdit.EchoMode.Password
    assert desk.field.accessibleName() == "Claude API key"
    QTest.keyClicks(desk.field, GOOD)
    QTest.keyClick(desk.field, Qt.Key.Key_Return)
    await desk.until(lambda: "The key works: 1 model available. Saved." in desk.shown())
    assert desk.ring.keys == {(SERVICE, "claude"): GOOD}
    assert "In force: ••••••••6789, kept in the system keychain." in desk.shown()
    assert desk.field.text() == ""
    assert set(desk.server.keys) == {GOOD}
    desk.press("Close")
    assert not [dialog for dialog in desk.window.findChildren(KeyDialog) if dialog.isVisible()]


async def test_a_refused_key_is_not_saved_and_can_be_mended(desk: Desk) -> None:
    desk.presenter.open("claude")
    desk.field.setText(BAD)
    desk.press("Test and save")
    await desk.until(lambda: "did not accept your key" in desk.shown())
    assert desk.ring.keys == {}
    assert desk.field.text() == BAD
    assert not desk.can_save_untested()
    desk.field.setText("sk-ant canary")
    desk.press("Test and save")
    await desk.until(lambda: "This has a space or another character that no key has" in desk.shown())


async def test_where_the_provider_cannot_be_asked_the_key_can_be_saved_untested(desk: Desk) -> None:
    desk.server.status = 500
    desk.presenter.open("claude")
    desk.field.setText(f" {GOOD}\n")
    desk.press("Test and save")
    await desk.until(desk.can_save_untested)
    assert desk.ring.keys == {}
    desk.press("Save untested")
    await desk.until(lambda: "Saved without a test." in desk.shown())
    assert desk.ring.keys == {(SERVICE, "claude"): GOOD}


async def test_a_key_is_removed(desk: Desk) -> None:
    await desk.backend.keys.keep("claude", GOOD)
    desk.presenter.open("claude")
    desk.press("Remove")
    await desk.until(lambda: "Removed." in desk.shown())
    assert desk.ring.keys == {}
    assert "No key yet" in desk.shown()


@pytest.mark.parametrize("desk", [LockedKeyring], indirect=True)
async def test_a_keychain_that_does_not_do_it_is_said_and_the_key_counts_for_this_run(desk: Desk) -> None:
    desk.presenter.open("claude")
    await desk.until(lambda: "A key entered now counts until GoalGetter is closed" in desk.shown())
    desk.field.setText(GOOD)
    desk.press("Test and save")
    await desk.until(lambda: "Saved." in desk.shown())
    assert "until GoalGetter is closed." in desk.shown()
    desk.press("Remove")
    await desk.until(lambda: "Unlock it and try again" in desk.shown())


async def test_escape_closes_and_forgets_what_was_typed_and_an_open_test(desk: Desk) -> None:
    desk.presenter.open("claude")
    dialog, field = desk.dialog, desk.field
    field.setText(GOOD)
    desk.press("Test and save")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert not dialog.isVisible()
    desk.presenter.open("openai")
    assert "OpenAI key" in desk.shown()
    assert desk.ring.keys == {}


async def test_a_key_that_works_is_kept_though_the_dialog_closes_meanwhile(desk: Desk) -> None:
    desk.ring.let_through.clear()
    desk.presenter.open("claude")
    dialog = desk.dialog
    desk.field.setText(GOOD)
    desk.press("Test and save")
    await desk.until(desk.ring.is_keeping.is_set)
    dialog.close()
    desk.ring.let_through.set()
    await desk.until(lambda: desk.ring.keys == {(SERVICE, "claude"): GOOD})
    await desk.until(lambda: desk.backend.settings.current.claude.api_key == GOOD)


async def test_what_is_found_for_another_provider_is_not_shown(desk: Desk) -> None:
    desk.presenter.open("claude")
    desk.dialog.close()
    desk.presenter.open("compatible:nobody")
    desk.presenter.open("openai")
    await desk.until(lambda: "platform.openai.com" in desk.shown())
    assert "anthropic" not in desk.shown()


@pytest.mark.parametrize("desk", [{"ANTHROPIC_API_KEY": OTHER}], indirect=True)
async def test_a_key_set_outside_is_named_and_comes_back_when_the_entered_one_is_removed(desk: Desk) -> None:
    desk.presenter.open("claude")
    assert "set by ANTHROPIC_API_KEY." in desk.shown()
    assert "comes first again at the next start; change it there." in desk.shown()
    await desk.backend.keys.keep("claude", GOOD)
    desk.dialog.close()
    desk.presenter.open("claude")
    desk.press("Remove")
    await desk.until(lambda: "Removed. The key set by ANTHROPIC_API_KEY is used." in desk.shown())


async def test_one_dialog_at_a_time_and_none_for_who_takes_no_key(desk: Desk) -> None:
    desk.presenter.open("builtin")
    assert desk.window.findChildren(KeyDialog) == []
    desk.presenter.open("claude")
    desk.presenter.open("openai")
    assert "Claude key" in desk.shown()


async def test_the_key_can_be_looked_at_while_it_is_typed(desk: Desk) -> None:
    desk.presenter.open("claude")
    (eye,) = [action for action in desk.field.actions() if action.isCheckable()]
    assert eye.text() == "Show the key"
    eye.trigger()
    assert desk.field.echoMode() is QLineEdit.EchoMode.Normal
    assert eye.text() == "Hide the key"


async def test_the_model_list_offers_what_can_be_done_about_each_key(desk: Desk) -> None:
    assert desk.button._actions == {"claude": ADD_KEY, "openai": ADD_KEY}
    await desk.backend.keys.keep("claude", GOOD)
    assert desk.button._actions == {"claude": REPLACE_KEY, "openai": ADD_KEY}


@pytest.mark.parametrize("mode", [ThemeMode.LIGHT, ThemeMode.DARK])
async def test_it_is_painted_in_the_theme_without_a_cut_word(desk: Desk, mode: ThemeMode) -> None:
    desk.theme.set_mode(mode)
    desk.presenter.open("claude")
    desk.dialog.show_result("Claude cannot be reached. " * 4, Result.UNSURE, can_save_untried=True)
    picture = desk.dialog.grab().toImage()
    assert picture.pixelColor(4, 4).name() == desk.theme.tokens.canvas.lower()
    for label in desk.dialog.findChildren(QLabel):
        if label.isVisible() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width())
