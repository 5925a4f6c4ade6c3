"""Fills the sidebar with goals and conversations, and keeps both lists true."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from desktop_app.domain.goals import Goal
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import GoalChange
from desktop_app.services.chat import ChatService
from desktop_app.services.goals import GoalService
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.tasks import TaskRunner

_MINUTE_MS = 60_000


class SidebarPresenter(QObject):
    """Reads the lists once, then follows the changes it is told of."""

    def __init__(
        self,
        view: SidebarView,
        goals: GoalService,
        chat: ChatService,
        runner: TaskRunner,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._goals = goals
        self._chat = chat
        self._runner = runner
        self._now = now
        self._known: dict[GoalId, Goal] = {}
        self._shown_day = self._local_now().date()
        goals.subscribe(self._note_change)
        # "Today", "3 days late": the words change at midnight while the window stays open.
        self._clock = QTimer(self, interval=_MINUTE_MS)
        self._clock.timeout.connect(self._follow_the_day)
        self._clock.start()

    async def load(self) -> None:
        """Read both lists. Raises StorageError."""
        self._known = {goal.id: goal for goal in await self._goals.list_goals()}
        self._show_goals()
        await self._load_conversations()

    def refresh_conversations(self) -> None:
        """Read the conversations again, after one was begun, answered or renamed."""
        self._runner.start(self._load_conversations(), name="list chats")

    async def _load_conversations(self) -> None:
        self._view.set_conversations(await self._chat.list_conversations(), self._local_now())

    def _note_change(self, change: GoalChange) -> None:
        self._known[change.goal.id] = change.goal
        self._show_goals()

    def _show_goals(self) -> None:
        self._view.set_goals(tuple(self._known.values()), self._local_now().date())

    def _follow_the_day(self) -> None:
        today = self._local_now().date()
        if today != self._shown_day:
            self._shown_day = today
            self._show_goals()
            self.refresh_conversations()

    def _local_now(self) -> datetime:
        return self._now().astimezone()
