"""Notices that the person comes back after a day or more, and shows what is due and what was done the last time."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.endings import to_the_end
from desktop_app.services.preferences import Preferences
from desktop_app.services.reminders import ReminderService
from desktop_app.ui.since.card import SinceCard
from desktop_app.ui.since.words import Line, heading, lines_of, question
from desktop_app.ui.tasks import TaskRunner

VISIT: Final = "visit"
AWAY: Final = timedelta(days=1)
EVERY_MS: Final = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Visit:
    """When the person came, and was last seen."""

    came: datetime
    seen: datetime


class SincePresenter(QObject):
    """`question_asked` gives what the coach is to be asked; nothing is sent, and what is told costs nothing."""

    question_asked = Signal(str)

    def __init__(
        self,
        card: Callable[[], SinceCard],
        reminders: ReminderService,
        preferences: Preferences,
        runner: TaskRunner,
        now: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        """`card` gives the place to show it in, which is made only where there is something to show."""
        super().__init__(parent)
        self._make_card, self._reminders, self._preferences = card, reminders, preferences
        self._runner, self._now = runner, now
        self._card: SinceCard | None = None
        self._lines: tuple[Line, ...] = ()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and from then on note every few minutes that the person is here."""
        self.look()
        self._timer.start()

    def look(self) -> None:
        """Show what there is to tell, if the person was away for a day or more."""
        self._runner.start(self._look(), name="look what changed")

    async def _look(self) -> None:
        now, visit = self._now(), self._visit()
        is_back = visit is not None and now - visit.seen >= AWAY
        came = now if visit is None or is_back else visit.came
        await self._preferences.keep(VISIT, json.dumps({"came": came.isoformat(), "seen": now.isoformat()}))
        if visit is None or not is_back:
            return
        today = now.astimezone().date()
        since = await to_the_end(self._reminders.since(visit.came, today))
        self._lines = lines_of(since, today)
        if self._lines:
            self._shown().show_lines(heading(visit.seen), self._lines)

    def _visit(self) -> Visit | None:
        try:
            kept = json.loads(self._preferences.value(VISIT) or "null")
            return Visit(datetime.fromisoformat(kept["came"]), datetime.fromisoformat(kept["seen"])) if kept else None
        except (ValueError, TypeError, KeyError):
            return None

    def _shown(self) -> SinceCard:
        if self._card is None:
            self._card = self._make_card()
            self._card.asked.connect(self._ask)
        return self._card

    def _ask(self) -> None:
        self.question_asked.emit(question(self._lines))
