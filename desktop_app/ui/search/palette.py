"""The search as it is seen: a field, and what was found below it while one types."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.search.delegate import ResultDelegate
from desktop_app.ui.search.list_model import ResultModel
from desktop_app.ui.search.rows import ResultKind, ResultRow
from desktop_app.ui.theme.controls import POPOVER_ROUND, push_button
from desktop_app.ui.theme.round_windows import make_round
from desktop_app.ui.theme.theme import Theme

_WIDTH = 640
_TOP = 72
_MOST_HEIGHT = 560
_TYPED_MOST = 400
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class SearchPalette(QFrame):
    """A window of its own that closes at Esc, at a click beside it and after a choice."""

    typed = Signal(str)
    order_toggled = Signal(bool)  # whether the best match is first, not the newest
    goal_chosen = Signal(int)
    message_chosen = Signal(int, int)  # conversation, message
    back_chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
        make_round(self, POPOVER_ROUND)
        self.setAccessibleName("Search")
        self._theme = theme
        self._model = ResultModel(self)
        self._field = self._search_field()
        self._list = self._result_list()
        self._by_rank = self._order_button()
        self._list.selectionModel().currentChanged.connect(self._speak)
        self._build()
        theme.changed.connect(self._list.viewport().update)

    @property
    def text(self) -> str:
        """What is typed."""
        return self._field.text()

    @property
    def is_by_rank(self) -> bool:
        """Whether the best match is to be first, not the newest."""
        return self._by_rank.isChecked()

    def open_over(self, window: QWidget) -> None:
        """Open in the upper middle of `window`, with what was looked for last selected."""
        self._place_over(window)
        self.show()
        self._field.selectAll()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_rows(self, rows: Sequence[ResultRow]) -> None:
        """Show these, the first that can be chosen under the keyboard."""
        self._model.set_rows(rows)
        self._list.setCurrentIndex(self._model.first())
        self._list.scrollToTop()
        self._speak(self._list.currentIndex())
        if parent := self.parentWidget():
            self._place_over(parent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows and Enter of the field reach the list."""
        if watched is self._field and event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in _MOVES:
                self._list.keyPressEvent(event)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._choose(self._list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _search_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText("Search goals and messages")
        field.setAccessibleName("Search goals and messages")
        field.setMaxLength(_TYPED_MOST)
        field.addAction(self._theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        field.setProperty("scale", "large")
        field.textChanged.connect(self.typed)
        field.installEventFilter(self)
        return field

    def _result_list(self) -> QListView:
        view = QListView()
        view.setAccessibleName("Results")
        view.setModel(self._model)
        view.setItemDelegate(ResultDelegate(self._theme, self._model, view))
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setMouseTracking(True)
        view.entered.connect(self._move_to)
        view.clicked.connect(self._choose)
        return view

    def _order_button(self) -> QPushButton:
        button = push_button("Best match first", "tag")
        button.setCheckable(True)
        button.setToolTip("Messages come newest first otherwise")
        button.toggled.connect(self.order_toggled)
        return button

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
        search.setContentsMargins(12, 0, 12, 8)
        search.addWidget(self._field)
        layout.addLayout(search)
        layout.addWidget(_line())
        layout.addSpacing(4)
        layout.addWidget(self._list, 1)
        layout.addSpacing(4)
        layout.addWidget(_line())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 6, 12, 4)
        keys = QLabel("↑ ↓ to move · Enter to open · Esc to close")
        keys.setProperty("role", "caption")
        keys.setProperty("tone", "quiet")
        foot.addWidget(keys, 1)
        foot.addWidget(self._by_rank)
        layout.addLayout(foot)

    def _place_over(self, window: QWidget) -> None:
        screen = window.screen().availableGeometry()
        rows = sum(self._list.sizeHintForRow(number) for number in range(self._model.rowCount()))
        frame = self.minimumSizeHint().height() - self._list.minimumSizeHint().height()
        width = min(_WIDTH, screen.width())
        corner = window.mapToGlobal(QPoint((window.width() - width) // 2, _TOP))
        place = QRect(corner.x(), corner.y(), width, min(_MOST_HEIGHT, screen.height(), frame + max(rows, 1)))
        place.moveLeft(max(screen.left(), min(place.left(), screen.right() - width)))
        place.moveTop(max(screen.top(), min(place.top(), screen.bottom() - place.height())))
        self.setGeometry(place)

    def _speak(self, current: QModelIndex) -> None:
        # The focus stays in the field, so its description says where the arrows went.
        self._field.setAccessibleDescription(self._model.row_at(current).spoken if current.isValid() else "")

    def _move_to(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self._list.setCurrentIndex(index)

    def _choose(self, index: QModelIndex) -> None:
        row = self._model.row_at(index) if index.isValid() else None
        if row is None or not row.can_be_chosen:
            return
        self.close()
        match row.kind:
            case ResultKind.GOAL:
                self.goal_chosen.emit(row.goal_id)
            case ResultKind.MESSAGE:
                self.message_chosen.emit(row.conversation_id, row.message_id)
            case _:
                self.back_chosen.emit()


def _line() -> QFrame:
    line = QFrame()
    line.setProperty("kind", "line")
    return line
