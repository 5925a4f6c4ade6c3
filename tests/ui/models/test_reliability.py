"""What the model list shows of providers that are left alone, and the switch that keeps everything on this computer."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_app.domain.providers import Fix, HealthState, ProviderHealth
from desktop_app.llm.errors import ErrorKind
from desktop_app.llm.events import TextDelta
from desktop_app.llm.failures import failure
from desktop_app.llm.resilience.breaker import CircuitState
from desktop_app.services.chat import TurnEnded
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.models.popover import ModelPopover
from desktop_app.ui.models.presenter import TRY_NOW, ModelPresenter
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from tests.services.recovery_profile import Named, Profile, down


@dataclass
class Selector:
    """The pill, its list and what stands behind them."""

    profile: Profile
    button: ModelButton
    presenter: ModelPresenter

    @property
    def popover(self) -> ModelPopover:
        (popover,) = self.button.window().findChildren(ModelPopover)
        return popover

    @property
    def switch(self) -> QCheckBox:
        found = self.popover.findChild(QCheckBox)
        assert isinstance(found, QCheckBox)
        return found

    async def until(self, is_so: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not is_so():  # noqa: ASYNC110 - settings tell their listeners, not us
                await asyncio.sleep(0.005)


@pytest.fixture
async def selector(theme: Theme, tmp_path: Path) -> AsyncIterator[Selector]:
    # The loop of the test before has timers of Qt: they must not be collected in the database's thread.
    gc.collect()
    profile = Profile(tmp_path)
    await profile.open()
    backend, window = profile.backend, QWidget()
    runner = TaskRunner(_fail)
    button = ModelButton(theme, window)
    presenter = ModelPresenter(button, backend.models, backend.keys, runner, backend.settings)
    yield Selector(profile, button, presenter)
    await runner.close()
    await backend.close()
    window.deleteLater()


def _fail(error: BaseException) -> None:
    raise AssertionError(error)


async def test_a_provider_that_is_left_alone_says_so_and_can_be_tried_now(selector: Selector) -> None:
    profile = selector.profile
    profile.claude.extend([*[down()] * 5, [TextDelta("Back.")]])
    profile.ollama.extend([[TextDelta("One.")], [TextDelta("Two.")]])
    for _ in range(2):
        await profile.send()
    entry = next(entry for entry in profile.backend.models.entries if entry.name == "claude")
    assert entry.health.text == "Failed 5 times in a row; left alone for 30 s"
    assert entry.health.advice == "Claude had an error of its own."
    assert selector.presenter.actions()["claude"] == TRY_NOW
    selector.button.action_requested.emit("claude")
    assert profile.backend.factory.guards.circuit("claude").state is CircuitState.HALF_OPEN
    entry = next(entry for entry in profile.backend.models.entries if entry.name == "claude")
    assert entry.health.text == "Failed 5 times in a row; the next message tries it again"
    assert (await profile.send()).text == "Back."
    assert selector.presenter.actions().get("claude") != TRY_NOW


async def test_a_key_is_still_asked_for_where_nothing_is_paused(selector: Selector) -> None:
    asked: list[str] = []
    selector.presenter.key_requested.connect(asked.append)
    selector.button.action_requested.emit("claude")
    assert asked == ["claude"]


async def test_the_switch_keeps_everything_on_this_computer_also_in_a_turn_that_runs(selector: Selector) -> None:
    profile = selector.profile
    selector.button.open_popover()
    assert not selector.switch.isChecked()
    selector.switch.click()
    await selector.until(lambda: profile.backend.settings.current.local_only)
    assert profile.backend.preferences.value("llm.local_only") == "true"
    assert selector.switch.isChecked()
    selector.switch.click()
    await selector.until(lambda: not profile.backend.settings.current.local_only)
    selector.popover.close()


async def test_a_switch_that_is_set_elsewhere_cannot_be_turned_here(selector: Selector) -> None:
    selector.button.open_popover()
    selector.button.set_local_only(True, "that the environment sets (GOALGETTER_LOCAL_ONLY)")
    assert selector.switch.isChecked()
    assert not selector.switch.isEnabled()
    assert "GOALGETTER_LOCAL_ONLY" in selector.switch.toolTip()
    selector.popover.close()


async def test_a_provider_that_is_switched_off_makes_not_even_the_next_call_of_its_turn(selector: Selector) -> None:
    profile = selector.profile
    factory, go_on = profile.backend.factory, asyncio.Event()
    profile.claude.extend([[TextDelta("One"), go_on]])
    sending = asyncio.create_task(profile.send())
    await selector.until(lambda: any(isinstance(event, TextDelta) for event in profile.events))
    factory.guards.refuse("claude", failure(ErrorKind.NOT_SET_UP, "Claude"))
    go_on.set()
    assert (await sending).text == "One", "a call that is on ends as it was to"
    await profile.send()
    assert isinstance(profile.events[-1], TurnEnded)
    assert len(profile.claude.calls) == 1


class _Mendable(Named):
    """Ollama that is not running until it is started."""

    is_running = False

    async def check_health(self) -> ProviderHealth:
        """As it was left."""
        if self.is_running:
            return await super().check_health()
        return ProviderHealth(HealthState.NOT_SET_UP, "Not running", "Start it.", fix=Fix.START)

    async def mend(self) -> None:
        """Start it."""
        self.is_running = True


async def test_what_the_program_can_mend_is_offered_and_done(theme: Theme, tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    profile.ollama = _Mendable("ollama", "Ollama")
    await profile.open()
    backend, window, runner = profile.backend, QWidget(), TaskRunner(_fail)
    button = ModelButton(theme, window)
    presenter = ModelPresenter(button, backend.models, backend.keys, runner, backend.settings)
    assert presenter.actions()["ollama"] == "Start Ollama"
    button.action_requested.emit("ollama")
    async with asyncio.timeout(20):
        while "ollama" in presenter.actions() or not backend.models.choice_of("ollama"):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.005)
    entry = next(entry for entry in backend.models.entries if entry.name == "ollama")
    assert entry.health.state is HealthState.WORKING
    await runner.close()
    await backend.close()
    window.deleteLater()
