"""What stands around the composer before the first message: a question and four ways to begin."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import COMPOSER_WIDTH, HERO, RADIUS_CARD, SMALL, UI

_MARK_PX: Final = 68
_DOT: Final = "#F4C468"
_HERO_SPACING: Final = 96.0  # %


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A way to begin; `starter` is what is put into the composer."""

    icon: str
    title: str
    text: str
    starter: str


SUGGESTIONS: Final = (
    Suggestion(
        "sparkle",
        "I have a vague wish",
        "Help me turn it into something I can do",
        "I have a vague wish: I would like to ",
    ),
    Suggestion(
        "list-checks",
        "Break a big goal into steps",
        "Milestones with dates that fit my week",
        "Help me break a big goal into steps with dates. The goal: ",
    ),
    Suggestion(
        "history",
        "Pick up one I dropped",
        "Find out what got in the way last time",
        "I want to pick up a goal I dropped, and find out what got in the way: ",
    ),
    Suggestion(
        "calendar",
        "Set up a weekly check-in",
        "Ten minutes, every Sunday evening",
        "Set up a weekly check-in with me, ten minutes every Sunday evening, about ",
    ),
)


class Mark(QWidget):
    """The program's sign, quiet."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(_MARK_PX, _MARK_PX)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theme.color("accent_line"), 7)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        ring = QRectF(11, 10, 45, 45)
        painter.drawArc(ring, 82 * 16, 278 * 16)
        painter.drawLine(QPointF(37, 32.5), QPointF(56, 32.5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(_DOT))
        painter.drawEllipse(QRectF(44, 6, 13, 13))
        painter.end()


class SuggestionCard(QAbstractButton):
    """One way to begin."""

    suggestion_chosen = Signal(str)

    def __init__(self, theme: Theme, suggestion: Suggestion) -> None:
        super().__init__()
        self._theme = theme
        self._suggestion = suggestion
        self.setText(suggestion.title)
        self.setAccessibleDescription(suggestion.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._choose)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(346, 64)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 64)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = 2 if self.hasFocus() else 1
        painter.setPen(QPen(self._theme.color("accent" if self.hasFocus() else "border"), line))
        painter.setBrush(self._theme.color("hover" if self.underMouse() else "surface"))
        half = line / 2
        frame = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(frame, RADIUS_CARD, RADIUS_CARD)
        painter.drawPixmap(17, 23, self._theme.pixmap(self._suggestion.icon, "accent", 18, self.devicePixelRatioF()))
        self._paint_words(painter)
        painter.end()

    def _paint_words(self, painter: QPainter) -> None:
        width = self.width() - 49 - 12
        for top, height, size, weight, token, words in (
            (13, UI.line_px, UI, Weight.MEDIUM, "text", self._suggestion.title),
            (33, SMALL.line_px, SMALL, Weight.REGULAR, "text_2", self._suggestion.text),
        ):
            painter.setFont(self._theme.font(size, weight))
            painter.setPen(self._theme.color(token))
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(49, top, width, height), int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _choose(self) -> None:
        self.suggestion_chosen.emit(self._suggestion.starter)


class Greeting(QWidget):
    """The mark and the question, above the composer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMaximumWidth(COMPOSER_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 22)
        column.setSpacing(0)
        column.addWidget(Mark(theme), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(22)
        for role, tone, words in (
            ("hero", "", "What do you want to be true a year from now?"),
            ("lead", "secondary", "A rough sentence is enough. The coach will ask, then write the goal down with you."),
        ):
            label = QLabel(words)
            label.setProperty("role", role)
            label.setProperty("tone", tone)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            if role == "hero":
                font = theme.font(HERO, Weight.SEMIBOLD)
                font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _HERO_SPACING)
                label.setFont(font)
            column.addWidget(label)
            column.addSpacing(8)


class Suggestions(QWidget):
    """The four ways to begin, below the composer."""

    suggestion_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setMaximumWidth(COMPOSER_WIDTH)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setSpacing(10)
        for i, suggestion in enumerate(SUGGESTIONS):
            card = SuggestionCard(theme, suggestion)
            card.suggestion_chosen.connect(self.suggestion_chosen)
            grid.addWidget(card, i // 2, i % 2)
