"""The person's own templates: a goal's headings are kept as one, goals begin with it, and it is forgotten."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.domain.goals import GoalEdit, Template
from desktop_app.domain.templates import headings_in
from desktop_app.services.preferences import Preferences
from desktop_app.services.templates import TemplateService
from desktop_app.storage.preferences import PreferenceRepository
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.goals.own_templates import OwnTemplates
from desktop_app.ui.sidebar.goal_menus import GoalMenus
from desktop_app.ui.theme.controls import menu
from tests.ui.goals.conftest import Desk
from tests.ui.goals.waiting import settled, until


@dataclass
class Forms:
    """A desk with templates."""

    desk: Desk
    menus: GoalMenus
    service: TemplateService
    window: QWidget

    @property
    def offered(self) -> list[str]:
        """What a goal can begin with."""
        return [action.text() for action in self.menus._templates.actions() if action.text() and action.menu() is None]

    def action(self, text: str) -> QAction:
        """One of them."""
        return next(action for action in self.menus._templates.actions() if action.text() == text)

    async def answer(self, text: str | None) -> str:
        """Type a name into the box that asks for one, or close it; what it asked."""
        await until(lambda: self.window.findChild(QInputDialog) is not None)
        box = self.window.findChild(QInputDialog)
        assert isinstance(box, QInputDialog)
        asked = box.labelText()
        if text is None:
            box.reject()
        else:
            line = box.findChild(QLineEdit)
            assert isinstance(line, QLineEdit)
            line.setText(text)
            box.accept()
        await settled(self.desk.runner)
        return asked


@pytest.fixture
async def forms(desk: Desk, qtbot: QtBot) -> AsyncIterator[Forms]:
    window = QWidget()
    window.show()
    preferences = Preferences(PreferenceRepository(desk.database))
    await preferences.load()
    service = TemplateService(preferences)
    menus = GoalMenus(menu(window), menu(window))
    templates = OwnTemplates(desk.view, menus, desk.presenter, service, Dialogs(window), desk.runner)
    templates.show()
    yield Forms(desk, menus, service, window)
    window.close()
    window.deleteLater()


async def test_headings_are_kept_under_a_name_and_a_goal_begins_with_them(forms: Forms) -> None:
    desk = forms.desk
    goal = await desk.opened()
    await desk.coach_edits(goal.id, GoalEdit(content="## Why\nFor fun\n\n## First step\n"))
    assert forms.offered == ["SMART", "OKR", "Empty"]
    desk.view.header.template_action.trigger()
    assert await forms.answer("My & form") == "A name for the template of these headings"
    assert forms.offered == ["SMART", "OKR", "Empty", "My && form"]
    forms.action("My && form").trigger()
    await until(lambda: desk.view.is_new)
    assert desk.view.template.value() is Template.CUSTOM
    assert headings_in(desk.view.plan.value()) == ("Why", "First step")


async def test_a_template_is_forgotten(forms: Forms) -> None:
    await forms.service.keep("One", ("A",))
    forms.menus.own_template_forgotten.emit("none of this name")
    await settled(forms.desk.runner)
    assert forms.offered[3:] == ["One"]
    forget = next(action.menu() for action in forms.menus._templates.actions() if action.text() == "Forget a template")
    assert isinstance(forget, QWidget)
    forget.actions()[0].trigger()
    await until(lambda: forms.offered[3:] == [])
    assert forms.service.own == ()


async def test_without_headings_it_is_said_what_to_do(forms: Forms) -> None:
    desk = forms.desk
    goal = await desk.opened()
    await desk.coach_edits(goal.id, GoalEdit(content="Only words\n```\n# no heading\n```\n"))
    desk.view.header.template_action.trigger()
    await settled(desk.runner)
    assert forms.window.findChild(QInputDialog) is None
    told = [label.text() for label in desk.view.notices.findChildren(QLabel) if label.isVisible()]
    assert any("This goal has no headings yet" in text for text in told)


async def test_closing_the_box_keeps_nothing_and_an_empty_name_is_refused(forms: Forms) -> None:
    desk = forms.desk
    await desk.opened()
    desk.view.header.template_action.trigger()
    await forms.answer(None)
    assert forms.service.own == ()


def test_headings_are_found_in_a_plan_but_not_in_code() -> None:
    plan = "# One #\ntext\n```md\n## not this\n```\n~~~\n# nor this\n~~~\n  ### Two\n#no\n## One\n    # code"
    assert headings_in(plan) == ("One", "Two")
