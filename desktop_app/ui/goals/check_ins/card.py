"""One check-in as it is listed: how it went, when, by whom, what was measured and said."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.domain.check_ins import CheckIn
from desktop_app.domain.revisions import AuthorKind
from desktop_app.ui.goals.check_ins.words import STATUS_TONES, STATUS_WORDS, badge_words, readings_words
from desktop_app.ui.goals.history.words import time_words


class CheckInCard(QFrame):
    """Shows it; there is nothing to do in it."""

    def __init__(self, check_in: CheckIn, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        when = time_words(check_in.at, today, self.locale())
        by = "You" if check_in.author.kind is AuthorKind.YOU else "Coach"
        readings = readings_words(check_in)
        badge = QLabel(badge_words(check_in.status))
        badge.setProperty("kind", "badge")
        badge.setProperty("tone", STATUS_TONES[check_in.status])
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(badge)
        head.addStretch(1)
        head.addWidget(_small(f"{by} · {when}", "quiet"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        for text, tone in ((check_in.note, ""), (readings, "secondary")):
            if text:
                column.addWidget(_small(text, tone) if tone else _body(text))
        spoken = (STATUS_WORDS[check_in.status], f"{by}, {when}", check_in.note, readings)
        self.setAccessibleName("Check-in: " + ". ".join(part for part in spoken if part))


def _small(text: str, tone: str) -> QLabel:
    label = _body(text)
    label.setProperty("role", "small")
    label.setProperty("tone", tone)
    return label


def _body(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
