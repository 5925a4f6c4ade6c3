"""The pill in the header that shows which model answers; a click opens the choice."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter
from PySide6.QtWidgets import QWidget

from desktop_app.ui.models.model_pill import ModelPill
from desktop_app.ui.theme.painting import RingLook, paint_ring
from desktop_app.ui.theme.theme import Theme

if TYPE_CHECKING:
    # Only named here: the first paint does without it.
    from desktop_app.domain.model_fetches import ModelFetch
    from desktop_app.domain.providers import ModelChoice, ProviderEntry
    from desktop_app.ui.models.fetch_news import FetchNews
    from desktop_app.ui.models.popover import ModelPopover

_GAP = 7
_SIGN_PX = 14


class ModelButton(ModelPill):
    """Shows the choice; its list is built when it is first opened."""

    model_chosen = Signal(str, str)  # provider, model
    action_requested = Signal(str)  # provider
    fetch_requested = Signal(str, str)  # provider, name
    fetch_cancelled = Signal(str, str)  # provider, name
    popover_closed = Signal()
    local_only_changed = Signal(bool)
    refresh_requested = Signal()

    _fetches: "tuple[ModelFetch, ...]" = ()
    _news: "FetchNews | None" = None
    _fetching: tuple[str, float] = ("", 0.0)  # what is being got, in words, and how much of it is there

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Ctrl+M", parent)
        self._actions: Mapping[str, str] = {}
        self._popover: ModelPopover | None = None
        self._local_only = (False, "")
        self.clicked.connect(self.open_popover)

    def set_providers(self, entries: "Sequence[ProviderEntry]") -> None:
        """Show how the providers are doing and what models they have, here and in the list if it is open."""
        super().set_providers(entries)
        if self._popover is not None:
            self._popover.set_providers(self._entries)

    def set_actions(self, actions: Mapping[str, str]) -> None:
        """Offer in the list what can be done about each provider's key."""
        self._actions = actions
        if self._popover is not None:
            self._popover.set_actions(actions)

    def set_choice(self, choice: "ModelChoice | None", hint: str = "") -> None:
        """Show which model answers, None if there is none yet, and what made it the one."""
        super().set_choice(choice, hint)
        if self._popover is not None:
            self._popover.set_choice(choice, hint)

    def set_fetches(self, fetches: "Sequence[ModelFetch]") -> None:
        """Show in the list which models are being got or could not be, and on the pill how far they are."""
        from desktop_app.ui.models.fetch_news import fetch_words, fetched_share

        self._fetches = tuple(fetches)
        self._fetching = (fetch_words(fetches), fetched_share(fetches))
        if self._popover is not None:
            self._popover.set_fetches(self._fetches)
        self.show_choice()

    def tell(self, news: "FetchNews") -> None:
        """Say how a fetch ended: to a screen reader now, and on the pill until the list is opened."""
        is_seen = self._popover is not None and self._popover.isVisible()
        self._news = None if is_seen else news
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, news.words))
        self.show_choice()

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
        self.show_choice()
        self.set_open(True)
        self._popover.open_at(self)
        self.refresh_requested.emit()

    def _sign_width(self) -> int:
        return _SIGN_PX + _GAP if self._news or self._fetching[0] else 0

    def _paint_sign(self, painter: QPainter, left: int) -> None:
        """How far what is being got is, or how it ended."""
        top = (self.height() - _SIGN_PX) // 2
        if self._fetching[0]:
            ring = QRectF(left, top, _SIGN_PX, _SIGN_PX)
            paint_ring(painter, ring, self._theme.tokens, RingLook.PROGRESS, self._fetching[1])
        elif self._news is not None:
            name, color = ("check", "accent") if self._news.is_good else ("circle-alert", "danger")
            painter.drawPixmap(left, top, self._theme.pixmap(name, color, _SIGN_PX, self.devicePixelRatioF()))

    def _build_popover(self) -> "ModelPopover":
        # Built on first use: the first paint of the window does not wait for a list that nobody opened.
        from desktop_app.ui.models.popover import ModelPopover

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

    def _more_notes(self) -> str:
        return self._fetching[0] or (self._news.words if self._news else "")
