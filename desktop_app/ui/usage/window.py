"""The usage window: tiles, days, limits, models. It shows what it is given and says what is wanted."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.domain.budgets import Limits
from desktop_app.domain.money import dollars, limit_words, sum_words
from desktop_app.domain.usage import UsageSum
from desktop_app.domain.usage_report import UsageReport
from desktop_app.services.spending.reports import Overview, Range
from desktop_app.ui.goals.history.segments import Segments
from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import HEADER
from desktop_app.ui.usage.day_chart import DayChart
from desktop_app.ui.usage.day_table import DayTable
from desktop_app.ui.usage.limits_form import LimitsForm
from desktop_app.ui.usage.model_table import ModelTable, Rows
from desktop_app.ui.usage.provider_look import ordered, paint_provider
from desktop_app.ui.usage.tile import Tile
from desktop_app.ui.usage.words import Measure, counted, span_words

_RANGES: Final = {
    Range.TODAY: "Today",
    Range.WEEK: "7 days",
    Range.MONTH: "This month",
    Range.ALL: "All time",
}
_SIZE: Final = QSize(1280, 860)
_LIMITS_WIDTH: Final = 400
_WIDE: Final = 1120
# As Qt has it; PySide6 does not give its name.
QWIDGETSIZE_MAX: Final = (1 << 24) - 1


class UsageWindow(QWidget):
    """A window of its own beside the chat; Esc closes it."""

    range_chosen = Signal(str)  # a value of Range
    export_requested = Signal()
    prices_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Usage")
        self.setProperty("surface", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.limits = LimitsForm()
        self.chart = DayChart(theme)
        self.days = DayTable(theme)
        self.table = ModelTable(theme)
        self.tiles = {name: Tile(theme, name) for name in ("This session", "Today", "This month", "On pace for")}
        self._legend = Legend(theme)
        self._span = _small()
        self._foot = _small()
        self._foot.setWordWrap(True)
        self._ranges = Segments("Range", list(_RANGES.values()))
        self._ranges.choose(list(_RANGES).index(Range.MONTH))
        self._measures = Segments("Show", [measure.value for measure in Measure])
        self._rows = Segments("Rows", [rows.value for rows in Rows])
        self._as_table = icon_button(theme, "list", "Each day as a table")
        self._as_table.setCheckable(True)
        self._middle = QHBoxLayout()
        self._build()
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room beside the days, the limits stand below them."""
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE
        self._middle.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self.limits.setMinimumWidth(_LIMITS_WIDTH if is_wide else 0)
        self.limits.setMaximumWidth(_LIMITS_WIDTH if is_wide else QWIDGETSIZE_MAX)
        self.table.set_narrow(is_narrow=not is_wide)

    @property
    def range(self) -> Range:
        """The range that is chosen."""
        return list(_RANGES)[self._ranges.current]

    def show_overview(self, overview: Overview, limits: Limits) -> None:
        """Fill the tiles."""
        self.tiles["This session"].show_sum(_sum(overview.session), counted(overview.session))
        self._show_limited("Today", overview.day, limits.day)
        self._show_limited("This month", overview.month, limits.month, limits.warn_percent)
        pace = overview.forecast
        if pace is None:
            self.tiles["On pace for"].show_sum("–", "Too early in the month to tell")
            return
        note = f"by the end of {overview.today:%B}"
        if limits.month is not None:
            note += ", inside your limit" if pace <= limits.month else ", beyond your limit"
        self.tiles["On pace for"].show_sum(dollars(pace), note)

    def show_report(
        self, report: UsageReport, overview: Overview, labels: Mapping[str, str], name_of: Callable[[str, str], str]
    ) -> None:
        """Fill bars and table. `labels` are the providers' names, `name_of` is how a model is called."""
        self._span.setText(span_words(report.first, report.last))
        self._legend.show_providers([(name, labels.get(name, name)) for name in ordered(set(report.providers))])
        self.chart.show_report(report, labels, overview.today)
        self.days.show_report(report, labels)
        self.table.show_report(report, labels, name_of)

    def show_foot(self, words: str) -> None:
        """Say where the figures come from."""
        self._foot.setText(words)

    def _show_limited(self, name: str, total: UsageSum, limit: int | None, warn_percent: int = 100) -> None:
        beside = "" if limit is None else f"of {limit_words(limit)}"
        share = None
        if name == "This month" and limit is not None:
            share = 1.0 if limit == 0 else total.cost_micro_usd / limit
        is_warning = share is not None and 100 * share >= warn_percent
        self.tiles[name].show_sum(_sum(total), counted(total), beside=beside, share=share, is_warning=is_warning)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(24, 20, 24, 16)
        rows.setSpacing(16)
        tiles = QHBoxLayout()
        tiles.setSpacing(16)
        for tile in self.tiles.values():
            tiles.addWidget(tile, 1)
        rows.addLayout(tiles)
        self._middle.setSpacing(16)
        self._middle.addWidget(self._chart_card(), 1)
        self._middle.addWidget(self.limits)
        rows.addLayout(self._middle)
        rows.addWidget(self._table_card())
        rows.addLayout(self._foot_row())
        rows.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        column.addWidget(area, 1)
        # Else the first button would have the focus, and its ring.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()

    def _head(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("surface", "sidebar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setFixedHeight(HEADER)
        around = QVBoxLayout(bar)
        around.setContentsMargins(0, 0, 0, 0)
        head = QFrame()
        head.setProperty("kind", "header")
        around.addWidget(head)
        row = QHBoxLayout(head)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(16)
        title = QLabel("Usage")
        title.setProperty("role", "body")
        title.setProperty("strong", True)
        export = push_button("Export CSV")
        export.setIcon(self._theme.icon("download"))
        export.clicked.connect(self.export_requested)
        self._ranges.chosen.connect(self._choose_range)
        for widget in (title, self._span):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._ranges)
        row.addWidget(export)
        return bar

    def _chart_card(self) -> QFrame:
        card, inner = _card()
        top = QHBoxLayout()
        top.setSpacing(16)
        title = QLabel("Each day")
        title.setProperty("strong", True)
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self._legend)
        top.addWidget(self._measures)
        top.addWidget(self._as_table)
        self._measures.chosen.connect(self._choose_measure)
        self._as_table.toggled.connect(self._show_days)
        inner.addLayout(top)
        inner.addWidget(self.chart, 1)
        inner.addWidget(self.days, 1)
        return card

    def _table_card(self) -> QFrame:
        card, inner = _card()
        top = QHBoxLayout()
        title = QLabel("How they did")
        title.setProperty("strong", True)
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self._rows)
        self._rows.chosen.connect(self._choose_rows)
        inner.addLayout(top)
        inner.addWidget(self.table)
        return card

    def _foot_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        prices = push_button("Edit prices", "link")
        prices.clicked.connect(self.prices_requested)
        row.addWidget(self._foot, 1)
        row.addWidget(prices, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _choose_range(self, _index: int) -> None:
        self.range_chosen.emit(self.range.value)

    def _choose_measure(self, index: int) -> None:
        self.chart.show_measure(list(Measure)[index])
        self.days.show_measure(list(Measure)[index])

    def _choose_rows(self, index: int) -> None:
        self.table.show_rows(list(Rows)[index])

    def _show_days(self, as_table: bool) -> None:
        self.chart.setVisible(not as_table)
        self._legend.setVisible(not as_table)
        self.days.set_shown(is_shown=as_table)


class Legend(QWidget):
    """The providers that the bars show, each with its colour, pattern and name."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)

    def show_providers(self, providers: list[tuple[str, str]]) -> None:
        """Show these, by name and label."""
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for name, label in providers:
            self._row.addWidget(_Square(self._theme, name))
            self._row.addWidget(_small(label))
            self._row.addSpacing(8)


class _Square(QWidget):
    def __init__(self, theme: Theme, provider: str) -> None:
        super().__init__()
        self._theme = theme
        self._provider = provider
        self.setFixedSize(10, 10)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        painter = QPainter(self)
        paint_provider(painter, self._theme, self._provider, QRectF(0, 0, 10, 10))
        painter.end()


def _sum(total: UsageSum) -> str:
    return sum_words(total.cost_micro_usd, total.unpriced)


def _small(words: str = "") -> QLabel:
    label = QLabel(words)
    label.setProperty("role", "small")
    label.setProperty("tone", "secondary")
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("kind", "card")
    inner = QVBoxLayout(card)
    inner.setContentsMargins(17, 12, 17, 12)
    inner.setSpacing(10)
    return card, inner
