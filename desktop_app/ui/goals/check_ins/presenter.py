"""Joins check-ins to the goal that is open: reads them, keeps new ones, and says when it is looked at again."""

from collections.abc import Callable, Coroutine
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QObject

from desktop_app.domain.check_ins import NewCheckIn
from desktop_app.domain.goals import Goal, GoalEdit, ReviewRhythm
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError
from desktop_app.services.check_ins import CheckInService, Recorded
from desktop_app.services.goals import GoalService
from desktop_app.ui.goals.check_ins.form import Unsent
from desktop_app.ui.goals.presenter import GoalEditorPresenter
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.tasks import TaskRunner


class CheckInsPresenter(QObject):
    """Follows the editor; it writes through the services alone."""

    def __init__(
        self,
        view: GoalEditorView,
        editor: GoalEditorPresenter,
        check_ins: CheckInService,
        goals: GoalService,
        runner: TaskRunner,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(view)
        self._view, self._page = view.page.check_ins, view.page
        self._editor, self._check_ins, self._goals, self._runner, self._now = editor, check_ins, goals, runner, now
        self._goal: Goal | None = None
        self._readings = 0
        self._unsent: dict[GoalId, Unsent] = {}
        self._view.form.check_in_requested.connect(self._record)
        self._view.rhythm_chosen.connect(self._set_rhythm)
        editor.goal_kept.connect(self.follow)
        check_ins.subscribe(self._note)

    def follow(self, goal: Goal | None) -> None:
        """Show the check-ins of this goal, as it is now; None for none."""
        is_other = goal is None or self._goal is None or goal.id != self._goal.id
        if is_other and self._goal is not None:
            self._unsent[self._goal.id] = self._view.form.unsent
        self._goal = goal
        self._readings += 1
        if is_other:
            self._view.form.show_measures(())
            self._view.form.clear()
            self._view.show_check_ins((), (), self._today(), self._now())
            self._page.show_check_in_status(None)
        if goal is not None:
            self._view.show_fields(goal.fields)
            if is_other and (unsent := self._unsent.pop(goal.id, None)) is not None:
                self._view.form.put_back(unsent)
            self._start(self._read(goal, self._readings), "read the check-ins")

    async def _read(self, goal: Goal, reading: int) -> None:
        check_ins = await to_the_end(self._check_ins.of(goal.id))
        points = await to_the_end(self._check_ins.chart(goal.id))
        again = await to_the_end(self._check_ins.next_review(goal))
        if reading != self._readings:
            return
        self._view.show_check_ins(check_ins, points, self._today(), self._now())
        self._view.show_next(again, self._today())
        self._page.show_check_in_status(self._view.status)

    def _record(self, new: NewCheckIn) -> None:
        if self._goal is not None:
            self._view.form.wait(is_waiting=True)
            self._start(self._keep(self._goal, new), "check in")

    async def _keep(self, goal: Goal, new: NewCheckIn) -> None:
        try:
            # The measures it changes may have been edited just now.
            if not await self._editor.flush():
                return
            await self._check_ins.record(goal.id, new, YOU)
        finally:
            self._view.form.wait(is_waiting=False)
        self._unsent.pop(goal.id, None)
        if self._goal is not None and self._goal.id == goal.id:
            self._view.form.clear()

    def _note(self, recorded: Recorded) -> None:
        if self._goal is not None and recorded.goal.id == self._goal.id:
            self.follow(recorded.goal)

    def _set_rhythm(self, rhythm: str) -> None:
        goal = self._goal
        if goal is not None and goal.fields.rhythm != rhythm:
            self._start(self._keep_rhythm(goal, ReviewRhythm(rhythm)), "keep the rhythm")

    async def _keep_rhythm(self, goal: Goal, rhythm: ReviewRhythm) -> None:
        await self._goals.edit(goal.id, GoalEdit(rhythm=rhythm), YOU)

    def _today(self) -> date:
        return self._now().astimezone().date()

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._runner.start(work, name=name, on_error=self._fail)

    def _fail(self, error: AppError) -> None:
        self._view.form.tell(str(error))
