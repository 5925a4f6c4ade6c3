"""Joins the goal editor to the goals: opens, saves by itself, and shows what others change meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.domain.goal_list import TagUse
from desktop_app.domain.goals import Goal, GoalDraft, GoalEdit, GoalFields, Template
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import YOU, AuthorKind, GoalChange
from desktop_app.domain.templates import OwnTemplate, template_plan
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError
from desktop_app.services.goals import GoalService
from desktop_app.ui.goals.actions import GoalActions
from desktop_app.ui.goals.history.presenter import Action, HistoryPresenter
from desktop_app.ui.goals.storable import UNTITLED, storable, values_of
from desktop_app.ui.goals.view import GoalEditorView, SaveStatus
from desktop_app.ui.tasks import TaskRunner

SAVE_AFTER_MS: Final = 2_000


class GoalEditorPresenter(QObject):
    """Keeps one goal open. `goal_opened` gives the `Goal` that is shown now, or None; `goal_kept` the same goal with
    each change of it, too.

    One thing is done at a time: a goal is switched only after all that could be stored of the one before is stored.
    """

    goal_opened = Signal(object)
    goal_kept = Signal(object)

    def __init__(
        self,
        view: GoalEditorView,
        goals: GoalService,
        runner: TaskRunner,
        today: Callable[[], date],
        *,
        save_after_ms: int = SAVE_AFTER_MS,
        used_tags: Callable[[], Coroutine[Any, Any, tuple[TagUse, ...]]] | None = None,
    ) -> None:
        super().__init__(view)
        self._view, self._goals, self._runner = view, goals, runner
        self._used_tags = used_tags
        self._goal: Goal | None = None
        self._turn = asyncio.Lock()
        self._openings = 0
        self._parked: dict[GoalId, dict[str, Any]] = {}
        self._timer = QTimer(self, singleShot=True, interval=save_after_ms)
        self._timer.timeout.connect(self.save)
        # Who types without a pause is kept as well, so that a power cut costs no more.
        self._latest = QTimer(self, singleShot=True, interval=save_after_ms)
        self._latest.timeout.connect(self._save_while_typing)
        view.clock.today = today
        self.history = HistoryPresenter(view.history, goals, runner, today, self.write)
        self.actions = GoalActions(view, goals, runner, self._shown, self.write, self.history)
        self._connect()
        goals.subscribe(self._note_change)

    @property
    def goal(self) -> Goal | None:
        """The open goal as it is stored."""
        return self._goal

    def drafts(self) -> tuple[GoalDraft, ...]:
        """What stands in the editor and is not stored yet, for the coach to read."""
        draft = self._view.draft()
        return (draft,) if draft else ()

    def open_goal(self, goal_id: GoalId | None) -> None:
        """Open a goal in the background; None closes the one that is open."""
        self._runner.start(self.open(goal_id), name="open goal")

    def new_goal(self) -> None:
        """Begin a goal in the background; it is stored with its first words."""
        self._runner.start(self.begin(), name="begin goal")

    def new_goal_from(self, template: str) -> None:
        """Begin a goal under a template's headings, in the background."""
        self._runner.start(self.begin(Template(template)), name="begin goal")

    def new_goal_from_own(self, template: OwnTemplate) -> None:
        """Begin a goal under the person's own headings, in the background."""
        self._runner.start(self.begin(template), name="begin goal")

    def close_removed(self, goal_id: int) -> None:
        """Close the goal with this number, which was deleted."""
        if self._goal is not None and self._goal.id == goal_id:
            self._take_ticket()
            self._show(None)

    def save(self) -> None:
        """Store what the person changed, in the background."""
        self._timer.stop()
        self._runner.start(self._save_now(), name="save goal", on_error=self._show_unsaved)

    async def open(self, goal_id: GoalId | None) -> bool:
        """Open a goal once the one before is stored; False where that failed, or another was asked for meanwhile.

        Raises NotFoundError and StorageError; then what was open stays.
        """
        ticket = self._take_ticket()
        async with self._turn:
            if ticket != self._openings:
                return False
            if goal_id is not None and self._goal is not None and self._goal.id == goal_id:
                self.goal_opened.emit(self._goal)
                return True
            goal: Goal | None = None
            self._view.finish_typing()
            while True:
                if not await self._store_all():
                    return False
                goal = await self._goals.goal(goal_id) if goal_id is not None else None
                if ticket != self._openings:
                    return False
                # What was typed while the goal was read belongs to the one before.
                if not self._has_storable:
                    break
            self._show(goal)
            return True

    async def begin(self, template: Template | OwnTemplate | None = None) -> bool:
        """Show an empty goal once the one before is stored; False where that failed.

        With a `template` it begins with its headings.
        """
        self._take_ticket()
        async with self._turn:
            self._view.finish_typing()
            if not await self._store_all():
                return False
            self._show(None)
            kind = Template.CUSTOM if isinstance(template, OwnTemplate) else template
            self._view.show_new(kind or Template.SMART)
            if template is not None:
                self._view.type_in({"content": template_plan(template)})
            return True

    async def flush(self) -> bool:
        """Store all that can be stored, on quitting; False where something could not."""
        self._timer.stop()
        async with self._turn:
            self._view.finish_typing()
            is_stored = await self._store_all()
        self._timer.stop()
        return is_stored

    def _connect(self) -> None:
        view = self._view
        view.edited.connect(self._note_edit)
        view.field_left.connect(self._save_if_edited)
        view.retry_requested.connect(self.save)
        view.new_goal_requested.connect(self.new_goal)
        self.history.counted.connect(view.page.count_history)
        self.history.failed.connect(self.tell)

    def _shown(self) -> Goal | None:
        return self._goal

    def _note_edit(self) -> None:
        if self._view.is_dirty:
            self._view.set_save_status(SaveStatus.SAVING)
        self._timer.start()
        if not self._latest.isActive():
            self._latest.start()

    def _save_while_typing(self) -> None:
        if self._timer.isActive():
            self._runner.start(self._save_typed(), name="save goal", on_error=self._show_unsaved)

    async def _save_typed(self) -> None:
        """Store what can be; of what is half typed nothing is said yet."""
        async with self._turn:
            await self._store_all(tells=False)

    def _save_if_edited(self) -> None:
        if self._timer.isActive():
            self.save()

    def _note_change(self, change: GoalChange) -> None:
        if change.initiator is self or self._goal is None or change.goal.id != self._goal.id:
            return
        self._keep(change.goal)
        by_coach = change.revision.author.kind is AuthorKind.COACH
        self._view.refresh(change.goal, change.changed_fields, by_coach)
        self.actions.note(change)

    def _keep(self, goal: Goal | None) -> None:
        """This is the open goal as it is stored now."""
        self._goal = goal
        self.history.follow(goal)
        self.goal_kept.emit(goal)

    def _take_ticket(self) -> int:
        self._openings += 1
        return self._openings

    def _show(self, goal: Goal | None) -> None:
        self._park()
        self._timer.stop()
        self._keep(goal)
        self.actions.forget_coach()
        self._view.show_goal(goal)
        parked = self._parked.pop(goal.id, None) if goal is not None else None
        if parked:
            self._view.type_in(parked)
            self._storable(self._view.edit())
            self._show_saved()
        self.goal_opened.emit(goal)
        if self._used_tags is not None:
            self._runner.start(self._offer_tags(self._used_tags()), name="list tags")

    async def _offer_tags(self, reading: Coroutine[Any, Any, tuple[TagUse, ...]]) -> None:
        self._view.tags.offer([tag.name for tag in await to_the_end(reading)])

    def _park(self) -> None:
        """Keep what is no valid value, so that it is there again when its goal is opened again."""
        if self._goal is not None and self._view.is_dirty:
            self._parked[self._goal.id] = values_of(self._view.edit())

    async def _save_now(self) -> None:
        async with self._turn:
            await self._store_all()

    async def _store_all(self, *, tells: bool = True) -> bool:
        """Store until nothing is left that can be; False where storing failed, which is told in the editor.

        `tells` says beside a field why it cannot be kept as it is.
        """
        try:
            while (edit := self._storable(self._view.edit(tells=tells), tells=tells)) is not None:
                self._view.set_save_status(SaveStatus.SAVING)
                await self._store(edit)
        except AppError as error:
            self._show_unsaved(error)
            return False
        if tells or not self._view.is_dirty:
            self._show_saved()
        return True

    async def _store(self, edit: GoalEdit) -> None:
        if self._goal is None:
            # Without a title yet, or with one that cannot be kept, the rest is kept all the same.
            fields = edit.applied_to(GoalFields(UNTITLED, template=self._view.template.value()))
            goal = (await self._goals.create(fields, YOU, initiator=self)).goal
            self._keep(goal)
            self._view.become(goal, edit)
            self.goal_opened.emit(goal)
            return
        change = await self._goals.edit(self._goal.id, edit, YOU, initiator=self)
        goal = change.goal if change is not None else self._goal
        self._keep(goal)
        self._view.mark_saved(goal, edit)

    @property
    def _has_storable(self) -> bool:
        return self._storable(self._view.edit()) is not None

    def _storable(self, edit: GoalEdit, *, tells: bool = True) -> GoalEdit | None:
        """The fields of `edit` that can be kept, None if there are none; the others are told beside them."""
        good, problems = storable(edit)
        for name, text in problems.items() if tells else ():
            self._view.show_problem(name, text)
        # A goal that is not there yet begins with what cannot be kept, too.
        is_first = self._goal is None and bool(problems)
        return good if values_of(good) or is_first else None

    def _show_unsaved(self, error: AppError) -> None:
        self._view.set_save_status(SaveStatus.NOT_SAVED, str(error))

    def _show_saved(self) -> None:
        if self._view.has_problem:
            self._view.set_save_status(SaveStatus.NOT_SAVED)
        else:
            self._view.set_save_status(SaveStatus.SAVED if self._goal is not None else SaveStatus.NOTHING)

    async def write(self, action: Action) -> None:
        """Change the open goal once all that was typed is stored, and show what that did, wherever the cursor is."""
        async with self._turn:
            if await self._store_all() and self._goal is not None:
                self._put_back(await action(self))

    def _put_back(self, change: GoalChange | None) -> None:
        if change is not None and self._goal is not None and change.goal.id == self._goal.id:
            self._keep(change.goal)
            self._view.put_back(change.goal, change.changed_fields)

    def tell(self, error: AppError) -> None:
        """Say in the editor what could not be done, and why."""
        self._view.tell(str(error))
