"""A goal's tags as pills, and a place to add one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLabel, QLineEdit, QListView, QWidget

from desktop_app.domain.goals import checked_tags
from desktop_app.domain.revisions import FieldValue
from desktop_app.errors import InvalidValueError
from desktop_app.ui.goals.field import EditorField, focus_before
from desktop_app.ui.goals.flow_layout import FlowLayout
from desktop_app.ui.theme.controls import icon_button, push_button
from desktop_app.ui.theme.theme import Theme


class TagPill(QFrame):
    """One tag with a cross that takes it away."""

    def __init__(self, tag: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tag = tag
        self.setProperty("kind", "tag")
        label = QLabel(tag)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.cross = icon_button(theme, "x", f"Remove the tag {tag}", scale="tiny")
        self.cross.setIconSize(QSize(12, 12))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 3, 0)
        layout.setSpacing(1)
        layout.addWidget(label)
        layout.addWidget(self.cross)


class TagRow(EditorField):
    """Tags in order. Enter or a comma ends a tag that is being typed, Esc gives it up."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pills: list[TagPill] = []
        self._problem = ""
        self._flow = FlowLayout(self, spacing=6)
        self.add_button = push_button("Add", kind="ghost", scale="small")
        self.add_button.setObjectName("add_tag")
        self.add_button.setIcon(theme.icon("plus"))
        self.add_button.setIconSize(QSize(14, 14))
        self.add_button.setAccessibleName("Add a tag")
        self.add_button.clicked.connect(self.begin_tag)
        self.editor = QLineEdit()
        self.editor.setObjectName("tag_edit")
        self.editor.setAccessibleName("New tag")
        self.editor.setPlaceholderText("New tag")
        self.editor.setFixedWidth(120)
        self.editor.textEdited.connect(self._typed)
        self._watch_focus(self.editor)
        self._flow.addWidget(self.add_button)
        self._flow.addWidget(self.editor)
        self.editor.hide()

    def value(self) -> tuple[str, ...]:
        """The tags, without the one that is being typed."""
        return tuple(pill.tag for pill in self._pills)

    @property
    def problem(self) -> str:
        """Why what is typed is no tag."""
        return self._problem

    def offer(self, tags: Sequence[str]) -> None:
        """Complete what is typed from these tags, the first ones first."""
        completer = QCompleter(list(tags), self.editor)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        choices = QListView()
        choices.setAccessibleName("Tags in use")
        completer.setPopup(choices)
        self.editor.setCompleter(completer)

    @property
    def pills(self) -> tuple[TagPill, ...]:
        """The pills in order."""
        return tuple(self._pills)

    def load(self, value: FieldValue) -> None:
        """Show these tags."""
        tags = tuple(tag for tag in value if isinstance(tag, str)) if isinstance(value, tuple) else ()
        if tags == self.value():
            return
        while self._pills:
            self._drop(self._pills[-1])
        for tag in tags:
            self._append(tag)

    def begin_tag(self) -> None:
        """Show the line in which a tag is typed."""
        self.add_button.hide()
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_typing(self) -> None:
        """Forget what is being typed."""
        self._problem = ""
        self.editor.clear()
        self._end_typing()

    def finish(self) -> None:
        """Take the tag that is being typed, if it is one."""
        self._take(self.editor.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter ends the tag, Esc gives it up, Backspace at the start takes the last one away."""
        if watched is self.editor and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._enter()
                    return True
                case Qt.Key.Key_Escape:
                    self.clear_typing()
                    self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
                    return True
                case Qt.Key.Key_Backspace if not self.editor.text() and self._pills:
                    self._remove(self._pills[-1])
                    return True
        return super().eventFilter(watched, event)

    def _part_left(self, part: QObject) -> None:  # noqa: ARG002
        self.finish()
        if not self._problem:
            self._end_typing()
        self._leave()

    def _enter(self) -> None:
        if self.editor.text().strip():
            self._take(self.editor.text())
            self.left.emit()
        else:
            self.clear_typing()
            self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _typed(self, text: str) -> None:
        self._problem = ""
        *ended, rest = text.split(",")
        for position, tag in enumerate(ended):
            if not self._take(tag):
                self.editor.setText(",".join((*ended[position:], rest)))
                break
        else:
            if ended:
                self.editor.setText(rest.lstrip())
        self._touch()

    def _take(self, text: str) -> bool:
        """Add what is typed; False where it is no tag, then it stays with its problem."""
        try:
            tags = checked_tags((*self.value(), text))
        except InvalidValueError as error:
            self._problem = str(error)
            self.changed.emit()
            return False
        self._problem = ""
        self.editor.clear()
        for tag in tags[len(self._pills) :]:
            self._append(tag)
            self.changed.emit()
        return True

    def _end_typing(self) -> None:
        self.editor.hide()
        self.add_button.show()

    def _append(self, tag: str) -> None:
        pill = TagPill(tag, self._theme, self)
        pill.cross.clicked.connect(self._cross_clicked)
        self._flow.insert_widget(len(self._pills), pill)
        before = self._pills[-1].cross if self._pills else focus_before(self.add_button, self)
        self._pills.append(pill)
        QWidget.setTabOrder(before, pill.cross)
        pill.show()

    def _cross_clicked(self) -> None:
        cross = self.sender()
        pill = next((pill for pill in self._pills if pill.cross is cross), None)
        if pill is not None:
            self._remove(pill)

    def _remove(self, pill: TagPill) -> None:
        had_focus = pill.cross.hasFocus()
        self._drop(pill)
        if had_focus:
            target = self._pills[-1].cross if self._pills else self.add_button
            target.setFocus(Qt.FocusReason.TabFocusReason)
        self._settle()

    def _drop(self, pill: TagPill) -> None:
        self._pills.remove(pill)
        self._flow.removeWidget(pill)
        pill.hide()
        pill.deleteLater()
