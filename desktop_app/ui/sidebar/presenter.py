"""Fills the sidebar with goals and conversations, and keeps both lists true."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from desktop_app.domain.goal_list import GoalShelf
from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation
from desktop_app.services.chat import ChatService
from desktop_app.services.conversations import ConversationService
from desktop_app.ui.sidebar.goal_desk import GoalDesk
from desktop_app.ui.sidebar.view import SidebarView
from desktop_app.ui.tasks import TaskRunner

_MINUTE_MS = 60_000


class SidebarPresenter(QObject):
    """Reads the lists once, then follows the changes it is told of."""

    def __init__(
        self,
        view: SidebarView,
        chat: ChatService,
        conversations: ConversationService,
        desk: GoalDesk,
        runner: TaskRunner,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._chat = chat
        self._conversations = conversations
        self._runner = runner
        self._now = now
        self._desk = desk
        self._shelves: tuple[GoalShelf, ...] = ()
        desk.listed.connect(self._note_list)
        self._shown_day = self._local_now().date()
        conversations.subscribe(self._note_heading)
        view.conversation_renamed.connect(self._rename)
        view.conversation_pinned.connect(self._pin)
        view.conversation_deleted.connect(self._delete)
        view.conversation_restored.connect(self._restore)
        # "Today", "3 days late": the words change at midnight while the window stays open.
        self._clock = QTimer(self, interval=_MINUTE_MS)
        self._clock.timeout.connect(self._follow_the_day)
        self._clock.start()

    async def load(self) -> None:
        """Read both lists. Raises StorageError."""
        await self._desk.load()
        await self._load_conversations()

    def refresh_conversations(self) -> None:
        """Read the conversations again, after one was begun, answered or renamed."""
        self._runner.start(self._load_conversations(), name="list chats")

    async def _load_conversations(self) -> None:
        self._view.set_conversations(await self._chat.list_conversations(), self._local_now())
        self._view.set_deleted(await self._conversations.deleted())

    def _note_heading(self, _conversation: Conversation) -> None:
        self.refresh_conversations()

    def _rename(self, conversation_id: int, title: str) -> None:
        renaming = self._conversations.rename(ConversationId(conversation_id), title)
        self._runner.start(renaming, name="rename a chat")

    def _pin(self, conversation_id: int, is_pinned: bool) -> None:
        pinning = self._conversations.pin(ConversationId(conversation_id), is_pinned=is_pinned)
        self._runner.start(pinning, name="pin a chat")

    def _delete(self, conversation_id: int) -> None:
        self._runner.start(self._delete_and_tell(ConversationId(conversation_id)), name="delete a chat")

    async def _delete_and_tell(self, conversation_id: ConversationId) -> None:
        self._view.tell_deleted(await self._conversations.delete(conversation_id))

    def _restore(self, conversation_id: int) -> None:
        restoring = self._conversations.restore(ConversationId(conversation_id))
        self._runner.start(restoring, name="restore a chat")

    def _note_list(self, shelves: tuple[GoalShelf, ...]) -> None:
        self._shelves = shelves
        self._show_goals()

    def _show_goals(self) -> None:
        query = self._desk.query
        self._view.set_goals(self._shelves, self._local_now().date(), query.tag or "", query.text)

    def _follow_the_day(self) -> None:
        today = self._local_now().date()
        if today != self._shown_day:
            self._shown_day = today
            self._show_goals()
            self.refresh_conversations()

    def _local_now(self) -> datetime:
        return self._now().astimezone()
