"""The window's three panes: side by side while there is room, over the middle one where there is not."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.ui.theme.tokens import EDITOR_OVERLAY_BELOW, EDITOR_WIDTH, SIDEBAR_HIDDEN_BELOW, SIDEBAR_WIDTH


class Panes(QWidget):
    """Places sidebar, middle and editor.

    What the person wants beside the middle is kept for wide windows. In a narrow one a pane opens over the middle and
    is closed again; that is not kept.
    """

    arrangement_changed = Signal()

    def __init__(self, sidebar: QWidget, middle: QWidget, editor: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sidebar = sidebar
        self._middle = middle
        self._editor = editor
        # Tab goes through the panes in the order in which they are taken in.
        for pane in (sidebar, middle, editor):
            pane.setParent(self)
        self._edge = QFrame(self)
        self._edge.setProperty("kind", "edge")
        self.wants_sidebar = True
        self.wants_editor = False
        self._sidebar_is_over = False
        self._editor_is_over = False
        self._editor_is_large = False
        self.place()

    @property
    def is_editor_large(self) -> bool:
        """Whether the editor takes the room of the middle too."""
        return self._editor_is_large

    @property
    def is_sidebar_shown(self) -> bool:
        """Whether the sidebar can be seen."""
        return self._sidebar_is_over if self._hides_sidebar() else self.wants_sidebar

    @property
    def is_editor_shown(self) -> bool:
        """Whether the editor can be seen."""
        if self._editor_is_large:
            return True
        return self._editor_is_over if self._overlays_editor() else self.wants_editor

    def show_sidebar(self, is_shown: bool) -> None:
        """Open or close the sidebar."""
        if self._hides_sidebar():
            self._sidebar_is_over = is_shown
        else:
            self.wants_sidebar = is_shown
        self.place()

    def show_editor(self, is_shown: bool) -> None:
        """Open or close the editor; closed, it is no longer large either."""
        self._editor_is_large = self._editor_is_large and is_shown
        if self._overlays_editor():
            self._editor_is_over = is_shown
        else:
            self.wants_editor = is_shown
        self.place()

    def enlarge_editor(self, is_large: bool) -> None:
        """Let the editor take the room of the middle too, or give that back."""
        self._editor_is_large = is_large
        self.place()

    def close_overlays(self) -> bool:
        """Close what lies over the middle, a large editor first; returns whether there was something."""
        if self._editor_is_large and not self._sidebar_is_over:
            self.enlarge_editor(False)
            return True
        had_some = (self._hides_sidebar() and self._sidebar_is_over) or (
            self._overlays_editor() and self._editor_is_over
        )
        self._sidebar_is_over = self._editor_is_over = False
        self.place()
        return had_some

    def minimumSizeHint(self) -> QSize:
        """Room for the composer and for an editor laid over it."""
        return QSize(EDITOR_WIDTH + 40, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange for the new width."""
        old = event.oldSize().width()
        crosses = [limit for limit in (SIDEBAR_HIDDEN_BELOW, EDITOR_OVERLAY_BELOW) if old < limit <= self.width()]
        if crosses:
            self._sidebar_is_over = self._editor_is_over = False
        self.place()

    def place(self) -> None:
        """Put every pane where it belongs now."""
        width, height = self.width(), self.height()
        shows_sidebar, shows_editor = self.is_sidebar_shown, self.is_editor_shown
        left = SIDEBAR_WIDTH if shows_sidebar and not self._hides_sidebar() else 0
        right = EDITOR_WIDTH if shows_editor and not self._overlays_editor() else 0
        self._middle.setGeometry(left, 0, width - left - right, height)
        self._sidebar.setGeometry(0, 0, SIDEBAR_WIDTH, height)
        begins = left if self._editor_is_large else width - EDITOR_WIDTH
        self._edge.setGeometry(begins, 0, 1, height)
        self._editor.setGeometry(begins + 1, 0, width - begins - 1, height)
        # What is behind a large editor is not to be reached by Tab.
        self._middle.setVisible(not self._editor_is_large)
        self._sidebar.setVisible(shows_sidebar)
        self._edge.setVisible(shows_editor)
        self._editor.setVisible(shows_editor)
        self._edge.raise_()
        self._editor.raise_()
        self._sidebar.raise_()
        self.arrangement_changed.emit()

    def _hides_sidebar(self) -> bool:
        return self.width() < SIDEBAR_HIDDEN_BELOW

    def _overlays_editor(self) -> bool:
        return self.width() < EDITOR_OVERLAY_BELOW
