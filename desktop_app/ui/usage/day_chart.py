"""Stacked bars, one a day: what each provider was used for. Arrow keys go through the days as the pointer does."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.usage import UsageSum
from desktop_app.domain.usage_report import UsageReport
from desktop_app.ui.theme.painting import paint_text
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION, SMALL
from desktop_app.ui.usage.provider_look import ordered, paint_provider
from desktop_app.ui.usage.words import Measure, cost_words, day_words, spoken_days

_LEFT: Final = 58
_BOTTOM: Final = 26
_TOP: Final = 8
_STEPS: Final = 3
_WIDEST_BAR: Final = 34
_LABEL_ROOM: Final = 40
_LONG_LABEL_ROOM: Final = 64
_SHORT: Final = 31
_TIP_WIDTH: Final = 214
_RIGHT_ALIGNED: Final = Qt.AlignmentFlag.AlignRight


class DayChart(QWidget):
    """Shows a report; nothing of it is told by colour alone: bars have patterns, and each day its figures in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._report = UsageReport(None, None)
        self._labels: Mapping[str, str] = {}
        self._measure = Measure.COST
        self._today: date | None = None
        self.chosen: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(220)
        self.setAccessibleName("Each day")
        theme.changed.connect(self.update)

    @property
    def days(self) -> list[date]:
        """The days that are shown."""
        return list(self._report.by_day)

    def show_report(self, report: UsageReport, labels: Mapping[str, str], today: date) -> None:
        """Show `report`; `labels` are the providers' names."""
        self._report, self._labels, self._today = report, labels, today
        self.chosen = None
        self.setAccessibleDescription(spoken_days(report.by_day, labels))
        self.update()

    def show_measure(self, measure: Measure) -> None:
        """Let the bars be cost, tokens or requests."""
        self._measure = measure
        self.update()

    def day_text(self, index: int) -> str:
        """The figures of a day in words."""
        day = self.days[index]
        return spoken_days({day: self._report.by_day[day]}, self._labels)

    def sizeHint(self) -> QSize:
        """As the design has it."""
        return QSize(900, 250)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point at a day."""
        self._choose(self._day_at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Point at nothing."""
        self._choose(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from day to day."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.days:
            super().keyPressEvent(event)
            return
        last = len(self.days) - 1
        self._choose(min(max((last if self.chosen is None else self.chosen + step), 0), last))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Lines, bars, days, and the figures of the chosen day."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        values = [sum(map(self._measure.of, sums.values())) for sums in self._report.by_day.values()]
        top = rounded_up(max(values, default=0), self._measure)
        self._paint_lines(painter, top)
        if not any(values):
            words = "Nothing was used in this time." if not self._report.total.requests else "Free so far."
            area = self.rect().adjusted(_LEFT, 0, 0, -_BOTTOM)
            paint_text(painter, area, words, self._theme.font(SMALL), self._theme.tokens.text_3, _CENTER)
        self._paint_bars(painter, top)
        if self.chosen is not None and self.chosen < len(self.days):
            self._paint_tip(painter, self.chosen)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _choose(self, index: int | None) -> None:
        if index != self.chosen:
            self.chosen = index
            self.setToolTip("")
            self.setAccessibleName("Each day" if index is None else f"Each day: {self.day_text(index)}")
            self.update()

    def _day_at(self, x: float) -> int | None:
        if not self.days or x < _LEFT:
            return None
        return min(int((x - _LEFT) / self._column()), len(self.days) - 1)

    def _column(self) -> float:
        return max(self.width() - _LEFT - 8, 1) / max(len(self.days), 1)

    def _height(self) -> float:
        return max(self.height() - _TOP - _BOTTOM, 1)

    def _paint_lines(self, painter: QPainter, top: int) -> None:
        tokens = self._theme.tokens
        for step in range(_STEPS + 1):
            y = _TOP + self._height() * (1 - step / _STEPS)
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.drawLine(QPointF(_LEFT, y), QPointF(self.width() - 8, y))
            words = self._measure.words(top * step // _STEPS)
            place = QRect(0, round(y) - 9, _LEFT - 10, 18)
            paint_text(painter, place, words, self._theme.font(CAPTION), tokens.text_2, _RIGHT_ALIGNED)

    def _paint_bars(self, painter: QPainter, top: int) -> None:
        column, height = self._column(), self._height()
        wide = min(max(column * 0.48, 1.0), _WIDEST_BAR)
        room = _LABEL_ROOM if len(self.days) <= _SHORT else _LONG_LABEL_ROOM
        each = max(1, -(-room // max(round(column), 1)))
        gap = 1.0 if wide > 4 else 0.0
        for index, (day, sums) in enumerate(self._report.by_day.items()):
            left = _LEFT + column * index
            if index == self.chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.color("hover"))
                painter.drawRect(QRectF(left, _TOP, column, height))
            y = _TOP + height
            for provider in ordered(set(sums)):
                tall = height * self._measure.of(sums[provider]) / top
                if tall <= 0:
                    continue
                y -= tall
                bar = QRectF(left + (column - wide) / 2, y, wide, max(tall - gap, 1.0))
                paint_provider(painter, self._theme, provider, bar)
            if (len(self.days) - 1 - index) % each == 0:
                self._paint_day(painter, day, left, column)

    def _paint_day(self, painter: QPainter, day: date, left: float, column: float) -> None:
        is_today = day == self._today
        words = "Today" if is_today else str(day.day) if len(self.days) <= _SHORT else f"{day.day} {day:%b}"
        font = self._theme.font(CAPTION, Weight.SEMIBOLD if is_today else Weight.REGULAR)
        color = self._theme.tokens.text if is_today else self._theme.tokens.text_2
        middle = left + column / 2
        right = min(round(middle) + 30, self.width())
        place = QRect(right - 60, self.height() - _BOTTOM + 4, 60, 18)
        paint_text(painter, place, words, font, color, _CENTER)

    def _paint_tip(self, painter: QPainter, index: int) -> None:
        day, sums = self.days[index], self._report.by_day[self.days[index]]
        rows = list(reversed(ordered(set(sums))))
        tall = 34 + 20 * max(len(rows), 1)
        left = _LEFT + self._column() * (index + 1) + 6
        if left + _TIP_WIDTH > self.width():
            left = max(_LEFT + self._column() * index - _TIP_WIDTH - 6, 0)
        box = QRectF(left, _TOP + 4, _TIP_WIDTH, tall)
        painter.setPen(QPen(self._theme.color("border_strong"), 1))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(box, 8, 8)
        tokens, x, y = self._theme.tokens, round(left) + 12, round(box.top()) + 8
        inner = _TIP_WIDTH - 24
        paint_text(
            painter, QRect(x, y, inner, 18), day_words(day), self._theme.font(SMALL, Weight.SEMIBOLD), tokens.text
        )
        for provider in rows:
            y += 20
            self._paint_tip_row(painter, provider, sums[provider], QRect(x, y, inner, 18))
        if not rows:
            paint_text(painter, QRect(x, y + 20, inner, 18), "Nothing", self._theme.font(SMALL), tokens.text_2)

    def _paint_tip_row(self, painter: QPainter, provider: str, total: UsageSum, line: QRect) -> None:
        tokens, font = self._theme.tokens, self._theme.font(SMALL)
        paint_provider(painter, self._theme, provider, QRectF(line.left(), line.top() + 4, 10, 10))
        name = self._labels.get(provider, provider)
        paint_text(painter, line.adjusted(18, 0, -108, 0), name, font, tokens.text)
        counted = Measure.TOKENS.words(total.tokens)
        if self._measure is Measure.REQUESTS:
            counted = f"{total.requests:,} ×"
        paint_text(painter, line.adjusted(0, 0, -64, 0), counted, font, tokens.text, _RIGHT_ALIGNED)
        paint_text(painter, line, cost_words(total), font, tokens.text_2, _RIGHT_ALIGNED)


_CENTER: Final = Qt.AlignmentFlag.AlignHCenter


def rounded_up(most: int, measure: Measure) -> int:
    """The top of the axis: at least `most`, and a number whose thirds read well."""
    least = 30_000 if measure is Measure.COST else 3
    step = least
    while True:
        for times in (1, 2, 4, 5):
            if step * times >= most:
                return step * times
        step *= 10
