"""A goal's milestones on a line of time, with today among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.domain.goals import Milestone
from desktop_app.ui.goals.dates import short_date
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CAPTION

_HEIGHT: Final = 64
_LINE_Y: Final = 28
_RADIUS: Final = 5
_EDGE: Final = 8
_LABEL_GAP: Final = 10


@dataclass(frozen=True, slots=True)
class TimelinePoint:
    """A day, `share` of the way from the first day to the last, and whether all that is due then is done."""

    day: date
    share: float
    is_done: bool


def timeline_points(milestones: Sequence[Milestone], today: date) -> tuple[tuple[TimelinePoint, ...], float | None]:
    """The days with milestones in order, and today's share; nothing where they are on fewer than two days.

    Today is None where it is outside of the line.
    """
    done: dict[date, bool] = {}
    for milestone in milestones:
        day = milestone.target_date or (milestone.done_at.astimezone().date() if milestone.done_at else None)
        if day is not None:
            done[day] = done.get(day, True) and milestone.is_done
    days = sorted(done)
    if len(days) < 2:
        return (), None
    first, length = days[0], (days[-1] - days[0]).days
    points = tuple(TimelinePoint(day, (day - first).days / length, done[day]) for day in days)
    now = (today - first).days / length
    return points, now if 0 <= now <= 1 else None


class Timeline(QWidget):
    """Paints it; a screen reader is told it in words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._points: tuple[TimelinePoint, ...] = ()
        self._now: float | None = None
        self._today = date.min
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_milestones(self, milestones: Sequence[Milestone], today: date) -> None:
        """Show these; the line is not there where it would have fewer than two days."""
        self._points, self._now = timeline_points(milestones, today)
        self._today = today
        self.setVisible(bool(self._points))
        words = (f"{self._label(point)}: {'done' if point.is_done else 'open'}" for point in self._points)
        self.setAccessibleName("Milestones over time")
        self.setAccessibleDescription("; ".join(words))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its labels need."""
        return QSize(300, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line, what is done of it, the days, and today."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("border_strong"), 2))
        painter.drawLine(QPointF(_EDGE, _LINE_Y), QPointF(self.width() - _EDGE, _LINE_Y))
        if self._now is not None:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawLine(QPointF(_EDGE, _LINE_Y), QPointF(self._x(self._now), _LINE_Y))
        self._paint_labels(painter)
        self._paint_points(painter)
        if self._now is not None:
            self._paint_today(painter, self._x(self._now))

    def _paint_points(self, painter: QPainter) -> None:
        for point in self._points:
            painter.setPen(QPen(self._theme.color("accent" if point.is_done else "text_3"), 2))
            painter.setBrush(self._theme.color("accent" if point.is_done else "surface"))
            painter.drawEllipse(QPointF(self._x(point.share), _LINE_Y), _RADIUS, _RADIUS)

    def _paint_labels(self, painter: QPainter) -> None:
        """The days that have room, the last one first among them: it is the goal's end."""
        font = self._theme.font(CAPTION)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(self._theme.color("text_2"))
        taken: list[QRectF] = []
        for point in (self._points[-1], *self._points[:-1]) if self._points else ():
            text = self._label(point)
            width = metrics.horizontalAdvance(text)
            left = min(max(0.0, self._x(point.share) - width / 2), self.width() - width)
            area = QRectF(left, _LINE_Y + 16, width + 1, metrics.height())
            if all(not area.adjusted(-_LABEL_GAP, 0, _LABEL_GAP, 0).intersects(other) for other in taken):
                taken.append(area)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_today(self, painter: QPainter, x: float) -> None:
        painter.setPen(QPen(self._theme.color("text"), 1.5))
        painter.drawLine(QPointF(x, _LINE_Y - 14), QPointF(x, _LINE_Y + 11))
        font = self._theme.font(CAPTION, Weight.SEMIBOLD)
        width = QFontMetricsF(font).horizontalAdvance("Today")
        painter.setFont(font)
        left = x + 6 if x + 6 + width < self.width() else x - 6 - width
        painter.drawText(QRectF(left, _LINE_Y - 22, width + 1, 16), Qt.AlignmentFlag.AlignCenter, "Today")

    def _x(self, share: float) -> float:
        return _EDGE + share * (self.width() - 2 * _EDGE)

    def _label(self, point: TimelinePoint) -> str:
        return short_date(point.day, self._today, QLocale())
