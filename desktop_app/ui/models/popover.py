"""The list of models behind the pill: search, providers with their health, models with what they can do."""

from collections.abc import Mapping, Sequence
from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from desktop_app.domain.model_fetches import ModelFetch
from desktop_app.domain.providers import ModelChoice, ProviderEntry
from desktop_app.ui.models.delegate import CONTEXT_RIGHT, INPUT_RIGHT, MARGIN, OUTPUT_RIGHT, PADDING, ModelListDelegate
from desktop_app.ui.models.fetch_rows import CANCEL, FetchRow, NameRow
from desktop_app.ui.models.list_model import ModelListModel
from desktop_app.ui.models.rows import ModelRow, ProviderRow, list_rows
from desktop_app.ui.theme.controls import POPOVER_ROUND, push_button
from desktop_app.ui.theme.round_windows import make_round
from desktop_app.ui.theme.theme import Theme

_WIDTH = 600
_MOST_HEIGHT = 640
_GAP = 6
_SEARCH = "Search models"
_NAME = "Name of a model in Ollama's library, for example mistral:7b"
_HEADS_HEIGHT = 26
_COLUMNS = (("Context", CONTEXT_RIGHT), ("In / 1M", INPUT_RIGHT), ("Out / 1M", OUTPUT_RIGHT), ("Can do", PADDING))
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class ModelPopover(QFrame):
    """A window of its own that closes at Esc, at a click beside it and after a choice."""

    model_chosen = Signal(str, str)  # provider, model
    action_requested = Signal(str)  # provider
    fetch_requested = Signal(str, str)  # provider, name
    fetch_cancelled = Signal(str, str)  # provider, name
    local_only_changed = Signal(bool)
    refresh_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        make_round(self, POPOVER_ROUND)
        self.setAccessibleName("Models")
        self._theme = theme
        self._entries: tuple[ProviderEntry, ...] = ()
        self._choice: ModelChoice | None = None
        self._hint = ""
        self._actions: Mapping[str, str] = {}
        self._fetches: tuple[ModelFetch, ...] = ()
        self._model = ModelListModel(self)
        self._local_only = QCheckBox("Only this computer")
        self._local_only.setToolTip(
            "No provider beyond this computer is used, nothing is sent to one, and no model is downloaded."
        )
        self._local_only.clicked.connect(self.local_only_changed)
        self._search = self._search_field()
        self._list = self._model_list()
        self._heads = _ColumnHeads()
        self._list.viewport().installEventFilter(self)
        self._list.selectionModel().currentChanged.connect(self._speak)
        self._build()
        theme.changed.connect(self._list.viewport().update)

    def set_providers(self, entries: Sequence[ProviderEntry]) -> None:
        """Show these providers; what is searched for and where the keyboard is stay."""
        self._entries = tuple(entries)
        self._show_rows()
        self._grow()

    def set_actions(self, actions: Mapping[str, str]) -> None:
        """Say by provider what can be done about its key."""
        self._actions = actions
        self._show_rows()

    def set_fetches(self, fetches: Sequence[ModelFetch]) -> None:
        """Show the models that are being got, and those that could not be."""
        self._fetches = tuple(fetches)
        self._show_rows()
        self._grow()

    def set_choice(self, choice: ModelChoice | None, hint: str = "") -> None:
        """Tick the model that answers, with what made it the one."""
        self._choice, self._hint = choice, hint
        self._show_rows()

    def set_local_only(self, is_on: bool, set_by: str) -> None:
        """Show whether nothing beyond this computer is used; it cannot be changed here where `set_by` settled it."""
        self._local_only.setChecked(is_on)
        self._local_only.setEnabled(not set_by)
        if set_by:
            self._local_only.setToolTip(f"It is the one {set_by}.")

    def open_at(self, anchor: QWidget) -> None:
        """Open below `anchor`, its right edges in line, kept on the screen; the search has the focus."""
        self._search.clear()
        self._search.setPlaceholderText(_SEARCH)
        self._show_rows()
        self._list.setCurrentIndex(self._model.chosen())
        corner = anchor.mapToGlobal(QPoint(anchor.width() - _WIDTH, anchor.height() + _GAP))
        self._stand_at(corner, self._content_height(), anchor.screen().availableGeometry())
        self.show()
        self._search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _stand_at(self, corner: QPoint, height: int, screen: QRect) -> None:
        place = QRect(corner.x(), corner.y(), _WIDTH, min(_MOST_HEIGHT, screen.height(), height))
        if place.bottom() > screen.bottom():
            place.moveBottom(screen.bottom())
        place.moveLeft(max(screen.left(), min(place.left(), screen.right() - _WIDTH)))
        self.setGeometry(place)

    def _grow(self) -> None:
        """Make room for rows that came since it was opened; it never shrinks under the pointer."""
        if self.isVisible() and (height := self._content_height()) > self.height():
            self._stand_at(self.pos(), height, self.screen().availableGeometry())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows and Enter of the search field reach the list, and the heads follow its scroll bar."""
        if watched is self._list.viewport() and event.type() is QEvent.Type.Resize:
            self._heads.place(self._list.viewport().width())
        if watched is self._list.viewport() and event.type() is QEvent.Type.MouseButtonRelease:
            self._press_button(cast("QMouseEvent", event).position().toPoint())
        if watched is self._search and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _MOVES:
                self._list.keyPressEvent(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                # A key that is held down would begin what it has just cancelled.
                if not event.isAutoRepeat():
                    self._choose(self._list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that it is closed, however that came."""
        super().hideEvent(event)
        self.closed.emit()

    def _search_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(_SEARCH)
        field.setAccessibleName("Search models")
        field.addAction(self._theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        field.setProperty("scale", "large")
        field.textChanged.connect(self._search_again)
        field.installEventFilter(self)
        return field

    def _model_list(self) -> QListView:
        view = QListView()
        view.setAccessibleName("Models")
        view.setModel(self._model)
        self._delegate = ModelListDelegate(self._theme, view)
        view.setItemDelegate(self._delegate)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setMouseTracking(True)
        view.entered.connect(self._move_to)
        view.clicked.connect(self._choose_model)
        return view

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        body = QFrame()
        body.setProperty("kind", "popover")
        outer.addWidget(body)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 12, 0, 4)
        layout.setSpacing(0)
        search = QHBoxLayout()
        search.setContentsMargins(12, 0, 12, 6)
        search.addWidget(self._search)
        layout.addLayout(search)
        layout.addWidget(self._heads)
        layout.addWidget(_line())
        layout.addSpacing(4)
        layout.addWidget(self._list, 1)
        layout.addSpacing(4)
        layout.addWidget(_line())
        layout.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 5, 14, 2)
        keys = QLabel("↑ ↓ to move · Enter to choose · Esc to close")
        keys.setProperty("role", "caption")
        keys.setProperty("tone", "quiet")
        refresh = push_button("Look again", "link", "small")
        refresh.setToolTip("Ask every provider for its models again")
        refresh.clicked.connect(self.refresh_requested)
        foot.addWidget(keys, 1)
        foot.addWidget(self._local_only)
        foot.addSpacing(8)
        foot.addWidget(refresh)
        return foot

    def _content_height(self) -> int:
        rows = sum(self._list.sizeHintForRow(number) for number in range(self._model.rowCount()))
        frame = self.minimumSizeHint().height() - self._list.minimumSizeHint().height()
        return frame + rows

    def _search_again(self) -> None:
        self._show_rows()
        self._list.setCurrentIndex(self._model.chosen())

    def _show_rows(self) -> None:
        current = self._list.currentIndex()
        row = self._model.row_at(current) if current.isValid() else None
        self._model.set_rows(
            list_rows(self._entries, self._choice, self._search.text(), self._actions, self._hint, self._fetches)
        )
        if row is not None and (place := self._model.place_of(row)).isValid():
            self._list.setCurrentIndex(place)
            self._speak(place)

    def _speak(self, current: QModelIndex) -> None:
        # The focus stays in the search field, so its description says where the arrows went.
        spoken = self._model.row_at(current).spoken if current.isValid() else ""
        self._search.setAccessibleDescription(spoken)

    def _move_to(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self._list.setCurrentIndex(index)

    def _choose(self, index: QModelIndex) -> None:
        row = self._model.row_at(index) if index.isValid() else None
        match row:
            case ProviderRow() | FetchRow() if row.action:
                self._ask_for_action(row)
            case _:
                self._choose_model(index)

    def _press_button(self, place: QPoint) -> None:
        """A click on a heading or on a model that is not there does nothing, one on its button does."""
        index = self._list.indexAt(place)
        row = self._model.row_at(index) if index.isValid() else None
        if not isinstance(row, ProviderRow | FetchRow) or not row.action:
            return
        if self._delegate.button_rect(self._list.visualRect(index), row).contains(place):
            self._ask_for_action(row)

    def _ask_for_action(self, row: ProviderRow | FetchRow) -> None:
        if isinstance(row, ProviderRow):
            self.close()
            self.action_requested.emit(row.entry.name)
        elif row.action == CANCEL:
            self.fetch_cancelled.emit(row.provider, row.name)
        else:
            self.fetch_requested.emit(row.provider, row.name)

    def _ask_for_name(self) -> None:
        """The search field takes the name of a model that is not offered."""
        self._search.clear()
        self._search.setPlaceholderText(_NAME)
        self._search.setAccessibleDescription(_NAME)
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_model(self, index: QModelIndex) -> None:
        row = self._model.row_at(index) if index.isValid() else None
        if isinstance(row, NameRow):
            self._ask_for_name()
        if isinstance(row, ModelRow) and row.health.is_usable:
            self.model_chosen.emit(row.model.provider, row.model.name)
            self.close()


class _ColumnHeads(QWidget):
    """What the columns are called, each above its column."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEADS_HEIGHT)
        self._labels = {_head(text, self): right for text, right in _COLUMNS}

    def place(self, width: int) -> None:
        """Stand above rows of this width."""
        for label, right in self._labels.items():
            label.setGeometry(width - MARGIN - right - 100, 0, 100, _HEADS_HEIGHT)


def _head(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "caption")
    label.setProperty("tone", "quiet")
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("kind", "line")
    return line
