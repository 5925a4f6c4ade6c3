"""The goal's title: one line of text that wraps."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.domain.revisions import FieldValue
from desktop_app.ui.goals.auto_height_edit import AutoHeightEdit
from desktop_app.ui.goals.field import EditorField
from desktop_app.ui.theme.stylesheet import restyle
from desktop_app.ui.theme.tokens import HERO, TITLE


class TitleField(EditorField):
    """Shows and edits a title of up to 200 characters; more are shown too, so that nothing typed is lost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = AutoHeightEdit(TITLE.line_px, most_lines=4)
        self.editor.setObjectName("goal_title")
        self.editor.setAccessibleName("Goal title")
        self.editor.setPlaceholderText("Untitled goal")
        self.editor.typed.connect(self._touch)
        self.editor.entered.connect(self._leave)
        self._watch_focus(self.editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.editor)

    def set_large(self, is_large: bool) -> None:
        """Show it in the size of the large editor, or of the pane."""
        self.editor.setProperty("large", is_large)
        restyle(self.editor)
        self.editor.set_line_px(HERO.line_px if is_large else TITLE.line_px)

    def value(self) -> str:
        """The title as it was typed."""
        return self.editor.text()

    def load(self, value: FieldValue) -> None:
        """Show a title."""
        self.editor.load(value if isinstance(value, str) else "")
