"""Joins the person's own templates to the menus: begin a goal with one, keep a goal's headings as one, forget one."""

from PySide6.QtCore import QObject

from desktop_app.domain.templates import headings_in
from desktop_app.errors import AppError
from desktop_app.services.templates import TemplateService
from desktop_app.ui.dialogs import Dialogs
from desktop_app.ui.goals.presenter import GoalEditorPresenter
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.sidebar.goal_menus import GoalMenus
from desktop_app.ui.tasks import TaskRunner

_NO_HEADINGS = "This goal has no headings yet. Write some into its plan, each on a line of its own after “## ”."


class OwnTemplates(QObject):
    """Fills the menu of templates with the person's own."""

    def __init__(
        self,
        view: GoalEditorView,
        menus: GoalMenus,
        editor: GoalEditorPresenter,
        templates: TemplateService,
        dialogs: Dialogs,
        runner: TaskRunner,
    ) -> None:
        super().__init__(view)
        self._view, self._menus, self._editor = view, menus, editor
        self._templates, self._dialogs, self._runner = templates, dialogs, runner
        menus.own_template_chosen.connect(self._begin)
        menus.own_template_forgotten.connect(self._forget)
        view.header.template_requested.connect(self._keep)

    def show(self) -> None:
        """Offer what there is now."""
        self._menus.show_own([template.name for template in self._templates.own])

    def _begin(self, name: str) -> None:
        for template in self._templates.own:
            if template.name == name:
                self._editor.new_goal_from_own(template)

    def _keep(self) -> None:
        headings = headings_in(self._view.plan.value())
        if headings:
            self._runner.start(self._ask(headings), name="keep a template", on_error=self._editor.tell)
        else:
            self._editor.tell(AppError(_NO_HEADINGS))

    async def _ask(self, headings: tuple[str, ...]) -> None:
        title = self._view.title.value()
        name = await self._dialogs.ask_line("A name for the template of these headings", "Keep", title)
        if name is not None:
            await self._templates.keep(name, headings)
            self.show()

    def _forget(self, name: str) -> None:
        self._runner.start(self._forgotten(name), name="forget a template", on_error=self._editor.tell)

    async def _forgotten(self, name: str) -> None:
        await self._templates.remove(name)
        self.show()
