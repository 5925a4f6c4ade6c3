"""Meter, cost of the chat, estimate and warnings in the window say what is true, and say it once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.llm.events import TextDelta
from desktop_app.llm.scripted import MODEL
from desktop_app.services.chat import TurnStarted
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.models.model_button import ModelButton
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.money_presenter import MoneyPresenter, MoneyServices
from tests.services.conftest import NOW
from tests.services.recovery_profile import Profile


@dataclass
class Money:
    """The presenter in a window over a profile of scripted providers."""

    profile: Profile
    sidebar: SidebarView
    chat: ChatView
    window: MainWindow
    presenter: MoneyPresenter
    runner: TaskRunner
    warned: list[tuple[str, str]] = field(default_factory=list)

    async def spend(self, cost: int | None) -> None:
        record = UsageRecord(NOW, "claude", MODEL, "complete", Usage(10, 5, cost_micro_usd=cost))
        await self.profile.backend.ledger.record(record)

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not is_so():  # noqa: ASYNC110 - what is painted tells nobody
                await asyncio.sleep(0.005)

    @property
    def labels(self) -> set[str]:
        return {label.text() for label in self.window.findChildren(QLabel) if not label.isHidden()}


@pytest.fixture
async def money(theme: Theme, tmp_path: Path) -> AsyncIterator[Money]:
    profile = Profile(tmp_path)
    await profile.open()
    backend = profile.backend
    await backend.models.choose(ModelChoice("claude", MODEL))
    sidebar, chat = SidebarView(theme), ChatView(theme)
    window = MainWindow(theme, sidebar, chat, QWidget(), ModelButton(theme))
    errors: list[BaseException] = []
    runner = TaskRunner(errors.append)
    warned: list[tuple[str, str]] = []
    services = MoneyServices(backend.ledger, backend.usage, backend.estimator, backend.models, backend.preferences)

    def note(title: str, text: str) -> None:
        warned.append((title, text))

    presenter = MoneyPresenter(window, sidebar.meter, chat.composer, services, runner, note)
    it = Money(profile, sidebar, chat, window, presenter, runner, warned)
    yield it
    await runner.close()
    await backend.close()
    window.deleteLater()
    assert errors == []


async def test_the_meter_shows_the_month_with_and_without_a_limit(money: Money) -> None:
    money.presenter.refresh()
    await asyncio.sleep(0)
    assert money.sidebar.meter.isHidden(), "nothing was spent, and there is no limit"
    await money.spend(420_000)
    await money.until(lambda: money.sidebar.meter.words == "$0.42 this month, no limit")
    await money.profile.backend.settings.keep("budget.month", "5")
    money.presenter.refresh()
    await money.until(lambda: money.sidebar.meter.words == "$0.42 of $5.00 this month")
    assert money.sidebar.meter.accessibleName() == "Usage: $0.42 of $5.00 this month"


async def test_what_nobody_knows_the_price_of_is_said_in_the_meter_and_is_not_nothing(money: Money) -> None:
    await money.spend(None)
    await money.until(lambda: money.sidebar.meter.words == "Unknown cost this month")
    assert money.sidebar.meter.toolTip().startswith("1 call has no known price this month and is in no sum.")
    await money.spend(420_000)
    await money.until(lambda: money.sidebar.meter.words == "$0.42 + unknown this month, no limit")
    await money.profile.backend.settings.keep("budget.month", "5")
    money.presenter.refresh()
    await money.until(lambda: money.sidebar.meter.words == "$0.42 + unknown of $5.00 this month")


async def test_the_header_says_what_a_chat_cost_and_what_is_not_known_of_it(money: Money) -> None:
    money.profile.claude.extend([[TextDelta("Hello")]])
    await money.profile.send()
    started = money.profile.events[0]
    assert isinstance(started, TurnStarted)
    chat = started.conversation
    money.presenter.follow(chat)

    async def call(cost: int | None) -> None:
        usage = Usage(10, 5, cost_micro_usd=cost)
        record = UsageRecord(NOW, "claude", MODEL, "complete", usage, conversation_id=chat.id)
        await money.profile.backend.ledger.record(record)

    await call(0)
    await money.until(lambda: not any("this chat" in label for label in money.labels))
    await call(None)
    await money.until(lambda: "Cost of this chat unknown" in money.labels)
    await call(420_000)
    await money.until(lambda: "$0.42 this chat, some costs unknown" in money.labels)


async def test_a_call_that_cannot_be_written_counts_and_the_meter_says_so(money: Money) -> None:
    async def set_full(*, is_full: bool) -> None:
        async with money.profile.backend._database.reading() as session:
            await (await session.connection()).exec_driver_sql(f"PRAGMA query_only = {int(is_full)}")

    await set_full(is_full=True)
    await money.spend(420_000)
    await money.until(lambda: money.sidebar.meter.words == "$0.42 this month, no limit")
    told = "1 call is counted, but could not be written to the disk yet. Open usage and limits"
    assert money.sidebar.meter.toolTip() == told
    await set_full(is_full=False)
    await money.spend(80_000)
    await money.until(lambda: money.sidebar.meter.words == "$0.50 this month, no limit")
    await money.until(lambda: money.sidebar.meter.toolTip() == "Open usage and limits")
    assert (await money.profile.backend.reports.overview()).month.requests == 2


async def test_a_warning_comes_once_for_each_period_and_again_for_another_limit(money: Money) -> None:
    settings = money.profile.backend.settings
    await settings.keep("budget.month", "1")
    await money.spend(799_999)
    await money.until(lambda: money.sidebar.meter.words == "$0.80 of $1.00 this month")
    assert money.warned == []
    await money.spend(1)
    await money.until(lambda: len(money.warned) == 1)
    assert money.warned[0][0] == "You have used 80 % of this month’s $1.00"
    assert money.warned[0][1].startswith("$0.20 are left. At the limit you are asked")
    await money.spend(50_000)
    await money.until(lambda: money.sidebar.meter.words == "$0.85 of $1.00 this month")
    await settings.keep("budget.month", "1.05")
    money.presenter.refresh()
    await money.until(lambda: len(money.warned) == 2)
    assert len(money.warned) == 2


async def test_the_composer_tells_tokens_and_money_and_takes_them_away_with_the_text(money: Money) -> None:
    await money.profile.backend.settings.keep("budget.prices", f"claude/{MODEL} = 3 / 15")
    money.chat.composer.set_text("How should a rest day look?")
    await money.until(lambda: any("tokens · $0.0" in label for label in money.labels))
    (words,) = [label for label in money.labels if "tokens" in label]
    assert words.startswith("≈ ")
    assert "–$0.0" in words, "a short reply and a long one"
    money.chat.composer.clear()
    await money.until(lambda: not any("tokens" in label for label in money.labels))


async def test_the_estimate_says_free_and_unknown(money: Money) -> None:
    money.chat.composer.set_text("Hi")
    await money.until(lambda: any(label.endswith("price unknown") for label in money.labels))
    await money.profile.backend.models.choose(ModelChoice("ollama", MODEL))
    await money.until(lambda: any(label.endswith("· free") for label in money.labels))
