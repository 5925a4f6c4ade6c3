"""Joins the history to the goal that is open: reads its revisions, compares, and takes back what is asked for."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.goals import Goal, GoalFields
from desktop_app.domain.ids import RevisionId
from desktop_app.domain.revision_diff import FieldDiff, change_diff, since_diff
from desktop_app.domain.revisions import YOU, GoalChange, Revision
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError
from desktop_app.services.goals import GoalService
from desktop_app.ui.goals.history.view import HistoryView
from desktop_app.ui.tasks import TaskRunner

# A write that is given whoever asks for it; and what runs one once all that was typed is stored.
Action: TypeAlias = Callable[[object], Coroutine[Any, Any, GoalChange | None]]
Write: TypeAlias = Callable[[Action], Coroutine[Any, Any, None]]


class HistoryPresenter(QObject):
    """`counted` gives how many revisions there are; `failed` an AppError to be told in the editor."""

    counted = Signal(object)
    failed = Signal(object)

    def __init__(
        self, view: HistoryView, goals: GoalService, runner: TaskRunner, today: Callable[[], date], write: Write
    ) -> None:
        super().__init__(view)
        self._view, self._goals, self._runner, self._today, self._write = view, goals, runner, today, write
        self._goal: Goal | None = None
        self._revisions: tuple[Revision, ...] = ()
        self._fields: GoalFields | None = None
        self._readings = self._comparings = 0
        self._wanted: RevisionId | None = None
        view.diff_requested.connect(self._compare)
        view.restore_requested.connect(self._restore)
        view.undo_requested.connect(self._undo)
        view.field_restore_requested.connect(self._restore_field)

    def follow(self, goal: Goal | None) -> None:
        """Show the history of this goal, as it is now; None for none."""
        is_other = goal is None or self._goal is None or goal.id != self._goal.id
        self._goal = goal
        if is_other:
            self._revisions, self._wanted = (), None
            self._view.show_revisions((), self._today())
        self._readings += 1
        if goal is None:
            self.counted.emit(None)
        else:
            self._start(self._read(goal, self._readings), "read the history")

    def review(self, revision_id: RevisionId) -> None:
        """Look at one revision, as soon as it is read."""
        self._wanted = revision_id
        self._show_wanted()

    async def _read(self, goal: Goal, reading: int) -> None:
        revisions = await to_the_end(self._goals.revisions(goal.id))
        if reading != self._readings:
            return
        self._revisions, self._fields = revisions, goal.fields
        self._view.show_revisions(revisions, self._today())
        self.counted.emit(len(revisions))
        self._show_wanted()

    def _show_wanted(self) -> None:
        if any(revision.id == self._wanted for revision in self._revisions):
            wanted, self._wanted = self._wanted, None
            if wanted is not None:
                self._view.choose(wanted)

    def _compare(self) -> None:
        revision = self._view.chosen
        self._comparings += 1
        if revision is not None and self._fields is not None:
            self._start(self._show_diff(revision, self._fields, self._comparings), "compare versions")

    async def _show_diff(self, revision: Revision, now: GoalFields, comparing: int) -> None:
        # Comparing long plans takes a while.
        diffs: tuple[FieldDiff, ...]
        if self._view.compares_with_now:
            diffs = await asyncio.to_thread(since_diff, self._revisions, revision.id, now)
        else:
            diffs = await asyncio.to_thread(change_diff, revision)
        if comparing == self._comparings:
            self._view.show_diff(diffs)

    def _restore(self) -> None:
        if (revision := self._view.chosen) is not None:
            self._change(lambda by: self._goals.restore_version(revision.id, YOU, initiator=by))

    def _undo(self) -> None:
        if (revision := self._view.chosen) is not None:
            self._change(lambda by: self._goals.undo(revision.id, YOU, initiator=by))

    def _restore_field(self, field: str) -> None:
        revision, before = self._view.chosen, not self._view.compares_with_now
        if revision is not None:
            self._change(lambda by: self._goals.restore_field(revision.id, field, YOU, before=before, initiator=by))

    def _change(self, action: Action) -> None:
        self._start(self._write(action), "change a goal back")

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._runner.start(work, name=name, on_error=self._fail)

    def _fail(self, error: AppError) -> None:
        self.failed.emit(error)
