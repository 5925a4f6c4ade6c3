"""What pressing a place in a row does, apart from beginning a turn: copying, opening, undoing."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from desktop_app.domain.revisions import YOU
from desktop_app.errors import AppError
from desktop_app.services.goals import GoalService
from desktop_app.ui.chat.items import Tone
from desktop_app.ui.chat.message_items import COPY, TRACE
from desktop_app.ui.chat.shown_rows import ShownRows
from desktop_app.ui.chat.thread_view import ThreadView
from desktop_app.ui.chat.tool_cards import OPEN, REDO, UNDO
from desktop_app.ui.link_opener import LinkOpener
from desktop_app.ui.tasks import TaskRunner


class RowActions(QObject):
    """Acts on the rows of one thread."""

    goal_requested = Signal(int)
    trace_requested = Signal(str)  # a trace id

    def __init__(
        self,
        thread: ThreadView,
        rows: ShownRows,
        goals: GoalService,
        runner: TaskRunner,
        confirm: Callable[[str, str], Awaitable[bool]],
    ) -> None:
        super().__init__(thread)
        self._rows = rows
        self._goals = goals
        self._runner = runner
        self.links = LinkOpener(self, runner, confirm)
        thread.link_activated.connect(self.links.open)

    def run(self, key: int, action: str) -> None:
        """Do what `action` of the row asks for; unknown ones are left to others."""
        match action:
            case _ if action == COPY:
                QGuiApplication.clipboard().setText(self._rows.text(key))
            case _ if action == TRACE:
                self._show_trace(key)
            case _ if action == OPEN:
                self._open_goal(key)
            case _ if action in {UNDO, REDO}:
                self._runner.start(self._turn_round(key), name="undo", on_error=self._tell_refused)

    def _show_trace(self, key: int) -> None:
        message = self._rows.message(key)
        if message is not None and message.trace_id is not None:
            self.trace_requested.emit(message.trace_id)

    def _open_goal(self, key: int) -> None:
        goal_id = self._rows.goal_id(key)
        if goal_id is not None:
            self.goal_requested.emit(goal_id)

    async def _turn_round(self, key: int) -> None:
        """Undo what a card tells of; where it is undone already, undo the undoing."""
        revision_id = self._rows.change_to_undo(key)
        if revision_id is not None:
            await self._goals.undo(revision_id, YOU, initiator=self)

    def _tell_refused(self, error: AppError) -> None:
        self._rows.tell(Tone.NEUTRAL, "Not undone", str(error))
