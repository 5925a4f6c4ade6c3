"""The editor's head: its name, whether all is saved, undo, and what else can be done with the goal."""

from enum import Enum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop_app.ui.theme.controls import icon_button, menu, push_button
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import HEADER


class SaveStatus(Enum):
    """Whether what stands in the editor is kept."""

    NOTHING = ""
    SAVING = "Saving…"
    SAVED = "Saved"
    NOT_SAVED = "Not saved"


class EditorHeader(QFrame):
    """The head of the pane. What needs an open goal is disabled without one."""

    undo_requested = Signal()
    redo_requested = Signal()
    retry_requested = Signal()
    archive_requested = Signal()
    restore_requested = Signal()
    new_goal_requested = Signal()
    close_pane_requested = Signal()
    large_requested = Signal(bool)
    asking_chosen = Signal(bool)
    duplicate_requested = Signal()
    template_requested = Signal()
    delete_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editor_header")
        self.setFixedHeight(HEADER)
        self._theme = theme
        self._status = SaveStatus.NOTHING
        self.name = QLabel("Goal")
        self.name.setProperty("strong", "true")
        self.back = push_button("Back to chat", kind="ghost")
        self.back.setObjectName("back_to_chat")
        self.back.setIcon(theme.icon("message-square", "text"))
        self.back.setToolTip("Back to chat (Esc)")
        self.back.clicked.connect(self._go_back)
        self.back.hide()
        self._status_icon = QLabel()
        self._status_label = QLabel()
        self._status_label.setProperty("role", "small")
        self._status_label.setObjectName("save_status")
        self.retry = push_button("Retry", kind="link")
        self.retry.setObjectName("notice_action")
        self.retry.setAccessibleName("Try to save again")
        self.retry.clicked.connect(self.retry_requested)
        self.undo = icon_button(theme, "undo-2", "Undo the last change", hint="Ctrl+Z")
        self.undo.clicked.connect(self.undo_requested)
        self.large = icon_button(theme, "maximize-2", "Large editor", hint="Ctrl+Shift+Return")
        self.large.setCheckable(True)
        # A screen reader toggles, which is no click; what is asked for already is asked for once more then, in vain.
        self.large.toggled.connect(self.large_requested)
        self.more = icon_button(theme, "ellipsis", "More")
        self.close_pane = icon_button(theme, "panel-right", "Close the goal pane", hint="Ctrl+Shift+\\")
        self.close_pane.clicked.connect(self.close_pane_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(8)
        layout.addWidget(self.name)
        layout.addWidget(self.back)
        layout.addStretch(1)
        for part in (
            self._status_icon,
            self._status_label,
            self.retry,
            self.undo,
            self.large,
            self.more,
            self.close_pane,
        ):
            layout.addWidget(part)
        layout.insertSpacing(layout.indexOf(self.undo), 4)
        self._fill_menu()
        theme.changed.connect(self._draw_icon)
        self.set_status(SaveStatus.NOTHING)

    @property
    def status(self) -> SaveStatus:
        """What is shown."""
        return self._status

    def set_status(self, status: SaveStatus) -> None:
        """Show whether all is saved."""
        self._status = status
        self._status_label.setText(status.value)
        self._status_label.setAccessibleName(status.value)
        self._status_label.setProperty("tone", "danger" if status is SaveStatus.NOT_SAVED else "quiet")
        restyle(self._status_label)
        self.retry.setVisible(status is SaveStatus.NOT_SAVED)
        self._draw_icon()

    def set_large(self, is_large: bool) -> None:
        """Offer the way back to the chat in place of the pane's name, or not."""
        self.name.setVisible(not is_large)
        self.back.setVisible(is_large)
        self.close_pane.setVisible(not is_large)
        self.large.setChecked(is_large)
        self.large.setIcon(self._theme.icon("minimize-2" if is_large else "maximize-2"))

    def _go_back(self) -> None:
        self.large_requested.emit(False)

    def show_goal(self, *, is_open: bool, is_archived: bool) -> None:
        """Offer what can be done with a goal that is open, archived or not."""
        self.undo.setEnabled(is_open)
        self.redo_action.setEnabled(is_open)
        for action in (self.archive_action, self.duplicate_action, self.delete_action, self.template_action):
            action.setEnabled(is_open)
        self.export_menu.menuAction().setEnabled(is_open)
        self.archive_action.setVisible(not is_archived)
        self.restore_action.setVisible(is_archived)

    def _fill_menu(self) -> None:
        actions = menu(self)
        self.redo_action = QAction(self._theme.icon("redo-2"), "Redo", self)
        self.redo_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Redo))
        self.redo_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown; the editor's own keys do it
        self.redo_action.triggered.connect(self.redo_requested)
        self.archive_action = QAction(self._theme.icon("archive"), "Archive goal", self)
        self.archive_action.triggered.connect(self.archive_requested)
        self.restore_action = QAction(self._theme.icon("archive-restore"), "Restore from archive", self)
        self.restore_action.triggered.connect(self.restore_requested)
        new_goal = QAction(self._theme.icon("plus"), "New goal", self)
        new_goal.triggered.connect(self.new_goal_requested)
        self.asking_action = QAction("Ask before the coach changes anything", self)
        self.asking_action.setCheckable(True)
        self.asking_action.triggered.connect(self.asking_chosen)
        self.duplicate_action = QAction(self._theme.icon("copy"), "Duplicate goal", self)
        self.duplicate_action.triggered.connect(self.duplicate_requested)
        self.delete_action = QAction(self._theme.icon("trash-2"), "Delete goal", self)
        self.delete_action.triggered.connect(self.delete_requested)
        self.template_action = QAction(self._theme.icon("list"), "Keep its headings as a template…", self)
        self.template_action.triggered.connect(self.template_requested)
        self.export_menu = menu(actions)
        self.export_menu.setTitle("Export goal as")
        self.export_menu.setIcon(self._theme.icon("download"))
        for action in (self.redo_action, new_goal, self.duplicate_action):
            actions.addAction(action)
        actions.addMenu(self.export_menu)
        actions.addAction(self.template_action)
        actions.addSeparator()
        for action in (self.archive_action, self.restore_action, self.delete_action):
            actions.addAction(action)
        actions.addSeparator()
        actions.addAction(self.asking_action)
        self.more.setMenu(actions)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _draw_icon(self) -> None:
        shown = {SaveStatus.SAVED: ("check", "text_3"), SaveStatus.NOT_SAVED: ("circle-alert", "danger")}
        icon = shown.get(self._status)
        self._status_icon.setVisible(icon is not None)
        if icon is not None:
            self._status_icon.setPixmap(self._theme.icon(*icon).pixmap(QSize(14, 14), self.devicePixelRatioF()))
