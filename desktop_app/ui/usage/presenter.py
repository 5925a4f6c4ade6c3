"""Fills the usage window while it is open, keeps limits that are typed, and writes the CSV file."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.domain.comparisons import ModelWins
from desktop_app.domain.usage import UsageRecord, UsageSum
from desktop_app.errors import AppError, StorageError
from desktop_app.llm.catalog.list_prices import PriceListState
from desktop_app.services.fallback import FallbackOrder
from desktop_app.services.models import ModelDirectory
from desktop_app.services.spending.ledger import Ledger
from desktop_app.services.spending.limit_keeper import LimitKeeper
from desktop_app.services.spending.price_keeper import PriceKeeper
from desktop_app.services.spending.reports import Range, UsageReports
from desktop_app.ui.file_dialogs import FileDialogs
from desktop_app.ui.tasks import TaskRunner
from desktop_app.ui.usage.window import UsageWindow
from desktop_app.ui.usage.words import unpriced_words, unwritten_words

_PAUSE_MS: Final = 200
_LIMITS: Final = ("reply", "session", "day", "month", "warn_percent", "when_reached")


@dataclass(frozen=True, slots=True)
class UsageServices:
    """What the usage window is filled from."""

    reports: UsageReports
    ledger: Ledger
    limits: LimitKeeper
    prices: PriceKeeper
    models: ModelDirectory
    fallback: FallbackOrder
    wins: Callable[[], Coroutine[Any, Any, tuple[ModelWins, ...]]]


class UsagePresenter(QObject):
    """Makes the window when it is first asked for; after a call it reads anew, once for several that come together."""

    prices_requested = Signal()

    def __init__(
        self,
        make_window: Callable[[], UsageWindow],
        services: UsageServices,
        files: FileDialogs,
        runner: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._make_window = make_window
        self._it = services
        self._files = files
        self._runner = runner
        self._window: UsageWindow | None = None
        self._reading = 0
        self._soon = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._soon.timeout.connect(self._refresh_shown)
        services.ledger.subscribe(self._note_call)
        services.prices.subscribe(self._soon.start)

    def open(self) -> None:
        """Show the window."""
        window = self._made()
        self.refresh()
        window.show()
        window.raise_()
        window.activateWindow()

    def open_limits(self) -> None:
        """Show the window with the first limit ready to be typed."""
        self.open()
        self._made().limits.focus_first()

    def close(self) -> None:
        """Close the window, if it is open: it must not outlive the one it belongs to."""
        if self._window is not None:
            self._window.close()

    def refresh(self) -> None:
        """Read everything anew."""
        self._reading += 1
        self._runner.start(self._show(self._reading), name="show usage")

    def _made(self) -> UsageWindow:
        if self._window is None:
            self._window = self._make_window()
            self._window.range_chosen.connect(self._choose_range)
            self._window.export_requested.connect(self._export)
            self._window.prices_requested.connect(self.prices_requested)
            self._window.limits.entered.connect(self._keep)
        return self._window

    def _choose_range(self, _range: str) -> None:
        self.refresh()

    def _note_call(self, _record: UsageRecord) -> None:
        self._soon.start()

    def _refresh_shown(self) -> None:
        if self._window is not None and self._window.isVisible():
            self.refresh()

    async def _show(self, number: int) -> None:
        window = self._made()
        report, overview = await self._it.reports.look(window.range)
        wins = await self._it.wins()
        if number != self._reading:
            return
        models = self._it.models
        labels = {name: models.label_of(name) for name in report.providers}
        window.show_overview(overview, self._it.limits.limits)
        window.table.show_wins(wins)
        window.show_report(report, overview, labels, models.name_of)
        listed = await self._it.prices.listed()
        window.show_foot(_foot(report.total, self._it.ledger.unwritten, listed))
        self._show_limits()

    def _show_limits(self) -> None:
        limits = self._it.limits
        fixed = frozenset(name for name in _LIMITS if not limits.can_change(name))
        free = self._it.fallback.free_after([])
        stand_in = self._it.models.name_of(free.provider, free.model) if free else ""
        self._made().limits.show_limits(limits.limits, fixed, stand_in)

    def _keep(self, name: str, text: str) -> None:
        keeping = self._kept(name, text)
        self._runner.start(keeping, name="keep a limit", on_error=partial(self._refuse, name))

    async def _kept(self, name: str, text: str) -> None:
        await self._it.limits.keep(name, text)
        self._made().limits.tell("Saved", is_wrong=False)
        self.refresh()

    def _refuse(self, _name: str, error: AppError) -> None:
        self._made().limits.tell(str(error), is_wrong=True)
        self._show_limits()

    def _export(self) -> None:
        self._runner.start(self._write(self._made().range), name="export usage")

    async def _write(self, within: Range) -> None:
        name = f"goalgetter-usage-{self._it.reports.today.isoformat()}.csv"
        path = await self._files.place_to_save("Export usage", name, "CSV (*.csv)")
        if path is not None:
            text = await self._it.reports.as_csv(within)
            await asyncio.to_thread(_written, path, text)


def _written(path: Path, text: str) -> None:
    try:
        # Spreadsheets take a file without the mark for one in their own encoding.
        path.write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        told = f"The file {path} could not be written ({error.strerror}). Nothing else changed; choose another place."
        raise StorageError(told) from error


def _foot(total: UsageSum, unwritten: int, listed: PriceListState) -> str:
    words = "Counted on this computer from each provider’s own token report, at your own prices, else at list prices "
    whence = "fetched when you asked" if listed.is_fetched else "which come with GoalGetter"
    words += f"as of {listed.as_of.day} {listed.as_of:%B %Y}, {whence}."
    if listed.problem:
        words += f" {listed.problem}"
    if total.estimated:
        calls = "1 call was" if total.estimated == 1 else f"{total.estimated:,} calls were"
        words += f" {calls} stopped or not reported, and counted by an estimate."
    if total.unpriced:
        words += f" {unpriced_words(total.unpriced)}; your own prices count for new calls."
    if unwritten:
        words += f" {unwritten_words(unwritten)}."
    return words
