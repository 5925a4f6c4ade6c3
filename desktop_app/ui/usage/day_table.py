"""The days as a table, for whoever would rather read than look: one row a day, one column a provider."""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from desktop_app.domain.usage import UsageSum
from desktop_app.domain.usage_report import UsageReport, summed
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.provider_look import ordered
from desktop_app.ui.usage.usage_table import UsageTable
from desktop_app.ui.usage.words import Measure, cost_words, day_words


class DayTable(UsageTable):
    """Shows a report as the chart does. It is filled only while it is seen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Each day", ("Day", "Total"), parent)
        self._report = UsageReport(None, None)
        self._labels: Mapping[str, str] = {}
        self._measure = Measure.COST
        self.hide()

    def show_report(self, report: UsageReport, labels: Mapping[str, str]) -> None:
        """Show `report`; `labels` are the providers' names."""
        self._report, self._labels = report, labels
        self._fill()

    def show_measure(self, measure: Measure) -> None:
        """Let the figures be cost, tokens or requests."""
        self._measure = measure
        self._fill()

    def set_shown(self, *, is_shown: bool) -> None:
        """Take the chart's place, or give it back."""
        self.setVisible(is_shown)
        self._fill()

    def _fill(self) -> None:
        if self.isHidden():
            return
        self.setRowCount(0)
        providers = ordered(set(self._report.providers))
        self.set_headers(("Day", *(self._labels.get(name, name) for name in providers), "Total"))
        # The newest first: what is asked for is rather what was than what will have been.
        used = [(day, sums) for day, sums in self._report.by_day.items() if sums]
        has_years = len({day.year for day, _ in used}) > 1
        for day, sums in reversed(used):
            of_providers = (self._words(sums.get(name, UsageSum())) for name in providers)
            name = f"{day:%a} {day.day} {day:%b %Y}" if has_years else day_words(day)
            self.add_row((name, *of_providers, self._words(summed(sums.values()))))
        if used:
            totals = [summed(sums.get(name, UsageSum()) for _, sums in used) for name in providers]
            self.add_row(("Total", *map(self._words, (*totals, self._report.total))), is_total=True)

    def _words(self, total: UsageSum) -> str:
        if not total.requests:
            return "–"
        return cost_words(total) if self._measure is Measure.COST else f"{self._measure.of(total):,}"
