"""What an answer took, in four figures: its cost, the time to its first token, its speed, its tokens."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.domain.usage import MICRO_USD_PER_USD, Usage
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import UI

UNKNOWN: Final = "–"
_GAP: Final = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures as they are shown; a dash for what is not known."""

    cost: str = UNKNOWN
    first_token: str = UNKNOWN
    speed: str = UNKNOWN
    tokens: str = UNKNOWN


def figures_of(usage: Usage | None, first_token_s: float | None = None) -> Figures:
    """The figures of a turn; `first_token_s` was seen while it is not measured yet, in seconds."""
    if usage is None:
        return Figures(first_token=_seconds(first_token_s))
    first_ms = usage.time_to_first_token_ms
    return Figures(
        _cost(usage.cost_micro_usd),
        _seconds(first_token_s if first_ms is None else first_ms / 1000),
        _speed(usage),
        f"{usage.input_tokens:,} in, {usage.output_tokens:,} out",
    )


def _cost(micro_usd: int | None) -> str:
    if micro_usd is None:
        return "Unknown"
    return "Free" if micro_usd == 0 else f"${micro_usd / MICRO_USD_PER_USD:.3f}"


def _seconds(seconds: float | None) -> str:
    return UNKNOWN if seconds is None else f"{seconds:.1f} s"


def _speed(usage: Usage) -> str:
    if usage.duration_ms is None or not usage.output_tokens:
        return UNKNOWN
    writing_ms = usage.duration_ms - (usage.time_to_first_token_ms or 0)
    return f"{usage.output_tokens * 1000 / writing_ms:,.0f} tok/s" if writing_ms > 0 else UNKNOWN


class FigureRow(QWidget):
    """The figures side by side; where it is narrow those at the end give way."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._values = {name: QLabel(UNKNOWN) for name in ("Cost", "First token", "Speed", "Tokens")}
        for value in self._values.values():
            value.setFont(theme.font(UI, Weight.MEDIUM))
        self._cells = [_cell(name, value) for name, value in self._values.items()]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        for cell in self._cells:
            row.addWidget(cell)
        row.addStretch(1)

    def show_figures(self, figures: Figures) -> None:
        """Show these."""
        texts = (figures.cost, figures.first_token, figures.speed, figures.tokens)
        for label, text in zip(self._values.values(), texts, strict=True):
            label.setText(text)
        told = zip(self._values, texts, strict=True)
        words = ", ".join(f"{name} {'not known' if text == UNKNOWN else text}" for name, text in told)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The first figure is always there."""
        return self._cells[0].sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width()
        for number, cell in enumerate(self._cells):
            room -= cell.sizeHint().width()
            cell.setVisible(room >= 0 or number == 0)
            room -= _GAP


def _cell(name: str, value: QLabel) -> QWidget:
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    column.addStretch(1)
    head = QLabel(name)
    head.setProperty("role", "caption")
    head.setProperty("tone", "quiet")
    column.addWidget(head)
    column.addWidget(value)
    column.addStretch(1)
    return cell
