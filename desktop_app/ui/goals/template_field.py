"""The goal's template: a badge that opens the choice."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop_app.domain.goals import Template
from desktop_app.domain.revisions import FieldValue
from desktop_app.ui.goals.field import EditorField
from desktop_app.ui.goals.templates import TEMPLATE_NAMES
from desktop_app.ui.theme.controls import menu


class TemplateField(EditorField):
    """Shows SMART, OKR or Custom and changes it by a menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = Template.CUSTOM
        self.button = QToolButton()
        self.button.setObjectName("template_badge")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        choices = menu(self)
        group = QActionGroup(self)
        self.actions_by_template: dict[Template, QAction] = {}
        for template, name in TEMPLATE_NAMES.items():
            action = QAction(name, group)
            action.setCheckable(True)
            action.setData(template.value)
            choices.addAction(action)
            self.actions_by_template[template] = action
        group.triggered.connect(self._choose)
        self.button.setMenu(choices)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        self._show_value()

    def value(self) -> Template:
        """The template."""
        return self._value

    def load(self, value: FieldValue) -> None:
        """Show a template."""
        self._value = value if isinstance(value, Template) else Template.CUSTOM
        self._show_value()

    def _choose(self, action: QAction) -> None:
        chosen = Template(action.data())
        if chosen is not self._value:
            self.load(chosen)
            self._settle()

    def _show_value(self) -> None:
        name = TEMPLATE_NAMES[self._value]
        self.button.setText(name)
        self.button.setAccessibleName(f"Template: {name}")
        self.button.setToolTip("Change the template")
        self.actions_by_template[self._value].setChecked(True)
