"""Joins the ring in the header to the conversation on screen and the model that is chosen."""

from PySide6.QtCore import QObject

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Conversation
from desktop_app.domain.providers import ModelChoice
from desktop_app.errors import AppError
from desktop_app.services.context_gauge import ContextGauge
from desktop_app.services.models import ModelDirectory
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.tasks import TaskRunner


class ContextPresenter(QObject):
    """Measures anew whenever the conversation, its messages or the model changed."""

    def __init__(self, window: MainWindow, gauge: ContextGauge, models: ModelDirectory, runner: TaskRunner) -> None:
        super().__init__(window)
        self._window = window
        self._gauge = gauge
        self._models = models
        self._runner = runner
        self._conversation_id: ConversationId | None = None
        self._measured: ModelChoice | None = None
        models.subscribe(self._follow_model)

    def follow(self, conversation: Conversation | None) -> None:
        """Another conversation is on screen; None is a chat that has not begun."""
        self._conversation_id = conversation.id if conversation else None
        self._window.show_context(None)
        self.measure()

    def measure(self) -> None:
        """Measure what is on screen."""
        choice = self._measured = self._models.choice
        if self._conversation_id is None or choice is None:
            self._window.show_context(None)
            return
        self._runner.start(self._measure(self._conversation_id, choice), name="measure the context")

    def _follow_model(self) -> None:
        if self._models.choice != self._measured:
            self.measure()

    async def _measure(self, conversation_id: ConversationId, choice: ModelChoice) -> None:
        try:
            use = await self._gauge.use(conversation_id, choice)
        except AppError:
            use = None  # what is wrong is told where it matters: by a turn, and in the list of models
        if (conversation_id, choice) == (self._conversation_id, self._measured):
            self._window.show_context(use)
