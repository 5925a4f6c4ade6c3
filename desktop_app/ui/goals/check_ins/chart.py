"""The progress of a goal over time, as a line of steps."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.check_ins import CheckIn
from desktop_app.domain.progress_over_time import ProgressPoint
from desktop_app.ui.goals.check_ins.words import STATUS_SIGNS, STATUS_WORDS, chart_words, percent
from desktop_app.ui.goals.dates import short_date
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import CAPTION

_HEIGHT: Final = 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 20, 22
_DOT: Final = 4.0
_EMPTY: Final = "The line begins with the first milestone or measure."
_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ProgressChart(QWidget):
    """Paints the shares from the first to now, and the check-ins upon them; Left and Right go from point to point."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._points: tuple[ProgressPoint, ...] = ()
        self._check_ins: tuple[CheckIn, ...] = ()
        self._now = datetime.min.replace(tzinfo=UTC)
        self._chosen: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress over time")
        theme.changed.connect(self.update)

    def show_points(self, points: Sequence[ProgressPoint], check_ins: Sequence[CheckIn], now: datetime) -> None:
        """Show `points`, oldest first, each holding until the next, the last until `now`."""
        self._points = tuple(point for point in points if point.share is not None)
        self._check_ins, self._now, self._chosen = tuple(check_ins), now, None
        self.setAccessibleDescription(chart_words(self._points, self.locale()))
        self.update()

    @property
    def chosen_words(self) -> str:
        """The point that the keys went to, in words; empty for none."""
        if self._chosen is None:
            return ""
        point = self._points[self._chosen]
        day = short_date(point.at.astimezone().date(), self._now.astimezone().date(), self.locale())
        return f"{day}: {percent(point)}"

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the point before or after, and say it."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self._points:
            super().keyPressEvent(event)
            return
        last = len(self._points) - 1
        self._chosen = last if self._chosen is None else min(max(self._chosen + step, 0), last)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.chosen_words))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The lines of 0, 50 and 100 %, the way, the check-ins, and the first and last day."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(CAPTION))
        area = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        if not self._points:
            painter.setPen(self._theme.color("text_3"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, _EMPTY)
        else:
            self._paint_grid(painter, area)
            self._paint_way(painter, area)
            self._paint_check_ins(painter, area)
            self._paint_days(painter, area)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()

    def _paint_grid(self, painter: QPainter, area: QRectF) -> None:
        for share, words in ((0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(self._theme.color("text_3"))
            words_area = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(words_area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_way(self, painter: QPainter, area: QRectF) -> None:
        path = QPainterPath()
        for index, point in enumerate(self._points):
            place = self._place(point.at, float(point.share or 0), area)
            if index == 0:
                path.moveTo(place)
            else:
                path.lineTo(QPointF(place.x(), path.currentPosition().y()))
                path.lineTo(place)
        path.lineTo(QPointF(area.right(), path.currentPosition().y()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.drawPath(path)
        if self._chosen is not None:
            point = self._points[self._chosen]
            place = self._place(point.at, float(point.share or 0), area)
            painter.setBrush(self._theme.color("accent"))
            painter.drawEllipse(place, _DOT, _DOT)
            self._paint_words(painter, place, self.chosen_words, area)

    def _paint_words(self, painter: QPainter, place: QPointF, words: str, area: QRectF) -> None:
        width = QFontMetricsF(painter.font()).horizontalAdvance(words) + 4
        left = min(max(place.x() - width / 2, area.left()), area.right() - width)
        painter.setPen(self._theme.color("text"))
        painter.drawText(QRectF(left, place.y() - 20, width, 16), Qt.AlignmentFlag.AlignCenter, words)

    def _paint_check_ins(self, painter: QPainter, area: QRectF) -> None:
        """A sign over the line for each, so that it is not told by colour alone."""
        painter.setPen(self._theme.color("text_2"))
        for check_in in self._check_ins:
            x = self._place(check_in.at, 0, area).x()
            sign = QRectF(x - 8, area.top() - 18, 16, 14)
            painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, STATUS_SIGNS[check_in.status])

    def _paint_days(self, painter: QPainter, area: QRectF) -> None:
        today = self._now.astimezone().date()
        first = self._points[0].at.astimezone().date()
        under = QRectF(area.left(), area.bottom() + 4, area.width(), 16)
        painter.setPen(self._theme.color("text_3"))
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft, short_date(first, today, self.locale()))
        painter.drawText(under, Qt.AlignmentFlag.AlignRight, "Today")

    def _place(self, at: datetime, share: float, area: QRectF) -> QPointF:
        begin = self._points[0].at
        length = max((self._now - begin).total_seconds(), 1.0)
        way = min(max((at - begin).total_seconds() / length, 0.0), 1.0)
        return QPointF(area.left() + way * area.width(), area.bottom() - share * area.height())


def legend() -> str:
    """What the signs over the line mean."""
    return " · ".join(f"{STATUS_SIGNS[status]} {words.lower()}" for status, words in STATUS_WORDS.items())
