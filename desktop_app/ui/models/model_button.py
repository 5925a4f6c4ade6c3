"""The pill in the header that shows which model answers and how its provider is doing; a click opens the choice."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from desktop_app.domain.model_fetches import ModelFetch
from desktop_app.domain.providers import HealthState, ModelChoice, ProviderEntry
from desktop_app.ui.models.fetch_news import FetchNews, fetch_words, fetched_share
from desktop_app.ui.theme.painting import DOT_PX, DotLook, RingLook, paint_dot, paint_ring, paint_text
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme, Weight
from desktop_app.ui.theme.tokens import CONTROL, UI

if TYPE_CHECKING:
    from desktop_app.ui.models.popover import ModelPopover

_LEFT = 12
_RIGHT = 10
_GAP = 7
_CHEVRON_PX = 16
_SIGN_PX = 14
_WIDEST = 320
_CHOOSE = "Choose a model"

DOTS = {
    HealthState.WORKING: DotLook.WORKING,
    HealthState.STARTING: DotLook.SLOW,
    HealthState.NOT_SET_UP: DotLook.NOT_SET_UP,
    HealthState.FAILED: DotLook.FAILED,
    HealthState.PAUSED: DotLook.FAILED,
}


class ModelButton(QPushButton):
    """Shows the choice; its list is built when it is first opened."""

    model_chosen = Signal(str, str)  # provider, model
    action_requested = Signal(str)  # provider
    fetch_requested = Signal(str, str)  # provider, name
    fetch_cancelled = Signal(str, str)  # provider, name
    popover_closed = Signal()
    local_only_changed = Signal(bool)
    refresh_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[ProviderEntry, ...] = ()
        self._choice: ModelChoice | None = None
        self._hint = ""
        self._actions: Mapping[str, str] = {}
        self._fetches: tuple[ModelFetch, ...] = ()
        self._news: FetchNews | None = None
        self._popover: ModelPopover | None = None
        self._local_only = (False, "")
        self.setProperty("kind", "pill")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_popover)
        self._show()

    def set_providers(self, entries: Sequence[ProviderEntry]) -> None:
        """Show how the providers are doing and what models they have, here and in the list if it is open."""
        self._entries = tuple(entries)
        if self._popover is not None:
            self._popover.set_providers(self._entries)
        self._show()

    def set_actions(self, actions: Mapping[str, str]) -> None:
        """Offer in the list what can be done about each provider's key."""
        self._actions = actions
        if self._popover is not None:
            self._popover.set_actions(actions)

    def set_choice(self, choice: ModelChoice | None, hint: str = "") -> None:
        """Show which model answers, None if there is none yet, and what made it the one."""
        self._choice, self._hint = choice, hint
        if self._popover is not None:
            self._popover.set_choice(choice, hint)
        self._show()

    def set_fetches(self, fetches: Sequence[ModelFetch]) -> None:
        """Show in the list which models are being got or could not be, and on the pill how far they are."""
        self._fetches = tuple(fetches)
        if self._popover is not None:
            self._popover.set_fetches(self._fetches)
        self._show()

    def tell(self, news: FetchNews) -> None:
        """Say how a fetch ended: to a screen reader now, and on the pill until the list is opened."""
        is_seen = self._popover is not None and self._popover.isVisible()
        self._news = None if is_seen else news
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, news.words))
        self._show()

    def set_local_only(self, is_on: bool, set_by: str) -> None:
        """Show whether nothing beyond this computer is used; `set_by` says what else has settled that, if anything."""
        self._local_only = (is_on, set_by)
        if self._popover is not None:
            self._popover.set_local_only(is_on, set_by)

    def open_popover(self) -> None:
        """Open the list of models under the button, or over it where there is more room."""
        if self._popover is None:
            self._popover = self._build_popover()
        self._popover.set_providers(self._entries)
        self._popover.set_actions(self._actions)
        self._popover.set_choice(self._choice, self._hint)
        self._popover.set_fetches(self._fetches)
        self._news = None
        self._show()
        self.set_open(True)
        self._popover.open_at(self)
        self.refresh_requested.emit()

    def set_open(self, is_open: bool) -> None:
        """Draw the pill as it looks while its list is open."""
        self.setProperty("open", is_open)
        restyle(self)

    def sizeHint(self) -> QSize:
        """As wide as its words, up to a limit."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        width = _LEFT + DOT_PX + _GAP + words + _GAP + self._sign_width() + _CHEVRON_PX + _RIGHT
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
        end = self.width() - _RIGHT - _CHEVRON_PX - self._sign_width()
        words = QRect(left, 0, end - left - _GAP + 4, self.height())
        paint_text(painter, words, self.text(), self._theme.font(UI, Weight.MEDIUM), self._theme.tokens.text)
        chevron = self._theme.pixmap("chevron-down", "text", _CHEVRON_PX, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - _RIGHT - _CHEVRON_PX, (self.height() - _CHEVRON_PX) // 2, chevron)
        self._paint_sign(painter, end)
        painter.end()

    def _sign_width(self) -> int:
        return _SIGN_PX + _GAP if self._news or fetch_words(self._fetches) else 0

    def _paint_sign(self, painter: QPainter, left: int) -> None:
        """How far what is being got is, or how it ended."""
        top = (self.height() - _SIGN_PX) // 2
        if fetch_words(self._fetches):
            ring = QRectF(left, top, _SIGN_PX, _SIGN_PX)
            paint_ring(painter, ring, self._theme.tokens, RingLook.PROGRESS, fetched_share(self._fetches))
        elif self._news is not None:
            name, color = ("check", "accent") if self._news.is_good else ("circle-alert", "danger")
            painter.drawPixmap(left, top, self._theme.pixmap(name, color, _SIGN_PX, self.devicePixelRatioF()))

    def _build_popover(self) -> "ModelPopover":
        # Built on first use: the first paint of the window does not wait for a list that nobody opened.
        from desktop_app.ui.models.popover import ModelPopover  # noqa: PLC0415

        popover = ModelPopover(self._theme, self.window())
        popover.model_chosen.connect(self.model_chosen)
        popover.action_requested.connect(self.action_requested)
        popover.refresh_requested.connect(self.refresh_requested)
        popover.fetch_requested.connect(self.fetch_requested)
        popover.fetch_cancelled.connect(self.fetch_cancelled)
        popover.closed.connect(self.popover_closed)
        popover.set_local_only(*self._local_only)
        popover.local_only_changed.connect(self.local_only_changed)
        popover.closed.connect(self._show_closed)
        return popover

    def _show_closed(self) -> None:
        self.set_open(False)

    def _entry(self) -> ProviderEntry | None:
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
        return f"{provider} · {labels.get(self._choice.model, self._choice.model)}"

    def _show(self) -> None:
        words = self._words()
        entry = self._entry()
        health = entry.health.text if entry else "No model is chosen"
        self.setText(words)
        self.setAccessibleName(words if words == _CHOOSE else f"Model: {words}")
        notes = f"{health}, {self._hint}" if self._hint else health
        fetched = fetch_words(self._fetches) or (self._news.words if self._news else "")
        self.setAccessibleDescription("\n".join(part for part in (notes, fetched) if part))
        self.setToolTip("\n".join(part for part in (words, f"{notes} (Ctrl+M)", fetched) if part))
        self.updateGeometry()
        self.update()
