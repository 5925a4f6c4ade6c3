"""The usage window: with nothing, one day and a full year; limits that are typed; the chart in words; the CSV file."""

import asyncio
import csv
import io
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTableWidget, QWidget
from sqlalchemy import event

from build_scripts.benchmarks.usage import fill
from desktop_app.domain.budgets import WhenReached
from desktop_app.domain.comparisons import ModelWins
from desktop_app.domain.providers import ModelChoice
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.services.spending.reports import Range
from desktop_app.storage.usage import NEWEST
from desktop_app.ui.file_dialogs import FileDialogs
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.day_chart import rounded_up
from desktop_app.ui.usage.model_table import Rows
from desktop_app.ui.usage.presenter import UsagePresenter, UsageServices
from desktop_app.ui.usage.window import UsageWindow
from desktop_app.ui.usage.words import Measure
from tests.services.conftest import NOW
from tests.services.recovery_profile import Profile
from tests.ui.usage.test_prices_dialog import nameless

MODELS = [
    ("claude", "claude-sonnet-4-5", 3_000),
    ("openai", "gpt-5-mini", 900),
    ("ollama", "llama3.2", 0),
    ("builtin", "m", 0),
]


class Places(FileDialogs):
    """Always the same place."""

    def __init__(self, window: QWidget, path: Path) -> None:
        super().__init__(window)
        self.path = path

    async def place_to_save(self, title: str, name: str, kind: str) -> Path | None:  # noqa: ARG002 - nobody is asked
        return self.path


@dataclass
class Looked:
    """The window over a profile."""

    profile: Profile
    window: UsageWindow
    presenter: UsagePresenter
    errors: list[BaseException]
    places: Places

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not is_so():  # noqa: ASYNC110 - what is shown tells nobody
                await asyncio.sleep(0.005)

    async def fill(self, days: int, calls: int = 3) -> list[UsageRecord]:
        chance = random.Random(7)  # noqa: S311 - of a test
        records = []
        for back in range(days):
            for number in range(calls):
                provider, model, cost = MODELS[chance.randrange(len(MODELS))]
                tokens = chance.randrange(500, 9_000)
                usage = Usage(
                    tokens, tokens // 5, tokens // 2, cost_micro_usd=cost * tokens // 1_000,
                    time_to_first_token_ms=chance.randrange(200, 2_000), duration_ms=6_000,
                )  # fmt: skip
                outcome = "timeout" if chance.random() < 0.05 else "complete"
                at = NOW - timedelta(days=back, minutes=number)
                records.append(UsageRecord(at, provider, model, outcome, usage))
        await self.profile.backend.usage.record(*records)
        return records

    def rows(self) -> list[list[str]]:
        return [self.window.table.texts(row) for row in range(self.window.table.rowCount())]


def heading(table: QTableWidget, column: int) -> str:
    item = table.horizontalHeaderItem(column)
    assert item is not None
    return item.text()


@pytest.fixture
async def looked(theme: Theme, tmp_path: Path) -> AsyncIterator[Looked]:
    profile = Profile(tmp_path)
    await profile.open()
    backend = profile.backend
    owner = QWidget()
    window = UsageWindow(theme, owner)
    errors: list[BaseException] = []
    runner = TaskRunner(errors.append)
    services = UsageServices(
        backend.reports,
        backend.ledger,
        backend.limits,
        backend.prices,
        backend.models,
        backend.fallback,
        backend.chat.comparing.wins,
    )
    places = Places(owner, tmp_path / "usage.csv")
    presenter = UsagePresenter(lambda: window, services, places, runner, owner)
    it = Looked(profile, window, presenter, errors, places)
    yield it
    await runner.close()
    await backend.close()
    window.hide()
    owner.deleteLater()
    assert errors == []


async def test_with_nothing_it_says_so(looked: Looked) -> None:
    looked.presenter.open()
    await looked.until(lambda: looked.window.tiles["This month"].accessibleName() != "")
    assert looked.window.tiles["This month"].accessibleName() == "This month: $0.00 . 0 requests, 0 tokens"
    assert looked.window.chart.accessibleDescription() == "Nothing was used in this time."
    assert looked.rows() == []


async def test_tiles_bars_and_table_show_the_same_sums(looked: Looked) -> None:
    await looked.profile.backend.settings.keep("budget.month", "5")
    records = await looked.fill(20)
    looked.presenter.open()
    await looked.until(lambda: len(looked.rows()) > 1)
    total = sum(record.usage.cost_micro_usd or 0 for record in records)
    shown = f"${total / 1_000_000:.3f}"
    assert looked.rows()[-1][0] == "Total"
    assert looked.rows()[-1][5] == shown
    assert sum(int(row[1]) for row in looked.rows()[:-1]) == len(records) == int(looked.rows()[-1][1])
    assert (
        looked.window.tiles["This month"].accessibleName().startswith(f"This month: ${total / 1_000_000:.2f} of $5.00")
    )
    assert len(looked.window.chart.days) == NOW.day
    words = looked.window.chart.accessibleDescription()
    assert words.count("\n") + 1 == 20
    assert all(row[5] == "Free" for row in looked.rows() if row[0].startswith(("Ollama", "Built-in")))


async def test_a_year_is_shown_and_the_keyboard_goes_through_its_days(looked: Looked) -> None:
    await looked.fill(365, calls=1)
    looked.presenter.open()
    QTest.mouseClick(looked.window._ranges.buttons[3], Qt.MouseButton.LeftButton)
    assert looked.window.range is Range.ALL
    await looked.until(lambda: len(looked.window.chart.days) == 365)
    chart = looked.window.chart
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.chosen == 364
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.accessibleName().startswith("Each day: Fri 20 November:")
    assert not looked.window.grab().toImage().isNull()


async def test_a_limit_that_is_typed_counts_at_once_and_nonsense_is_refused_with_a_sentence(looked: Looked) -> None:
    looked.presenter.open()
    form, settings = looked.window.limits, looked.profile.backend.settings
    await looked.until(lambda: form.choice(WhenReached.ASK).isChecked())
    for text in ("-5", "99999999", "1e3", "five", "NaN", "0.0000001"):
        form.field("month").setText(text)
        form.field("month").editingFinished.emit()
        await looked.until(lambda: "no amount of dollars" in form._state.text())
        assert settings.current.budget.month is None
        form.tell("", is_wrong=False)
    form.field("month").setText("0.50")
    form.field("month").editingFinished.emit()
    await looked.until(lambda: settings.current.budget.month == 500_000)
    form.field("month").setText("0")
    form.field("month").editingFinished.emit()
    await looked.until(lambda: settings.current.budget.month == 0)
    form.field("month").setText("")
    form.field("month").editingFinished.emit()
    await looked.until(lambda: settings.current.budget.month is None)
    QTest.mouseClick(form.choice(WhenReached.FREE), Qt.MouseButton.LeftButton)
    await looked.until(lambda: settings.current.budget.when_reached == "free")


async def test_the_csv_file_has_every_call_and_no_formula(looked: Looked) -> None:
    records = await looked.fill(3)
    strange = UsageRecord(NOW, "compatible:x", "=cmd()", "complete", Usage(1, 1))
    await looked.profile.backend.usage.record(strange)
    looked.presenter.open()
    looked.window.export_requested.emit()
    await looked.until(lambda: looked.places.path.exists() and looked.places.path.stat().st_size > 0)
    rows = list(csv.DictReader(io.StringIO(looked.places.path.read_text("utf-8-sig"))))
    assert len(rows) == len(records) + 1
    assert {row["model"] for row in rows if row["cost_usd"] == "unknown"} == {"'=cmd()"}
    known = sum(round(float(row["cost_usd"]) * 1_000_000) for row in rows if row["cost_usd"] != "unknown")
    assert known == sum(record.usage.cost_micro_usd or 0 for record in records)


async def test_the_month_of_a_million_calls_is_made_of_few_rows_beside_the_windows_thread(looked: Looked) -> None:
    backend = looked.profile.backend
    await asyncio.to_thread(fill, looked.profile.folder / "goalgetter.db", 1_000_000)
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401
        asked.append((statement, parameters))

    engine = backend._database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    looked.presenter.open()
    await looked.until(lambda: len(looked.rows()) == 6)
    event.remove(engine, "before_cursor_execute", note)
    requests = int(looked.rows()[-1][1].replace(",", ""))
    assert requests > 50_000
    calls = [one for one in asked if "usage_records" in one[0]]
    assert len(calls) == 5, "single calls are read for the times of each model, and for nothing else"
    async with backend._database.reading() as session:
        connection = await session.connection()
        for statement, parameters in calls:
            assert f"{NEWEST}" in str(parameters), "and only the newest"
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            assert all("USING INDEX" in step["detail"] for step in plan.mappings()), "found by an index, not looked for"
    report = await backend.reports.report(Range.MONTH)
    assert report.total.requests == requests
    assert len(await backend.usage.sums([(NOW - timedelta(days=30), NOW)])) == 5, "added up where the rows are"


async def test_the_days_are_a_table_too_for_whoever_reads_rather_than_looks(looked: Looked) -> None:
    records = await looked.fill(12)
    looked.presenter.open()
    window = looked.window
    await looked.until(lambda: len(looked.rows()) > 1)
    assert window.days.isHidden()
    assert window.days.rowCount() == 0, "it is not filled before it is seen"
    window._as_table.setFocus()
    QTest.keyClick(window._as_table, Qt.Key.Key_Space)
    assert (window.days.isHidden(), window.chart.isHidden()) == (False, True)
    table = QAccessible.queryAccessibleInterface(window.days)
    assert table.role() is QAccessible.Role.Table
    # Headings and cells, each a child of its own with its text.
    texts = [table.child(place).text(QAccessible.Text.Name) for place in range(table.childCount())]
    assert {"Day", "Claude", "Sat 21 November", "Tue 10 November", *window.days.texts(12)} <= set(texts)
    assert len(texts) >= (12 + 2) * 6
    headers = [heading(window.days, column) for column in range(window.days.columnCount())]
    assert headers == ["Day", "Claude", "openai", "Ollama", "Built-in", "Total"]
    total = sum(record.usage.cost_micro_usd or 0 for record in records)
    assert window.days.texts(12)[-1] == f"${total / 1_000_000:.3f}"
    QTest.mouseClick(window._measures.buttons[2], Qt.MouseButton.LeftButton)
    assert window.days.texts(12)[-1] == str(len(records))
    assert sum(int(window.days.texts(row)[-1]) for row in range(12)) == len(records)
    assert window.days.texts(0)[0] == "Sat 21 November"
    QTest.keyClick(window._as_table, Qt.Key.Key_Space)
    assert (window.days.isHidden(), window.chart.isHidden()) == (True, False)


async def test_the_days_of_more_than_one_year_say_which(looked: Looked) -> None:
    await looked.fill(330, calls=1)
    looked.presenter.open()
    looked.window._as_table.click()
    QTest.mouseClick(looked.window._ranges.buttons[3], Qt.MouseButton.LeftButton)
    await looked.until(lambda: looked.window.days.rowCount() > 300)
    assert looked.window.days.texts(0)[0] == "Sat 21 Nov 2026"


async def test_models_are_sorted_by_any_column_with_pointer_and_keys(looked: Looked) -> None:
    await looked.fill(30)
    looked.presenter.open()
    table = looked.window.table
    await looked.until(lambda: len(looked.rows()) > 1)

    def column(place: int) -> list[str]:
        return [row[place] for row in looked.rows()[:-1]]

    assert heading(table, 5) == "Cost ↓"
    for place in (1, 9):
        table.horizontalHeader().sectionClicked.emit(place)
        falling = [int(words.split()[0]) for words in column(place)]
        assert falling == sorted(falling, reverse=True)
        assert looked.rows()[-1][0] == "Total"
    table.setCurrentCell(0, 0)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert column(0) == sorted(column(0), key=str.casefold)
    assert heading(table, 0) == "Model ↑"
    assert heading(table, 5) == "Cost"
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert column(0) == sorted(column(0), key=str.casefold, reverse=True)
    for place in range(10):
        table.sort(place)
        assert len(looked.rows()) == len(MODELS) + 1


async def test_providers_are_compared_by_speed_and_how_often_they_failed(looked: Looked) -> None:
    records = await looked.fill(20, calls=8)
    looked.presenter.open()
    await looked.until(lambda: len(looked.rows()) > 1)
    of_models = looked.rows()
    QTest.mouseClick(looked.window._rows.buttons[1], Qt.MouseButton.LeftButton)
    rows = {row[0]: row for row in looked.rows()}
    assert list(rows)[-1] == "Total"
    assert set(rows) == {"Claude", "openai", "Ollama", "Built-in", "Total"}
    assert looked.rows()[-1][1:] == of_models[-1][1:]
    mine = [record for record in records if record.provider == "claude"]
    failed = sum(record.outcome == "timeout" for record in mine)
    assert failed
    assert rows["Claude"][9] == f"{failed} ({round(100 * failed / len(mine))} %)"
    times = sorted(record.usage.time_to_first_token_ms or 0 for record in mine)
    assert rows["Claude"][6] == f"{times[-(-len(times) // 2) - 1] / 1000:.1f} s"
    assert looked.window.table.accessibleName() == "Providers compared"
    assert heading(looked.window.table, 0) == "Provider"


async def test_what_is_below_says_what_is_estimated_and_what_has_no_price(looked: Looked) -> None:
    stopped = UsageRecord(NOW, "claude", "m", "stopped", Usage(5, 5, cost_micro_usd=3, is_estimated=True))
    await looked.profile.backend.usage.record(stopped, UsageRecord(NOW, "claude", "new", "complete", Usage(1, 1)))
    looked.presenter.open()
    await looked.until(lambda: "list prices" in looked.window._foot.text())
    told = looked.window._foot.text()
    assert "list prices as of 9 November 2026, which come with GoalGetter." in told
    assert "1 call was stopped or not reported, and counted by an estimate." in told
    assert "1 call has no known price and is in no sum; your own prices count for new calls." in told
    assert looked.rows()[-1][5] == "<$0.001 + unknown"


async def test_how_often_an_answer_was_kept_stands_beside_its_model_and_sorts(looked: Looked) -> None:
    records = [
        UsageRecord(NOW, "claude", model, "complete", Usage(1, 1, cost_micro_usd=1)) for model in ("a", "b", "c")
    ]
    await looked.profile.backend.usage.record(*records)
    table = looked.window.table
    looked.presenter.open()
    await looked.until(lambda: len(looked.rows()) == 4)
    assert table.isColumnHidden(10), "nothing was compared yet"
    table.show_wins((ModelWins(ModelChoice("claude", "b"), 2, 3), ModelWins(ModelChoice("claude", "c"), 1, 3)))
    table.sort(10)
    assert not table.isColumnHidden(10)
    assert [row[10] for row in looked.rows()] == ["2 of 3", "1 of 3", "–", ""]
    table.show_rows(Rows.PROVIDERS)
    assert table.isColumnHidden(10)


async def test_a_narrow_window_has_the_limits_below_the_days_and_nothing_beyond_its_edge(looked: Looked) -> None:
    window = looked.window
    looked.presenter.open()

    def is_below() -> bool:
        return window.limits.y() > window.chart.height()

    for width, wanted in ((1280, False), (900, True), (1280, False)):
        window.resize(width, 800)
        await looked.until(is_below if wanted else lambda: not is_below())
        inside = window.limits.parentWidget()
        assert inside is not None
        assert inside.width() <= width
        assert window.limits.geometry().right() <= inside.width()


async def test_whatever_takes_the_focus_has_a_name_to_read_out(looked: Looked) -> None:
    await looked.fill(2)
    looked.presenter.open()
    await looked.until(lambda: len(looked.rows()) > 1)
    assert nameless(looked.window) == []


async def test_the_link_below_asks_for_the_prices(looked: Looked) -> None:
    asked: list[bool] = []
    looked.presenter.prices_requested.connect(lambda: asked.append(True))
    looked.presenter.open()
    (link,) = [button for button in looked.window.findChildren(QPushButton) if button.text() == "Edit prices"]
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert asked == [True]


@pytest.mark.parametrize("most", [0, 1, 3, 29_999, 30_001, 10**6, 10**12])
@pytest.mark.parametrize("measure", list(Measure))
def test_the_axis_holds_every_bar_and_not_much_more(most: int, measure: Measure) -> None:
    top = rounded_up(most, measure)
    assert top >= most
    assert top % 3 == 0
    assert top <= max(3 * most, 30_000)
