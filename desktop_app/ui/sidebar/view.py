"""The left pane: new chat, goals by phase, conversations by day, the menu of the program."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from desktop_app.domain.ids import ConversationId, GoalId
from desktop_app.domain.phases import Phase
from desktop_app.ui.sidebar.delegate import MARGIN, SidebarDelegate
from desktop_app.ui.sidebar.goal_head import FILTER_KEYS, GoalHead
from desktop_app.ui.sidebar.list import SidebarList
from desktop_app.ui.sidebar.model import SidebarModel
from desktop_app.ui.sidebar.nav_button import NavButton
from desktop_app.ui.sidebar.row_menus import RowMenus
from desktop_app.ui.sidebar.rows import TAG, Row, RowKey, RowKind, conversation_rows, goal_rows
from desktop_app.ui.theme.controls import icon_button, menu
from desktop_app.ui.theme.logo import Logo
from desktop_app.ui.theme.theme import Theme, ThemeMode
from desktop_app.ui.theme.tokens import HEADER, SIDEBAR_WIDTH

if TYPE_CHECKING:
    # Only named here: the first paint does without it.
    from desktop_app.domain.goal_list import GoalShelf
    from desktop_app.domain.goals import Goal
    from desktop_app.domain.messages import Conversation
    from desktop_app.ui.sidebar.filter_bar import FilterBar
    from desktop_app.ui.sidebar.undo_bar import UndoBar
    from desktop_app.ui.usage.spend_meter import SpendMeter

_MODES = {ThemeMode.SYSTEM: "Like the system", ThemeMode.LIGHT: "Light", ThemeMode.DARK: "Dark"}

_RESTORABLE = 10


class SidebarView(QFrame):
    """Shows goals and conversations and says what was chosen; it decides nothing.

    `theme_mode_chosen` carries a value of ThemeMode; ids are those of GoalId and ConversationId.
    """

    goal_chosen = Signal(int)
    conversation_chosen = Signal(int)
    new_chat_requested = Signal()
    search_requested = Signal()
    new_goal_requested = Signal()
    conversation_renamed = Signal(int, str)
    conversation_pinned = Signal(int, bool)
    conversation_deleted = Signal(int)
    conversation_restored = Signal(int)
    goal_duplicated = Signal(int)
    goal_archived = Signal(int)
    goal_deleted = Signal(int)
    goal_restored = Signal(int)
    goals_filtered = Signal(str)
    goal_tag_cleared = Signal()
    more_goals_requested = Signal(str)
    theme_mode_chosen = Signal(str)
    hide_requested = Signal()
    usage_requested = Signal()
    traces_requested = Signal()
    settings_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._goal_rows: list[Row] = goal_rows((), date.min, frozenset())
        self._conversation_rows: list[Row] = conversation_rows((), datetime.min.replace(tzinfo=UTC))
        self._shelves: tuple[Sequence[GoalShelf], date] = ((), date.min)
        self._conversations: tuple[Sequence[Conversation], datetime] = ((), datetime.min.replace(tzinfo=UTC))
        self._folded = {Phase.ARCHIVED}
        self._only_of: int | None = None
        self._only_tag = self._words = ""
        self._open_goal: RowKey | None = None
        self._open_conversation: RowKey | None = None
        self.setProperty("kind", "sidebar")
        self.setAccessibleName("Sidebar")
        self.setFixedWidth(SIDEBAR_WIDTH)
        self._model = SidebarModel(self)
        self._list = SidebarList()
        self._delegate = SidebarDelegate(theme, self._model, self._list)
        self._row_menus = RowMenus(self)
        self._build()
        self._show_rows()
        self._add_head()
        theme.changed.connect(self._repaint)

    @property
    def menu(self) -> QMenu:
        """The program's menu behind the button at the top; the choice of theme is in it."""
        return self._menu

    @cached_property
    def meter(self) -> "SpendMeter":
        """What was spent, at the foot; made when first asked for."""
        from desktop_app.ui.usage.spend_meter import SpendMeter

        meter = SpendMeter(self._theme)
        meter.clicked.connect(self.usage_requested)
        self._under.addWidget(meter)
        return meter

    @cached_property
    def _undo_bar(self) -> "UndoBar":
        from desktop_app.ui.sidebar.undo_bar import UndoBar

        bar = UndoBar(self._theme, self)
        self._foot.addWidget(bar)
        return bar

    @cached_property
    def _filter_bar(self) -> "FilterBar":
        from desktop_app.ui.sidebar.filter_bar import FilterBar

        bar = FilterBar(self._theme, self)
        bar.words_changed.connect(self.goals_filtered)
        bar.list_wanted.connect(self._go_to_goals)
        self._entries.addWidget(bar)
        return bar

    @property
    def goal_menu(self) -> QMenu:
        """The menu beside the heading of the goals, for what sorts and filters them."""
        return self._head.menu

    def filter_goals(self) -> None:
        """Open the line in which goals are filtered by words."""
        self._filter_bar.open_bar()

    def set_goals(self, shelves: "Sequence[GoalShelf]", today: date, only_tag: str = "", words: str = "") -> None:
        """Show these goals by phase, in the order given; `only_tag` and `words` are what they were chosen by."""
        self._shelves, self._only_tag, self._words = (tuple(shelves), today), only_tag, words
        self._goal_rows = goal_rows(shelves, today, self._folded, only_tag, words)
        self._show_conversations()

    def set_conversations(self, conversations: "Sequence[Conversation]", now: datetime) -> None:
        """Show `conversations` by day; `now` is aware and in the person's time zone."""
        self._conversations = (tuple(conversations), now)
        self._show_conversations()

    def set_deleted(self, conversations: "Sequence[Conversation]") -> None:
        """Offer these in the menu, to be restored."""
        self._restore_menu.clear()
        self._restore_menu.menuAction().setVisible(bool(conversations))
        for conversation in conversations[:_RESTORABLE]:
            action = self._restore_menu.addAction(conversation.title.replace("&", "&&"))
            action.triggered.connect(partial(self.conversation_restored.emit, conversation.id))

    def show_chats_of(self, goal_id: int | None) -> None:
        """Show the conversations of one goal alone, or all again."""
        self._only_of = goal_id
        self._show_conversations()

    def tell_deleted(self, conversation: "Conversation") -> None:
        """Say at the foot that this was deleted, and offer to take it back."""
        self._undo_bar.tell(conversation.title, partial(self.conversation_restored.emit, conversation.id))

    def tell_goal_deleted(self, goal: "Goal") -> None:
        """Say at the foot that this was deleted, and offer to take it back."""
        self._undo_bar.tell(goal.title, partial(self.goal_restored.emit, int(goal.id)))

    def select_goal(self, goal_id: GoalId | None) -> None:
        """Mark the goal that is open in the editor."""
        self._open_goal = None if goal_id is None else (RowKind.GOAL, goal_id)
        self._mark_open()

    def select_conversation(self, conversation_id: ConversationId | None) -> None:
        """Mark the conversation that is on show."""
        self._open_conversation = None if conversation_id is None else (RowKind.CONVERSATION, conversation_id)
        self._mark_open()

    def set_theme_mode(self, mode: ThemeMode) -> None:
        """Tick `mode` in the menu."""
        self._mode_actions[mode].setChecked(True)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._top())
        entries = self._entries = QVBoxLayout()
        entries.setContentsMargins(MARGIN, 0, MARGIN, 2)
        entries.setSpacing(4)
        entries.addWidget(self._new_chat())
        entries.addWidget(self._search())
        layout.addLayout(entries)
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.row_chosen.connect(self._choose)
        self._list.delete_wanted.connect(self._delete)
        self._list.menu_wanted.connect(self._open_row_menu)
        self._row_menus.rename_chosen.connect(self._rename)
        self._row_menus.pin_chosen.connect(self.conversation_pinned)
        self._row_menus.delete_chosen.connect(self.conversation_deleted)
        self._row_menus.chats_chosen.connect(self.show_chats_of)
        self._row_menus.duplicate_chosen.connect(self.goal_duplicated)
        self._row_menus.archive_chosen.connect(self.goal_archived)
        self._row_menus.goal_delete_chosen.connect(self.goal_deleted)
        self._model.conversation_renamed.connect(self.conversation_renamed)
        layout.addWidget(self._list, 1)
        self._foot = QHBoxLayout()
        self._foot.setContentsMargins(MARGIN, 4, MARGIN, 8)
        layout.addLayout(self._foot)
        self._under = QHBoxLayout()
        self._under.setContentsMargins(MARGIN, 0, MARGIN, 8)
        layout.addLayout(self._under)
        settings = QHBoxLayout()
        settings.setContentsMargins(MARGIN, 0, MARGIN, 8)
        settings.addWidget(self._settings())
        layout.addLayout(settings)

    def _top(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setContentsMargins(16, 0, 10, 0)
        top.setSpacing(8)
        name = QLabel("GoalGetter")
        name.setProperty("strong", True)
        name.setMinimumHeight(HEADER)
        hide = icon_button(self._theme, "panel-left", "Hide the sidebar", hint="Ctrl+\\")
        hide.clicked.connect(self.hide_requested)
        top.addWidget(Logo(20))
        top.addWidget(name, 1)
        top.addWidget(hide)
        top.addWidget(self._menu_button())
        return top

    def _new_chat(self) -> NavButton:
        button = NavButton(self._theme, "square-pen", "New chat", "Ctrl N")
        button.clicked.connect(self.new_chat_requested)
        return button

    def _search(self) -> NavButton:
        button = NavButton(self._theme, "search", "Search", "Ctrl K", is_quiet=True)
        button.clicked.connect(self.search_requested)
        return button

    def _settings(self) -> NavButton:
        button = NavButton(self._theme, "settings", "Settings", "Ctrl ,", is_quiet=True)
        button.clicked.connect(self.settings_requested)
        return button

    def _menu_button(self) -> QToolButton:
        button = icon_button(self._theme, "menu", "Menu")
        self._menu = menu(self)
        # A section's words are not drawn under a style sheet.
        self._menu.addAction("Theme").setEnabled(False)
        self._mode_actions: dict[ThemeMode, QAction] = {}
        group = QActionGroup(self)
        for mode, label in _MODES.items():
            action = self._menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(mode is self._theme.mode)
            action.triggered.connect(partial(self.theme_mode_chosen.emit, mode.value))
            group.addAction(action)
            self._mode_actions[mode] = action
        self._menu.addSeparator()
        self._menu.addAction("Usage and limits").triggered.connect(self.usage_requested)
        self._menu.addAction("Traces").triggered.connect(self.traces_requested)
        self._menu.addSeparator()
        self._restore_menu = menu(self._menu)
        self._restore_menu.setTitle("Restore a deleted chat")
        self._menu.addMenu(self._restore_menu)
        self._restore_menu.menuAction().setVisible(False)
        button.setMenu(self._menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _add_head(self) -> None:
        # The section of goals is the first row and never goes.
        self._head = GoalHead(self._theme)
        self._head.new_goal_requested.connect(self.new_goal_requested)
        self._head.filter_requested.connect(self.filter_goals)
        self._list.setIndexWidget(self._model.index(0), self._head)
        keys = QShortcut(QKeySequence(FILTER_KEYS), self)
        keys.activated.connect(self.filter_goals)

    def _go_to_goals(self) -> None:
        first = next((row.key for row in self._goal_rows if row.kind is RowKind.GOAL), None)
        if first is not None:
            self._list.setCurrentIndex(self._model.index_of(first))
        self._list.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_conversations(self) -> None:
        conversations, now = self._conversations
        shown = (goal for shelf in self._shelves[0] for goal in shelf.goals)
        goal = next((goal for goal in shown if goal.id == self._only_of), None)
        self._conversation_rows = conversation_rows(conversations, now, goal)
        self._show_rows()

    def _show_rows(self) -> None:
        current = self._list.currentIndex()
        key = self._model.row_at(current).key if current.isValid() else None
        scroll = self._list.verticalScrollBar().value()
        self._model.set_rows([*self._goal_rows, *self._conversation_rows])
        self._list.keep_place(self._model.index_of(key) if key else QModelIndex(), scroll)

    def _mark_open(self) -> None:
        self._delegate.open_keys = frozenset(key for key in (self._open_goal, self._open_conversation) if key)
        self._list.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        row = self._model.row_at(index)
        match row.kind:
            case RowKind.GOAL:
                self.goal_chosen.emit(row.item_id)
            case RowKind.CONVERSATION:
                self.conversation_chosen.emit(row.item_id)
            case RowKind.FILTER if row.key[1] == TAG:
                self.goal_tag_cleared.emit()
            case RowKind.FILTER:
                self.show_chats_of(None)
            case RowKind.MORE if row.phase is not None:
                self.more_goals_requested.emit(row.phase.value)
            case RowKind.PHASE if row.phase is not None:
                self._fold(row.phase)
            case _:
                pass

    def _delete(self, index: QModelIndex) -> None:
        row = self._model.row_at(index)
        if row.kind is RowKind.CONVERSATION:
            self.conversation_deleted.emit(row.item_id)
        elif row.kind is RowKind.GOAL:
            self.goal_deleted.emit(row.item_id)

    def _open_row_menu(self, index: QModelIndex, place: QPoint) -> None:
        self._row_menus.open(self._model.row_at(index), place)

    def _rename(self, conversation_id: int) -> None:
        index = self._model.index_of((RowKind.CONVERSATION, conversation_id))
        if index.isValid():
            self._list.setCurrentIndex(index)
            self._list.edit(index)

    def _fold(self, phase: Phase) -> None:
        self._folded ^= {phase}
        self.set_goals(*self._shelves, self._only_tag, self._words)

    def _repaint(self) -> None:
        self._list.viewport().update()
