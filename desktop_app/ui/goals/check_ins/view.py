"""The tab of check-ins: the form, the rhythm of reviews, the chart, and what was said before."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.domain.check_ins import CheckIn, CheckInStatus
from desktop_app.domain.goals import GoalFields, ReviewRhythm
from desktop_app.domain.progress_over_time import ProgressPoint
from desktop_app.ui.goals.check_ins.card import CheckInCard
from desktop_app.ui.goals.check_ins.chart import ProgressChart, legend
from desktop_app.ui.goals.check_ins.form import CheckInForm
from desktop_app.ui.goals.check_ins.words import RHYTHM_WORDS, review_words
from desktop_app.ui.theme.controls import push_button
from desktop_app.ui.theme.theme import Theme

_SHOWN: Final = 20


class CheckInsView(QFrame):
    """Shows what it is given. `rhythm_chosen` gives a value of ReviewRhythm, the form a `NewCheckIn`."""

    rhythm_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("check_ins")
        self.setAccessibleName("Check-ins")
        self.form = CheckInForm()
        self.rhythm = QComboBox()
        self.rhythm.setAccessibleName("Look at the goal again")
        self.rhythm.view().setAccessibleName("How often")
        for rhythm, words in RHYTHM_WORDS.items():
            self.rhythm.addItem(words, rhythm.value)
        self.rhythm.activated.connect(self._choose_rhythm)
        self.next = _quiet("")
        self.chart = ProgressChart(theme)
        self.more = push_button("Show all", kind="link")
        self.more.clicked.connect(self._show_all)
        self._check_ins: tuple[CheckIn, ...] = ()
        self._today = date.min
        self._most = _SHOWN
        self._cards: list[CheckInCard] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._empty = _quiet("No check-ins yet.")
        self._arrange()
        self.show_check_ins((), (), date.min, datetime.min.replace(tzinfo=UTC))

    @property
    def status(self) -> CheckInStatus | None:
        """How it went at the last check-in; None where there is none."""
        return self._check_ins[0].status if self._check_ins else None

    def show_fields(self, fields: GoalFields) -> None:
        """Offer the goal's measures, and show its rhythm."""
        self.form.show_measures(fields.measures)
        self.rhythm.setCurrentIndex(tuple(ReviewRhythm).index(fields.rhythm))

    def show_next(self, day: date | None, today: date) -> None:
        """Show when the goal is looked at again; None for never."""
        self.next.setText(review_words(day, today, self.locale()))
        self.next.setVisible(day is not None)

    def show_check_ins(
        self, check_ins: Sequence[CheckIn], points: Sequence[ProgressPoint], today: date, now: datetime
    ) -> None:
        """List these, newest first, under the way of the progress."""
        self._check_ins, self._today, self._most = tuple(check_ins), today, _SHOWN
        self.chart.show_points(points, check_ins, now)
        self._show_list()

    @property
    def cards(self) -> Sequence[CheckInCard]:
        """What is listed."""
        return self._cards

    def _show_list(self) -> None:
        for card in self._cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [CheckInCard(one, self._today) for one in self._check_ins[: self._most]]
        for card in self._cards:
            self._list.addWidget(card)
        self._empty.setVisible(not self._check_ins)
        self.more.setVisible(len(self._check_ins) > self._most)
        self.more.setText(f"Show all {len(self._check_ins):,}")

    def _show_all(self) -> None:
        self._most = len(self._check_ins)
        self._show_list()

    def _choose_rhythm(self) -> None:
        self.rhythm_chosen.emit(str(self.rhythm.currentData()))

    def _arrange(self) -> None:
        body = QWidget()
        body.setObjectName("history_body")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 8, 8, 12)
        column.setSpacing(12)
        column.addWidget(self.form)
        again = QHBoxLayout()
        again.setSpacing(8)
        label = QLabel("Look at it again")
        label.setBuddy(self.rhythm)
        again.addWidget(label)
        again.addWidget(self.rhythm)
        again.addStretch(1)
        column.addLayout(again)
        column.addWidget(self.next)
        column.addWidget(self.chart)
        column.addWidget(_quiet(legend()))
        column.addLayout(self._list)
        column.addWidget(self._empty)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("history_cards")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "small")
    label.setProperty("tone", "quiet")
    label.setWordWrap(True)
    return label
