"""A pill that shows a model and how its provider is doing: dot, words, and a chevron where it opens a choice."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from desktop_app.domain.health import HealthState
from desktop_app.domain.model_names import within_provider
from desktop_app.ui.theme.painting import DOT_PX, DotLook, paint_dot, paint_text
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CONTROL, UI

if TYPE_CHECKING:
    # Only named here: the first paint does without it.
    from desktop_app.domain.providers import ModelChoice, ProviderEntry

_LEFT = 12
_RIGHT = 10
_GAP = 7
_CHEVRON_PX = 16
_WIDEST = 320
_CHOOSE = "Choose a model"

DOTS = {
    HealthState.WORKING: DotLook.WORKING,
    HealthState.STARTING: DotLook.SLOW,
    HealthState.NOT_SET_UP: DotLook.NOT_SET_UP,
    HealthState.FAILED: DotLook.FAILED,
    HealthState.PAUSED: DotLook.FAILED,
}


class ModelPill(QPushButton):
    """Shows one choice; what a click does is for others to say."""

    def __init__(self, theme: Theme, hint: str = "", parent: QWidget | None = None) -> None:
        """`hint` is a key that opens the choice, for the tool tip."""
        super().__init__(parent)
        self._theme = theme
        self._key_hint = f" ({hint})" if hint else ""
        self._entries: tuple[ProviderEntry, ...] = ()
        self._choice: ModelChoice | None = None
        self._hint = ""
        self.setProperty("kind", "pill")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_choice()

    def set_providers(self, entries: "Sequence[ProviderEntry]") -> None:
        """Show how the providers are doing."""
        self._entries = tuple(entries)
        self.show_choice()

    def set_choice(self, choice: "ModelChoice | None", hint: str = "") -> None:
        """Show this model, None if there is none yet, and what made it the one."""
        self._choice, self._hint = choice, hint
        self.show_choice()

    def set_open(self, is_open: bool) -> None:
        """Draw the pill as it looks while its list is open."""
        self.setProperty("open", is_open)
        restyle(self)

    def sizeHint(self) -> QSize:
        """As wide as its words, up to a limit."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        width = _LEFT + DOT_PX + _GAP + words + self._after_words()
        return QSize(min(width, _WIDEST), CONTROL)

    def minimumSizeHint(self) -> QSize:
        """In a narrow window the words give way."""
        return QSize(120, CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """The style sheet's pill with dot, words and chevron upon it."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
        center = self.height() / 2
        paint_dot(painter, QPointF(_LEFT + DOT_PX / 2, center), self._theme.tokens, self._dot())
        left = _LEFT + DOT_PX + _GAP
        words = QRect(left, 0, self.width() - left - self._after_words() + 4, self.height())
        paint_text(painter, words, self.text(), self._theme.font(UI, Weight.MEDIUM), self._theme.tokens.text)
        self._paint_sign(painter, left + words.width() - 4 + _GAP)
        if self.isEnabled():
            chevron = self._theme.pixmap("chevron-down", "text", _CHEVRON_PX, self.devicePixelRatioF())
            painter.drawPixmap(self.width() - _RIGHT - _CHEVRON_PX, (self.height() - _CHEVRON_PX) // 2, chevron)
        painter.end()

    def _after_words(self) -> int:
        """The room behind the words; where nothing can be chosen there is no chevron."""
        return _GAP + self._sign_width() + _CHEVRON_PX + _RIGHT if self.isEnabled() else _LEFT

    def _sign_width(self) -> int:
        """The room that a sign behind the words takes, its gap included."""
        return 0

    def _paint_sign(self, painter: QPainter, left: int) -> None:
        """Paint the sign behind the words, where there is one."""

    def _more_notes(self) -> str:
        """What else is to be told of the model, for the tool tip and those who hear it."""
        return ""

    def _entry(self) -> "ProviderEntry | None":
        if self._choice is None:
            return None
        return next((entry for entry in self._entries if entry.name == self._choice.provider), None)

    def _dot(self) -> DotLook:
        entry = self._entry()
        return DOTS[entry.health.state] if entry else DotLook.NOT_SET_UP

    def _words(self) -> str:
        if self._choice is None:
            return _CHOOSE
        entry = self._entry()
        labels = {model.name: model.label for model in entry.models} if entry else {}
        provider = entry.label if entry else self._choice.provider
        return f"{provider} · {within_provider(provider, labels.get(self._choice.model, self._choice.model))}"

    def show_choice(self) -> None:
        """Say anew what is chosen and how it is doing."""
        words = self._words()
        entry = self._entry()
        health = entry.health.text if entry else "No model is chosen"
        self.setText(words)
        self.setAccessibleName(words if words == _CHOOSE else f"Model: {words}")
        notes = f"{health}, {self._hint}" if self._hint else health
        more = self._more_notes()
        self.setAccessibleDescription("\n".join(part for part in (notes, more) if part))
        self.setToolTip("\n".join(part for part in (words, f"{notes}{self._key_hint}", more) if part))
        self.updateGeometry()
        self.update()
