"""The dialog of prices: own ones typed and cleared, bad ones refused in a sentence, newer list prices on a click."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.llm.catalog.list_prices import ListPrices
from desktop_app.llm.scripted import MODEL
from desktop_app.services.spending import PriceBook
from desktop_app.services.spending.price_keeper import PriceKeeper
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.prices_dialog import PricesDialog
from desktop_app.ui.usage.prices_presenter import PriceServices, PricesPresenter
from tests.llm.catalog.price_lists import as_answer, price_list, price_server
from tests.llm.contract.server import Answer
from tests.services.conftest import NOW
from tests.services.recovery_profile import Profile

TODAY = date(2026, 11, 27)
SONNET = ModelChoice("claude", "claude-sonnet-4-5")


@dataclass
class Priced:
    """A dialog over a profile whose list prices come from a server of the test."""

    profile: Profile
    presenter: PricesPresenter
    made: list[PricesDialog] = field(default_factory=list)

    @property
    def dialog(self) -> PricesDialog:
        return self.made[-1]

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not is_so():  # noqa: ASYNC110 - what is shown tells nobody
                await asyncio.sleep(0.005)

    def rows(self) -> dict[str, list[str]]:
        table = self.dialog.table
        return {texts[0]: texts[1:] for texts in map(table.texts, range(table.rowCount()))}

    async def open(self) -> None:
        await self.profile.backend.usage.record(UsageRecord(NOW, *vars_of(SONNET), "complete", Usage(1, 1)))
        self.presenter.open()
        await self.until(lambda: len(self.rows()) > 0)

    def choose(self, name: str) -> None:
        row = list(self.rows()).index(name)
        self.dialog.table.setCurrentCell(row, 0)


def vars_of(choice: ModelChoice) -> tuple[str, str]:
    return choice.provider, choice.model


@pytest.fixture(params=[as_answer(price_list(input_mtok=4, output_mtok=20))])
async def priced(theme: Theme, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Priced]:
    profile = Profile(tmp_path)
    await profile.open()
    backend = profile.backend
    owner = QWidget()
    errors: list[BaseException] = []
    runner = TaskRunner(errors.append)
    made: list[PricesDialog] = []

    def make() -> PricesDialog:
        made.append(PricesDialog(theme, owner))
        return made[-1]

    async with price_server(request.param) as server:
        listed = ListPrices(tmp_path, server.base_url)
        keeper = PriceKeeper(backend.settings, listed, lambda: TODAY)
        book = PriceBook(lambda: backend.settings.current, lambda: TODAY, listed)
        services = PriceServices(keeper, book, backend.models, backend.reports)
        it = Priced(profile, PricesPresenter(make, services, runner, owner), made)
        yield it
        await runner.close()
    await backend.close()
    owner.deleteLater()
    assert errors == []


async def test_what_costs_something_is_listed_with_its_price_or_as_unknown(priced: Priced) -> None:
    await priced.open()
    assert priced.rows() == {
        "Claude · Script": ["–", "–", "–", "–", "unknown"],
        "Claude · claude-sonnet-4-5": ["3", "0.3", "3.75", "15", "list, other above 200k"],
    }, "models on this computer are free and not in the way"
    assert "9 November 2026, which come with GoalGetter" in priced.dialog._list.text()
    assert priced.dialog.bundled.isHidden()


async def test_a_price_is_typed_saved_with_the_enter_key_and_cleared(priced: Priced) -> None:
    await priced.open()
    dialog, settings = priced.dialog, priced.profile.backend.settings
    priced.choose("Claude · Script")
    assert dialog.model.text() == f"claude/{MODEL}"
    assert not dialog.remove.isEnabled()
    for name, text in {"Input": "2", "Output": "10.5", "Cached": "0.2"}.items():
        dialog.fields[name].clear()
        QTest.keyClicks(dialog.fields[name], text)
    QTest.keyClick(dialog.fields["Output"], Qt.Key.Key_Return)
    await priced.until(lambda: dialog.outcome.text().startswith("Saved"))
    assert [one.words for one in settings.current.budget.prices] == [f"claude/{MODEL} = 2 / 10.5 / 0.2"]
    assert priced.rows()["Claude · Script"] == ["2", "0.2", "–", "10.5", "you"]
    await priced.until(dialog.remove.isEnabled)
    QTest.mouseClick(dialog.remove, Qt.MouseButton.LeftButton)
    await priced.until(lambda: dialog.outcome.text().startswith("Cleared"))
    assert settings.current.budget.prices == ()
    assert priced.rows()["Claude · Script"][-1] == "unknown"
    assert dialog.fields["Input"].text() == ""


async def test_a_model_that_is_not_listed_gets_a_price_too(priced: Priced) -> None:
    await priced.open()
    dialog = priced.dialog
    dialog.model.selectAll()
    QTest.keyClicks(dialog.model, "openai/gpt-99")
    for name, text in {"Input": "1", "Cached": "", "Cache write": "", "Output": "2"}.items():
        dialog.fields[name].setText(text)
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    await priced.until(lambda: "openai · gpt-99" in priced.rows())
    await priced.until(lambda: dialog.outcome.text().startswith("Saved"))


async def test_a_bad_amount_is_told_with_its_place_and_what_was_typed_stays(priced: Priced) -> None:
    await priced.open()
    dialog = priced.dialog
    priced.choose("Claude · claude-sonnet-4-5")
    dialog.fields["Input"].clear()
    QTest.keyClicks(dialog.fields["Input"], "-3")
    QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    await priced.until(lambda: dialog.outcome.text().startswith("Input: this is no amount of dollars"))
    assert dialog.fields["Input"].text() == "-3"
    assert dialog.outcome.property("tone") == "danger"
    assert priced.profile.backend.settings.current.budget.prices == ()


async def test_newer_list_prices_come_on_a_click_and_go_on_another(priced: Priced) -> None:
    await priced.open()
    dialog = priced.dialog
    QTest.mouseClick(dialog.fetch, Qt.MouseButton.LeftButton)
    await priced.until(lambda: "those of today" in dialog.outcome.text())
    assert "27 November 2026, fetched when you asked" in dialog._list.text()
    assert priced.rows()["Claude · claude-sonnet-4-5"] == ["4", "–", "–", "20", "list"]
    assert dialog.fetch.isEnabled()
    QTest.mouseClick(dialog.bundled, Qt.MouseButton.LeftButton)
    await priced.until(lambda: "came with GoalGetter again" in dialog.outcome.text())
    assert priced.rows()["Claude · claude-sonnet-4-5"][0] == "3"
    assert dialog.bundled.isHidden()


@pytest.mark.parametrize("priced", [Answer([b"nonsense"])], indirect=True)
async def test_a_list_that_is_none_is_refused_in_the_dialog(priced: Priced) -> None:
    await priced.open()
    QTest.mouseClick(priced.dialog.fetch, Qt.MouseButton.LeftButton)
    await priced.until(lambda: priced.dialog.outcome.text().startswith("What came is no list of prices."))
    await priced.until(priced.dialog.fetch.isEnabled)
    assert priced.rows()["Claude · claude-sonnet-4-5"][0] == "3"


async def test_where_nothing_may_leave_this_computer_the_click_is_answered_with_the_reason(priced: Priced) -> None:
    await priced.profile.backend.settings.keep("llm.local_only", "true")
    await priced.open()
    QTest.mouseClick(priced.dialog.fetch, Qt.MouseButton.LeftButton)
    await priced.until(lambda: "nothing may leave this computer" in priced.dialog.outcome.text())


async def test_the_dialog_is_opened_once_and_again_after_it_closed(priced: Priced) -> None:
    await priced.open()
    priced.presenter.open()
    assert len(priced.made) == 1
    QTest.keyClick(priced.dialog, Qt.Key.Key_Escape)
    priced.presenter.open()
    assert len(priced.made) == 2


async def test_whatever_takes_the_focus_has_a_name_to_read_out(priced: Priced) -> None:
    await priced.open()
    assert nameless(priced.dialog) == []


def nameless(window: QWidget) -> list[str]:
    """What takes the focus and has no name."""
    found = []
    for widget in window.findChildren(QWidget):
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        if takes_focus and not widget.isHidden() and not name:
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found
