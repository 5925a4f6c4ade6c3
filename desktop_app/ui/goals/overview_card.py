"""How the goal stands, over its tabs in the large editor: a ring, a sentence, and the line of time."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.domain.check_ins import CheckInStatus
from desktop_app.domain.goals import Milestone
from desktop_app.domain.progress import Progress
from desktop_app.ui.goals.check_ins.words import STATUS_TONES, STATUS_WORDS, badge_words
from desktop_app.ui.goals.dates import distance_words
from desktop_app.ui.goals.timeline import Timeline
from desktop_app.ui.theme.painting import RingLook, paint_ring
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme

_RING_PX: Final = 44


class OverviewCard(QFrame):
    """Shows what follows from the milestones and measures."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setObjectName("overview")
        self._ring = _Ring(theme)
        self.heading, self.next = QLabel(), QLabel()
        self.heading.setProperty("strong", "true")
        self.heading.setProperty("role", "body")
        self.next.setProperty("tone", "secondary")
        for label in (self.heading, self.next):
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.status = QLabel()
        self.status.setProperty("kind", "badge")
        self.status.hide()
        self.timeline = Timeline(theme)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.next)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._ring)
        head.addLayout(words, 1)
        head.addWidget(self.status, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.timeline)

    def show_status(self, status: CheckInStatus | None) -> None:
        """Show how it went at the last check-in; None where there was none."""
        self.status.setVisible(status is not None)
        if status is not None:
            self.status.setText(badge_words(status))
            self.status.setAccessibleName(f"At the last check-in: {STATUS_WORDS[status].lower()}")
            self.status.setProperty("tone", STATUS_TONES[status])
            restyle(self.status)

    def show_goal(self, milestones: Sequence[Milestone], progress: Progress, today: date) -> None:
        """Show how far it is and what comes next."""
        done = sum(milestone.is_done for milestone in milestones)
        count = len(milestones)
        self.heading.setText(f"{done} of {count} milestones done" if count else "No milestones yet")
        self.next.setText(_next_words(milestones, today) or progress.sentence)
        self._ring.show_share(float(progress.share or 0))
        self.setToolTip(progress.sentence)
        self.setAccessibleName(self.heading.text())
        self.setAccessibleDescription(f"{self.next.text()} {progress.sentence}")
        self.timeline.show_milestones(milestones, today)


class _Ring(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setFixedSize(_RING_PX, _RING_PX)
        self._theme, self._share = theme, 0.0
        theme.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = RingLook.COMPLETED if self._share >= 1 else RingLook.PROGRESS
        paint_ring(QPainter(self), QRectF(self.rect()).adjusted(2, 2, -2, -2), self._theme.tokens, look, self._share)


def _next_words(milestones: Sequence[Milestone], today: date) -> str:
    """What is due next, or else what stands first."""
    still_open = [milestone for milestone in milestones if not milestone.is_done]
    if not still_open:
        return "Everything is done." if milestones else ""
    dated = [milestone for milestone in still_open if milestone.target_date is not None]
    following = min(dated, key=lambda milestone: milestone.target_date or date.max) if dated else still_open[0]
    if following.target_date is None:
        return f"Next is {following.title}."
    return f"Next is {following.title}, {distance_words(following.target_date, today)}."
