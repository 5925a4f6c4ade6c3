"""What is done to the open goal as a whole: its phase, undo and redo, and the answer to what the coach changed."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject

from desktop_app.domain.goals import Goal, GoalEdit, Phase
from desktop_app.domain.ids import GoalId, RevisionId
from desktop_app.domain.revisions import YOU, AuthorKind, GoalChange
from desktop_app.errors import AppError
from desktop_app.services.goals import GoalService
from desktop_app.ui.goals.history.presenter import Action, HistoryPresenter
from desktop_app.ui.goals.view import GoalEditorView
from desktop_app.ui.tasks import TaskRunner


class GoalActions(QObject):
    """Answers the header, the phase control and the banner.

    `write` makes a change once all that was typed is stored, and shows what it did; `tell` says why one was refused.
    """

    def __init__(
        self,
        view: GoalEditorView,
        goals: GoalService,
        runner: TaskRunner,
        shown: Callable[[], Goal | None],
        write: Callable[[Action], Coroutine[Any, Any, None]],
        history: HistoryPresenter,
    ) -> None:
        super().__init__(view)
        self._view, self._goals, self._runner = view, goals, runner
        self._shown, self._write, self._history = shown, write, history
        self._coach_revisions: list[RevisionId] = []
        view.edited.connect(self.forget_coach)
        view.phase_requested.connect(self._request_phase)
        view.archive_requested.connect(self._request_archive)
        view.restore_requested.connect(self._request_restore)
        view.undo_requested.connect(self._request_undo)
        view.redo_requested.connect(self._request_redo)
        view.coach_undo_requested.connect(self._request_coach_undo)
        view.coach_change_seen.connect(self._review_coach)

    def forget_coach(self) -> None:
        """What the coach changed is no longer asked about."""
        self._coach_revisions.clear()

    def note(self, change: GoalChange) -> None:
        """Somebody else changed the open goal; the banner is about what the coach did, until that is undone."""
        if change.revision.author.kind is AuthorKind.COACH:
            self._coach_revisions.append(change.revision.id)
        elif change.revision.undoes in self._coach_revisions:
            self._coach_revisions.remove(change.revision.undoes)
            if not self._coach_revisions:
                self._view.withdraw_coach_change()

    def _request_phase(self, phase: str) -> None:
        self._start(self._move(Phase(phase)), "change phase")

    def _request_archive(self) -> None:
        self._request_phase(Phase.ARCHIVED.value)

    def _request_restore(self) -> None:
        self._start(self._restore(), "restore goal")

    def _request_undo(self) -> None:
        self._step(self._goals.undo_last, "undo")

    def _request_redo(self) -> None:
        self._step(self._goals.redo_last, "redo")

    def _step(self, step: Callable[..., Coroutine[Any, Any, GoalChange]], name: str) -> None:
        async def taken(initiator: object) -> GoalChange | None:
            goal = self._shown()
            return await step(goal.id, YOU, initiator=initiator) if goal is not None else None

        self._start(self._write(taken), name)

    def _review_coach(self) -> None:
        if self._coach_revisions:
            self._history.review(self._coach_revisions[-1])
        self._coach_revisions.clear()

    def _request_coach_undo(self) -> None:
        revisions = tuple(reversed(self._coach_revisions))
        self._coach_revisions.clear()
        self._start(self._undo(revisions), "undo the coach")

    async def _undo(self, revisions: tuple[RevisionId, ...]) -> None:
        for revision_id in revisions:

            async def undone(initiator: object, revision_id: RevisionId = revision_id) -> GoalChange:
                return await self._goals.undo(revision_id, YOU, initiator=initiator)

            await self._write(undone)

    async def _move(self, phase: Phase) -> None:
        async def moved(initiator: object) -> GoalChange | None:
            goal = self._shown()
            return await self._moved(goal.id, phase, initiator) if goal is not None else None

        await self._write(moved)

    async def _moved(self, goal_id: GoalId, phase: Phase, initiator: object) -> GoalChange | None:
        return await self._goals.edit(goal_id, GoalEdit(phase=phase), YOU, initiator=initiator)

    async def _restore(self) -> None:
        """Bring an archived goal back to the phase from which it was archived."""
        goal = self._shown()
        if goal is None:
            return
        for revision in await self._goals.revisions(goal.id):
            for change in revision.changes:
                if change.field == "phase" and change.after == Phase.ARCHIVED and isinstance(change.before, str):
                    await self._move(Phase(change.before))
                    return
        await self._move(Phase.DRAFT)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._runner.start(work, name=name, on_error=self._tell)

    def _tell(self, error: AppError) -> None:
        self._view.tell(str(error))
