"""The settings window as a person uses it, over a real profile: kept, refused, locked, and there after a restart."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QWidget

from desktop_app.backend import Backend
from desktop_app.clock import utc_now
from desktop_app.errors import AppError
from desktop_app.paths import Paths
from desktop_app.settings import read_sources
from desktop_app.storage.keychain import SERVICE, Keychain
from desktop_app.ui.models.key_dialog import KeyDialog
from desktop_app.ui.settings.presenter import SettingsPresenter, SettingsServices
from desktop_app.ui.settings.window import PAGES, SettingsWindow
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.services.test_keys import BAD, GOOD, Anthropic
from tests.storage.keyrings import MemoryKeyring

TOKENS = "llm.openai.max_tokens"
ASK, WHEN, MONTH = "goals.ask_first", "budget.when_reached", "budget.month"


@dataclass
class Desk:
    """The window over a profile."""

    window: SettingsWindow
    presenter: SettingsPresenter
    backend: Backend
    runner: TaskRunner
    over: QWidget
    told: list[AppError]

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_so():  # noqa: ASYNC110 - what is waited for is shown, not told
                await asyncio.sleep(0.01)

    def field(self, setting_id: str) -> QLineEdit:
        control = self.window.rows[setting_id].control
        assert isinstance(control, QLineEdit)
        return control

    def type(self, setting_id: str, text: str) -> None:
        field = self.field(setting_id)
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    async def close(self) -> None:
        for dialog in self.window.findChildren(KeyDialog):
            dialog.close()
        self.presenter.close()
        self.over.close()
        await self.runner.close()
        await self.backend.close()


Opens = Callable[[Mapping[str, str]], Awaitable[Desk]]


@pytest.fixture
def ring() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
async def opens(qapp: QApplication, theme: Theme, tmp_path: Path, ring: MemoryKeyring) -> AsyncIterator[Opens]:
    # The loop of the test before has timers of Qt: they must not be collected in the keychain's thread.
    gc.collect()
    qapp.setQuitOnLastWindowClosed(False)
    desks: list[Desk] = []

    async def open_desk(variables: Mapping[str, str]) -> Desk:
        for desk in desks:
            await desk.close()
        desks.clear()
        paths = Paths(tmp_path / "data", tmp_path / "cache", tmp_path / "logs")
        sources = read_sources([], dict(variables), tmp_path)
        backend = await Backend.open(paths, sources, utc_now, keychain=Keychain(find_backend=lambda: ring))
        await backend.load()
        over, told = QWidget(), list[AppError]()
        runner = TaskRunner(told.append)
        window = SettingsWindow(theme, over)
        services = SettingsServices(backend.settings, backend.keys, backend.examine)
        presenter = SettingsPresenter(lambda: window, theme, services, runner, over)
        presenter.open()
        desks.append(Desk(window, presenter, backend, runner, over, told))
        return desks[0]

    yield open_desk
    for desk in desks:
        await desk.close()
        assert desk.told == []


async def test_each_kind_of_control_is_kept_counts_at_once_and_is_there_after_a_restart(opens: Opens) -> None:
    desk = await opens({})
    desk.type(TOKENS, "500")
    desk.type(MONTH, "7.50")
    switch, choice = desk.window.rows[ASK].control, desk.window.rows[WHEN].control
    assert isinstance(switch, QCheckBox)
    assert isinstance(choice, QComboBox)
    QTest.keyClick(switch, Qt.Key.Key_Space)
    choice.setCurrentIndex(choice.findText("Stop until I raise it"))
    settings = desk.backend.settings
    await desk.until(lambda: settings.current.budget.when_reached == "stop" and settings.current.goals.asks_first)
    await desk.until(lambda: settings.current.openai.max_tokens == 500 and settings.current.budget.month == 7_500_000)
    again = await opens({})
    assert again.field(TOKENS).text() == "500"
    assert again.field(MONTH).text() == "7.50"
    assert again.window.rows[TOKENS].origin_words == "Chosen in GoalGetter"
    kept_switch, kept_choice = again.window.rows[ASK].control, again.window.rows[WHEN].control
    assert isinstance(kept_switch, QCheckBox)
    assert kept_switch.isChecked()
    assert isinstance(kept_choice, QComboBox)
    assert kept_choice.currentText() == "Stop until I raise it"


async def test_a_bad_value_is_told_beside_its_field_and_can_be_mended(opens: Opens) -> None:
    desk = await opens({})
    desk.type(TOKENS, "3")
    row = desk.window.rows[TOKENS]
    await desk.until(lambda: bool(row.problem))
    assert "is no whole number from 16 to 1,000,000. It stays as it was." in row.problem
    assert row.problem in row.control.accessibleDescription()
    await desk.backend.settings.keep(ASK, "true")
    assert desk.field(TOKENS).text() == "3"
    assert desk.backend.settings.current.openai.max_tokens is None
    desk.type(TOKENS, "300")
    await desk.until(lambda: desk.backend.settings.current.openai.max_tokens == 300)
    await desk.until(lambda: row.problem == "")


async def test_an_emptied_field_goes_back_to_the_default(opens: Opens) -> None:
    desk = await opens({})
    desk.type("llm.reliability.tries", "5")
    await desk.until(lambda: desk.backend.settings.current.reliability.tries == 5)
    desk.field("llm.reliability.tries").clear()
    QTest.keyClick(desk.field("llm.reliability.tries"), Qt.Key.Key_Return)
    await desk.until(lambda: desk.field("llm.reliability.tries").text() == "3")
    assert desk.backend.settings.current.reliability.tries == 3


async def test_what_is_set_outside_is_shown_and_locked_with_the_reason(opens: Opens) -> None:
    desk = await opens({"OPENAI_MAX_TOKENS": "100"})
    row = desk.window.rows[TOKENS]
    assert desk.field(TOKENS).text() == "100"
    assert not row.control.isEnabled()
    assert row.origin_words == "Set by OPENAI_MAX_TOKENS; change it there."
    assert desk.window.rows[MONTH].control.isEnabled()


async def test_every_value_in_force_is_one_that_could_be_typed(opens: Opens, tmp_path: Path) -> None:
    desk = await opens({})
    for row in desk.window.rows.values():
        assert row.control.accessibleName()
        if isinstance(row.control, QLineEdit) and row.control.text():
            row.declared.type.read(row.control.text(), tmp_path)


async def test_a_key_is_replaced_tested_and_removed(opens: Opens, ring: MemoryKeyring) -> None:
    server = Anthropic()
    desk = await opens({"ANTHROPIC_BASE_URL": await server.start()})
    row = desk.window.keys["claude"]
    assert row.state.text() == "No key."
    assert row.replace.text() == "Add key"
    await desk.backend.keys.keep("claude", BAD)
    assert row.replace.text() == "Replace"
    row.test.click()
    await desk.until(lambda: "did not accept your key" in row.result.text())
    row.replace.click()
    (dialog,) = desk.window.findChildren(KeyDialog)
    field = dialog.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, GOOD)
    QTest.keyClick(field, Qt.Key.Key_Return)
    await desk.until(lambda: ring.keys.get((SERVICE, "claude")) == GOOD)
    # Both keys end alike, and the keychain has the new one a moment before it is in force.
    await desk.until(lambda: desk.backend.settings.current.claude.api_key == GOOD)
    assert row.state.text() == "••••••••6789, kept in the system keychain."
    row.test.click()
    await desk.until(lambda: "The key works" in row.result.text())
    row.remove.click()
    await desk.until(lambda: row.state.text() == "No key.")
    assert ring.keys == {}
    await server.stop()


async def test_about_says_the_version_and_what_the_doctor_finds(opens: Opens) -> None:
    desk = await opens({"GOALGETTER_LOCAL_ONLY": "1"})
    desk.window.show_page("About")
    await desk.until(lambda: "Database" in desk.window.about.text())
    assert "GoalGetter " in desk.window.about.text()


async def test_pages_are_turned_by_key(opens: Opens) -> None:
    desk = await opens({})
    QTest.keyClick(desk.window.pages, Qt.Key.Key_Down)
    assert desk.window.pages.currentRow() == list(PAGES).index("Limits")


async def test_the_help_of_a_choice_has_the_words_of_its_list(opens: Opens) -> None:
    desk = await opens({})
    assert "“Answer with a free model”: a free model answers" in desk.window.rows[WHEN].control.accessibleDescription()
