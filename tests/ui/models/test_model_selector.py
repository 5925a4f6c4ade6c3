"""The pill and its list as a person uses them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.providers import HealthState, ModelChoice, ModelInfo, ProviderEntry, ProviderHealth
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.models.popover import ModelPopover
from desktop_app.ui.theme.theme import Theme, ThemeMode

CHOICE = ModelChoice("ollama", "qwen3:8b")


def entry(
    name: str, label: str, *models: str, state: HealthState = HealthState.WORKING, progress: float | None = None
) -> ProviderEntry:
    health = ProviderHealth(state, state.value, "" if models else "What to do", progress)
    infos = tuple(ModelInfo(name, model, model.upper(), 8192, True, is_local=True) for model in models)
    return ProviderEntry(name, label, health, infos)


ENTRIES = (
    entry("ollama", "Ollama", "llama3.2:3b", "qwen3:8b"),
    entry("builtin", "Built-in", "coach", state=HealthState.STARTING, progress=0.4),
    entry("openai", "OpenAI", "gpt-5.1", state=HealthState.NOT_SET_UP),
    entry("claude", "Claude", state=HealthState.FAILED),
)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def button(window: QWidget, theme: Theme) -> Iterator[ModelButton]:
    button = ModelButton(theme)
    QVBoxLayout(window).addWidget(button)
    button.set_providers(ENTRIES)
    button.set_choice(CHOICE)
    window.show()
    yield button
    for popover in window.findChildren(ModelPopover):
        popover.close()


@pytest.fixture
def popover(button: ModelButton) -> ModelPopover:
    button.open_popover()
    found = button.window().findChild(ModelPopover)
    assert isinstance(found, ModelPopover)
    return found


@pytest.fixture
def search(popover: ModelPopover) -> QLineEdit:
    found = popover.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def current(popover: ModelPopover) -> str:
    view = popover.findChild(QListView)
    assert isinstance(view, QListView)
    return str(view.currentIndex().data()) if view.currentIndex().isValid() else ""


def test_the_pill_says_who_answers_and_how_the_provider_is(button: ModelButton) -> None:
    assert button.text() == "Ollama · QWEN3:8B"
    assert button.accessibleName() == "Model: Ollama · QWEN3:8B"
    assert "working" in button.toolTip()
    button.set_choice(ModelChoice("gone", "model-x"))
    assert button.text() == "gone · model-x"
    button.set_choice(None)
    assert button.text() == "Choose a model"


def test_the_list_is_not_built_before_it_is_wanted(button: ModelButton) -> None:
    assert button.window().findChild(ModelPopover) is None
    spy = QSignalSpy(button.refresh_requested)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    popover = button.window().findChild(ModelPopover)
    assert isinstance(popover, ModelPopover)
    assert popover.isVisible()
    assert spy.count() == 1


def test_it_opens_on_the_choice_with_the_search_ready(popover: ModelPopover, search: QLineEdit, qtbot: QtBot) -> None:
    qtbot.waitUntil(search.hasFocus)
    assert current(popover).startswith("chosen, QWEN3:8B")
    assert search.accessibleDescription() == current(popover)


def test_arrows_and_enter_choose_a_model_that_can_answer(
    button: ModelButton, popover: ModelPopover, search: QLineEdit
) -> None:
    spy = QSignalSpy(button.model_chosen)
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert current(popover).startswith("COACH")
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert current(popover).startswith("COACH")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert spy.count() == 1
    assert spy.at(0) == ["builtin", "coach"]
    assert not popover.isVisible()


def test_typing_finds_and_enter_chooses(button: ModelButton, popover: ModelPopover, search: QLineEdit) -> None:
    spy = QSignalSpy(button.model_chosen)
    QTest.keyClicks(search, "llama")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert spy.count() == 1
    assert spy.at(0) == ["ollama", "llama3.2:3b"]


def test_a_model_without_its_provider_cannot_be_chosen(
    button: ModelButton, popover: ModelPopover, search: QLineEdit
) -> None:
    spy = QSignalSpy(button.model_chosen)
    QTest.keyClicks(search, "gpt")
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert spy.count() == 0
    assert popover.isVisible()


def test_a_click_chooses(button: ModelButton, popover: ModelPopover) -> None:
    spy = QSignalSpy(button.model_chosen)
    view = popover.findChild(QListView)
    assert isinstance(view, QListView)
    place = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert spy.count() == 1
    assert spy.at(0) == ["ollama", "llama3.2:3b"]


def test_escape_closes_it(button: ModelButton, popover: ModelPopover, search: QLineEdit) -> None:
    assert button.property("open") is True
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert not popover.isVisible()
    assert button.property("open") is False


def test_news_of_providers_leave_search_and_place_alone(
    button: ModelButton, popover: ModelPopover, search: QLineEdit
) -> None:
    QTest.keyClick(search, Qt.Key.Key_Up)
    assert current(popover).startswith("LLAMA3.2:3B")
    button.set_providers((entry("ollama", "Ollama", "another", "llama3.2:3b", "qwen3:8b"), *ENTRIES[1:]))
    assert current(popover).startswith("LLAMA3.2:3B")
    search.setText("qwen")
    button.set_providers(ENTRIES)
    assert search.text() == "qwen"
    assert current(popover).startswith("chosen, QWEN3:8B")


def test_it_grows_with_what_is_found_and_does_not_shrink(button: ModelButton, popover: ModelPopover) -> None:
    before = popover.height()
    button.set_providers((*ENTRIES, entry("compatible:x", "Workshop", "a", "b")))
    grown = popover.height()
    assert grown > before
    assert popover.screen().availableGeometry().contains(popover.geometry())
    button.set_providers(ENTRIES)
    assert popover.height() == grown


def test_look_again_asks_for_news(button: ModelButton, popover: ModelPopover) -> None:
    spy = QSignalSpy(button.refresh_requested)
    look_again = popover.findChild(QPushButton)
    assert isinstance(look_again, QPushButton)
    look_again.click()
    assert spy.count() == 1


def test_it_is_painted_in_both_themes_with_every_state(popover: ModelPopover, theme: Theme) -> None:
    light = popover.grab().toImage()
    theme.set_mode(ThemeMode.DARK)
    dark = popover.grab().toImage()
    assert dark != light
    assert dark.pixelColor(260, 60).name() == theme.tokens.raised.lower()


def test_the_buttons_for_keys_are_painted(button: ModelButton, popover: ModelPopover) -> None:
    before = popover.grab().toImage()
    button.set_actions({"openai": "Add key…", "claude": "Replace key…"})
    assert popover.grab().toImage() != before


def test_nothing_at_all_opens_too(button: ModelButton, popover: ModelPopover) -> None:
    button.set_providers(())
    button.set_choice(None)
    button.open_popover()
    assert not popover.grab().isNull()


def test_a_key_is_asked_for_by_keyboard(button: ModelButton, popover: ModelPopover, search: QLineEdit) -> None:
    button.set_actions({"claude": "Replace key…", "openai": "Add key…"})
    spy = QSignalSpy(button.action_requested)
    for _ in range(9):
        QTest.keyClick(search, Qt.Key.Key_Down)
    assert current(popover) == "Claude: failed, Replace key…"
    assert search.accessibleDescription() == current(popover)
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert spy.count() == 1
    assert spy.at(0) == ["claude"]
    assert not popover.isVisible()


def test_a_key_is_asked_for_by_a_click_on_the_button_alone(button: ModelButton, popover: ModelPopover) -> None:
    button.set_actions({"openai": "Add key…"})
    spy = QSignalSpy(button.action_requested)
    view = popover.findChild(QListView)
    assert isinstance(view, QListView)
    rows = [view.model().index(number, 0) for number in range(view.model().rowCount())]
    (heading,) = [view.visualRect(index) for index in rows if str(index.data()).startswith("OpenAI")]
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(view.viewport(), left, plain, heading.center())
    assert spy.count() == 0
    assert popover.isVisible()
    QTest.mouseClick(view.viewport(), left, plain, QPoint(heading.right() - 30, heading.center().y()))
    assert spy.count() == 1
    assert spy.at(0) == ["openai"]


def test_what_set_the_model_is_said_beside_it(button: ModelButton, popover: ModelPopover) -> None:
    button.set_choice(CHOICE, "set by OLLAMA_MODEL")
    assert current(popover).startswith("chosen, QWEN3:8B, set by OLLAMA_MODEL")
    assert "set by OLLAMA_MODEL" in button.accessibleDescription()
    assert "set by OLLAMA_MODEL" in button.toolTip()
