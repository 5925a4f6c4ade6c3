"""The table of models: requests, tokens, money, how quick they were, how often they failed."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from desktop_app.domain.usage import UsageSum
from desktop_app.domain.usage_report import ModelUsage, UsageReport
from desktop_app.services.spending.estimates import token_words
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.usage.provider_look import paint_provider
from desktop_app.ui.usage.words import cost_words

_HEADERS: Final = (
    *("Model", "Requests", "Input", "Cached", "Output", "Cost"),
    *("First token p50", "p95", "Tokens / s", "Errors"),
)
_ROW_PX: Final = 36
_NAME_PX: Final = 260
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ModelTable(QTableWidget):
    """As high as its rows; the view around it scrolls."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADERS), parent)
        self._theme = theme
        self.setAccessibleName("Usage by model")
        for column, words in enumerate(_HEADERS):
            heading = QTableWidgetItem(words)
            heading.setTextAlignment(_RIGHT if column else _LEFT)
            self.setHorizontalHeaderItem(column, heading)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setIconSize(QSize(10, 10))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(0, _NAME_PX)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(64)
        self._fit()

    def show_report(self, report: UsageReport, name_of: Callable[[str, str], str]) -> None:
        """A row for each model, and the total below; `name_of` is how a model is called."""
        self.setRowCount(0)
        for row in report.models:
            self._add(name_of(row.provider, row.model), row, row.provider)
        if report.models:
            total = ModelUsage("", "", report.total)
            self._add("Total", total, "")
        self._fit()

    def texts(self, row: int) -> list[str]:
        """What stands in a row."""
        items = (self.item(row, column) for column in range(self.columnCount()))
        return [item.text() if item else "" for item in items]

    def _add(self, name: str, usage: ModelUsage, provider: str) -> None:
        place = self.rowCount()
        self.insertRow(place)
        for column, words in enumerate((name, *_cells(usage, is_total=not provider))):
            item = QTableWidgetItem(words)
            if column:
                item.setTextAlignment(_RIGHT)
            elif provider:
                item.setIcon(self._square(provider))
            if not provider:
                font = item.font()
                font.setBold(True)
                item.setFont(font)
            if column == len(_HEADERS) - 1 and usage.total.errors:
                item.setForeground(self._theme.color("danger"))
            if not provider:
                item.setBackground(self._theme.color("sunken"))
            self.setItem(place, column, item)

    def _square(self, provider: str) -> QIcon:
        pixmap = QPixmap(20, 20)
        pixmap.setDevicePixelRatio(2)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_provider(painter, self._theme, provider, QRectF(0, 0, 10, 10))
        painter.end()
        return QIcon(pixmap)

    def _fit(self) -> None:
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + _ROW_PX * max(self.rowCount(), 1) + 6)


def _cells(usage: ModelUsage, *, is_total: bool) -> tuple[str, ...]:
    total: UsageSum = usage.total
    speed = total.tokens_per_second
    measured = (
        ("", "", "")
        if is_total
        else (
            _seconds(usage.first_token_p50_ms),
            _seconds(usage.first_token_p95_ms),
            "–" if speed is None else f"{speed:,}",
        )
    )
    return (
        f"{total.requests:,}",
        token_words(total.input_tokens),
        token_words(total.cache_read_tokens) if total.cache_read_tokens else "–",
        token_words(total.output_tokens),
        cost_words(total),
        *measured,
        f"{total.errors:,}",
    )


def _seconds(ms: int | None) -> str:
    return "–" if ms is None else f"{ms / 1000:.1f} s"
