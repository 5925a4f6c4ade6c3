"""Joins what the coach proposes to the editor: shown for the open goal, taken once all that was typed is stored."""

from typing import Final

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import GoalId, ProposalId
from desktop_app.domain.proposals import Proposal, ProposalState
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError
from desktop_app.services.proposals import ProposalService
from desktop_app.services.settings import SettingsService
from desktop_app.settings.values import Settings
from desktop_app.ui.goals.presenter import GoalEditorPresenter
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.tasks import TaskRunner

_ASKS_FIRST: Final = "goals.ask_first"


class ProposalPresenter(QObject):
    """`waiting` tells that there is something to decide; `goal_made` gives the id of a goal that was taken."""

    waiting = Signal()
    goal_made = Signal(int)

    def __init__(
        self,
        view: GoalEditorView,
        editor: GoalEditorPresenter,
        proposals: ProposalService,
        settings: SettingsService,
        runner: TaskRunner,
    ) -> None:
        super().__init__(view)
        self._view, self._switch = view.proposals, view.header.asking_action
        self._editor, self._proposals, self._settings, self._runner = editor, proposals, settings, runner
        self._today, self._tell = view.clock.today, editor.tell
        self._goal_id: GoalId | None = None
        self._readings = 0
        self._view.taken.connect(self._take)
        self._view.left.connect(self._leave)
        self._page = view
        view.field_proposal_taken.connect(self._take_field)
        view.field_proposal_left.connect(self._leave_field)
        view.header.asking_chosen.connect(self._choose_asking)
        editor.goal_opened.connect(self.follow)
        proposals.subscribe(self._note)
        settings.subscribe(self._show_asking)
        self._show_asking(settings.current)

    def follow(self, goal: Goal | None) -> None:
        """Show what is proposed for this goal, and new goals; None for new goals alone."""
        self._goal_id = goal.id if goal is not None else None
        self.read()

    def read(self) -> None:
        """Read what waits, in the background."""
        self._readings += 1
        self._runner.start(self._read(self._readings), name="list proposals", on_error=self._tell)

    async def _read(self, reading: int) -> None:
        found = await to_the_end(self._proposals.open())
        if reading == self._readings:
            own = tuple(one for one in found if one.goal_id in {None, self._goal_id})
            self._view.show_proposals(own, self._today())
            shown = self._view.shown
            is_edit = shown is not None and shown.goal_id is not None and shown.check_in is None
            self._page.show_proposed(shown.changes if shown is not None and is_edit else ())

    def _note(self, proposal: Proposal) -> None:
        if proposal.state is ProposalState.OPEN:
            self.waiting.emit()
        self.read()

    def _take(self, proposal_id: int) -> None:
        self._runner.start(self._taken(ProposalId(proposal_id)), name="take a proposal", on_error=self._tell)

    def _take_field(self, field: str) -> None:
        if self._view.shown is not None:
            taking = self._taken(self._view.shown.id, (field,))
            self._runner.start(taking, name="take a field of a proposal", on_error=self._tell)

    def _leave_field(self, field: str) -> None:
        if self._view.shown is not None:
            leaving = self._proposals.leave(self._view.shown.id, (field,))
            self._runner.start(leaving, name="leave a field of a proposal", on_error=self._tell)

    async def _taken(self, proposal_id: ProposalId, fields: tuple[str, ...] | None = None) -> None:
        # What the person typed is stored first, so that the coach's change is joined to it.
        if not await self._editor.flush():
            return
        was = self._view.shown
        taken = await self._proposals.take(proposal_id, fields)
        if was is not None and was.goal_id is None and taken.goal_id is not None:
            self.goal_made.emit(int(taken.goal_id))

    def _leave(self, proposal_id: int) -> None:
        leaving = self._proposals.leave(ProposalId(proposal_id))
        self._runner.start(leaving, name="leave a proposal", on_error=self._tell)

    def _choose_asking(self, asks: bool) -> None:
        keeping = self._settings.keep(_ASKS_FIRST, "true" if asks else "false")
        self._runner.start(keeping, name="keep whether the coach asks first", on_error=self._refuse_asking)

    def _refuse_asking(self, error: AppError) -> None:
        self._show_asking(self._settings.current)
        self._tell(error)

    def _show_asking(self, settings: Settings) -> None:
        self._switch.setChecked(settings.goals.asks_first)
        origin = self._settings.set_outside(_ASKS_FIRST)
        self._switch.setEnabled(origin is None)
