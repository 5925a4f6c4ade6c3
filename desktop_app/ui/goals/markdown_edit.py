"""The plan: Markdown that is edited as the text it is and shown as what it means, with buttons for its marks."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop_app.domain.revisions import FieldValue
from desktop_app.ui.goals import markdown_commands as commands
from desktop_app.ui.goals.field import EditorField
from desktop_app.ui.goals.markdown_editor import MarkdownEditor
from desktop_app.ui.goals.source_text import SourceText
from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import BODY


class MarkdownEdit(EditorField):
    """The plan with its toolbar. Its value is the Markdown, byte for byte what was loaded except where edited."""

    template_wanted = Signal()
    undo_requested = Signal()
    redo_requested = Signal()
    link_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._source = SourceText()
        self._shown = ""
        self.editor = MarkdownEditor(theme)
        self.editor.setFont(theme.font(BODY))
        self.editor.textChanged.connect(self._text_changed)
        self.editor.undo_requested.connect(self.undo_requested)
        self.editor.redo_requested.connect(self.redo_requested)
        self.editor.link_requested.connect(self.link_requested)
        self.offer = push_button("", kind="link")
        self.offer.clicked.connect(self.template_wanted)
        self.offer.hide()
        self._offered = ""
        self.buttons: list[QToolButton] = []
        self._watch_focus(self.editor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._toolbar())
        layout.addWidget(self.offer, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.editor, 1)

    def value(self) -> str:
        """The Markdown."""
        return self._source.edited(self._shown)

    def load(self, value: FieldValue) -> None:
        """Show this Markdown."""
        text = value if isinstance(value, str) else ""
        if text == self.value():
            return
        self._source = SourceText(text)
        self._shown = self._source.shown
        self.editor.show_text(self._shown)
        self._show_offer()

    def offer_headings(self, template_name: str) -> None:
        """Offer a template's headings as long as the plan is empty; an empty name offers none."""
        self._offered = template_name
        self.offer.setText(f"Start with the {template_name} headings")
        self._show_offer()

    def write(self, text: str) -> None:
        """Put `text` in as if it was typed, with the cursor at the end of its first line's section."""
        cursor = self.editor.textCursor()
        cursor.insertText(text)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock)
        self.editor.setTextCursor(cursor)

    def _toolbar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 6)
        row.setSpacing(2)
        for icon, name, keys, command in (
            ("heading-2", "Heading", "Ctrl+2", self._heading),
            ("bold", "Bold", "Ctrl+B", self._bold),
            ("italic", "Italic", "Ctrl+I", self._italic),
            ("list", "List", "Ctrl+Shift+8", self._list),
            ("list-checks", "Checklist", "Ctrl+Shift+9", self._checklist),
            ("link", "Link", "Ctrl+Shift+K", self._link),
        ):
            button = icon_button(self._theme, icon, name, hint=keys)
            button.clicked.connect(command)
            row.addWidget(button)
            self.buttons.append(button)
            self.editor.shortcuts[QKeySequence(keys)] = command
        row.addStretch(1)
        self.source_switch = push_button("Markdown", kind="ghost", scale="small")
        self.source_switch.setObjectName("source_switch")
        self.source_switch.setCheckable(True)
        self.source_switch.setAccessibleName("Show the Markdown source")
        self.source_switch.setToolTip("Show the Markdown source (Ctrl+Shift+M)")
        self.source_switch.toggled.connect(self.editor.show_source)
        self.editor.shortcuts[QKeySequence("Ctrl+Shift+M")] = self.source_switch.toggle
        self.editor.shortcuts[QKeySequence("Ctrl+Return")] = self.editor.tick_line
        row.addWidget(self.source_switch)
        return row

    def _text_changed(self) -> None:
        # Qt tells of every change of format too; only the text counts.
        shown = self.editor.document().toRawText().replace("\u2029", "\n")
        if shown != self._shown and not self.editor.is_loading:
            self._shown = shown
            self._show_offer()
            self._touch()

    def _part_left(self, part: QObject) -> None:  # noqa: ARG002
        self._leave()

    def _show_offer(self) -> None:
        self.offer.setVisible(bool(self._offered) and self.editor.document().isEmpty())

    def _heading(self) -> None:
        commands.toggle_heading(self.editor.textCursor())

    def _bold(self) -> None:
        self.editor.setTextCursor(commands.toggle_around(self.editor.textCursor(), "**"))

    def _italic(self) -> None:
        self.editor.setTextCursor(commands.toggle_around(self.editor.textCursor(), "*"))

    def _list(self) -> None:
        commands.toggle_list(self.editor.textCursor())

    def _checklist(self) -> None:
        commands.toggle_checklist(self.editor.textCursor())

    def _link(self) -> None:
        self.editor.setTextCursor(commands.insert_link(self.editor.textCursor()))
