"""The table of models, or of providers compared: requests, tokens, money, speed, how often they failed."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QWidget

from desktop_app.domain.comparisons import ModelWins
from desktop_app.domain.usage_report import ModelUsage, UsageReport
from desktop_app.services.spending.estimates import token_words
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.usage_table import UsageTable
from desktop_app.ui.usage.words import cost_words, failed_words

_HEADERS: Final = (
    *("Model", "Requests", "Input", "Cached", "Output", "Cost"),
    *("First token p50", "p95", "Tokens / s", "Errors", "Kept"),
)
_COST: Final = _HEADERS.index("Cost")
_FIRST_TOKEN: Final = _HEADERS.index("First token p50")
_ERRORS: Final = _HEADERS.index("Errors")
_KEPT: Final = _HEADERS.index("Kept")
_NAME_PX: Final = 260
_NARROW_NAME_PX: Final = 150
_LONG_HEADING_PX: Final = 116
# What a column is sorted by; nothing measured comes last where the largest is first.
_KEYS: Final[Sequence[Callable[[ModelUsage], Any]]] = (
    lambda row: (row.provider, row.model),
    lambda row: row.total.requests,
    lambda row: row.total.input_tokens,
    lambda row: row.total.cache_read_tokens,
    lambda row: row.total.output_tokens,
    lambda row: (row.total.cost_micro_usd, row.total.unpriced),
    lambda row: _or_least(row.first_token_p50_ms),
    lambda row: _or_least(row.first_token_p95_ms),
    lambda row: _or_least(row.total.tokens_per_second),
    lambda row: (row.total.errors, row.total.failed_per_thousand),
)


class Rows(StrEnum):
    """What has a row."""

    MODELS = "Models"
    PROVIDERS = "Providers"


class ModelTable(UsageTable):
    """As high as its rows; the view around it scrolls."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Usage by model", _HEADERS, parent)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, _NAME_PX)
        header.setSectionResizeMode(_FIRST_TOKEN, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(_FIRST_TOKEN, _LONG_HEADING_PX)
        self._report = UsageReport(None, None)
        self._labels: Mapping[str, str] = {}
        self._name_of: Callable[[str, str], str] = lambda _provider, model: model
        self._rows = Rows.MODELS
        self._wins: Mapping[tuple[str, str], ModelWins] = {}
        self._sorted_by = (_COST, True)
        self.show_order(_COST, is_falling=True)
        self.let_sort(self._sort)
        self.fit()

    def show_report(self, report: UsageReport, labels: Mapping[str, str], name_of: Callable[[str, str], str]) -> None:
        """A row for each, and the total below; `labels` name providers, `name_of` says how a model is called."""
        self._report, self._labels, self._name_of = report, labels, name_of
        self._fill()

    def show_wins(self, wins: Sequence[ModelWins]) -> None:
        """Tell how often each model's answer was kept when two were compared; without any the column goes."""
        self._wins = {(one.model.provider, one.model.model): one for one in wins if one.decided}

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Leave names less room, so that every figure has its own."""
        self.horizontalHeader().resizeSection(0, _NARROW_NAME_PX if is_narrow else _NAME_PX)

    def show_rows(self, rows: Rows) -> None:
        """Let the rows be models, or providers."""
        self._rows = rows
        self.setAccessibleName("Usage by model" if rows is Rows.MODELS else "Providers compared")
        self.name_first("Model" if rows is Rows.MODELS else "Provider")
        self._fill()

    def _sort(self, column: int, is_falling: bool) -> None:
        self._sorted_by = (column, is_falling)
        self._fill()

    def _fill(self) -> None:
        self.setRowCount(0)
        column, is_falling = self._sorted_by
        is_by_model = self._rows is Rows.MODELS
        self.setColumnHidden(_KEPT, not (is_by_model and self._wins))
        rows = self._report.models if is_by_model else self._report.compared
        key = self._kept_key if column == _KEPT else _KEYS[column]
        for row in sorted(rows, key=key, reverse=is_falling):
            name = self._name_of(row.provider, row.model) if row.model else self._labels.get(row.provider, row.provider)
            self.add_row((name, *_cells(row), self._kept(row)), row.provider)
            if row.total.errors and (item := self.item(self.rowCount() - 1, _ERRORS)) is not None:
                item.setForeground(self.theme.color("danger"))
        if rows:
            self.add_row(("Total", *_cells(ModelUsage("", "", self._report.total), is_total=True), ""), is_total=True)
        self.fit()

    def _kept(self, row: ModelUsage) -> str:
        won = self._wins.get((row.provider, row.model))
        return f"{won.wins} of {won.decided}" if won else "–"

    def _kept_key(self, row: ModelUsage) -> tuple[int, int]:
        won = self._wins.get((row.provider, row.model))
        return (won.wins, -won.decided) if won else (-1, 0)


def _cells(usage: ModelUsage, *, is_total: bool = False) -> tuple[str, ...]:
    total, speed = usage.total, usage.total.tokens_per_second
    measured = (
        _seconds(usage.first_token_p50_ms),
        _seconds(usage.first_token_p95_ms),
        "–" if speed is None else f"{speed:,}",
    )
    return (
        f"{total.requests:,}",
        token_words(total.input_tokens),
        token_words(total.cache_read_tokens) if total.cache_read_tokens else "–",
        token_words(total.output_tokens),
        cost_words(total),
        *(("", "", "") if is_total else measured),
        failed_words(total),
    )


def _seconds(ms: int | None) -> str:
    return "–" if ms is None else f"{ms / 1000:.1f} s"


def _or_least(figure: int | None) -> int:
    return -1 if figure is None else figure
