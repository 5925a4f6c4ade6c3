"""Reminds of reviews, milestones and deadlines by notifications, and takes back what is chosen in them."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.domain.due import Due, DueKind
from desktop_app.endings import to_the_end
from desktop_app.services.reminders import ReminderService
from desktop_app.ui.notifications.channel import OPEN, Notice, NotificationChannel
from desktop_app.ui.tasks import TaskRunner

EVERY_MS: Final = 5 * 60 * 1000
FIRST_MS: Final = 20_000
_ONE_BY_ONE: Final = 3
_HOUR, _TOMORROW, _WEEK = "hour", "tomorrow", "week"
_SNOOZES: Final = ((_HOUR, "In an hour"), (_TOMORROW, "Tomorrow"), (_WEEK, "Next week"))
_MORNING: Final = time(9)
_TITLES: Final = {
    DueKind.REVIEW: "Time for a look at it",
    DueKind.MILESTONE: "A milestone is due",
    DueKind.DEADLINE: "A deadline is here",
}


class ReminderPresenter(QObject):
    """Asks every few minutes by the clock on the wall, so that sleep and changed clocks do no harm.

    `goal_requested` and `review_requested` give the number of a goal; `told_here` gives a title and a text that no
    desktop could show.
    """

    goal_requested = Signal(int)
    review_requested = Signal(int)
    told_here = Signal(str, str)

    def __init__(
        self,
        reminders: ReminderService,
        channel: NotificationChannel,
        runner: TaskRunner,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reminders, self._channel, self._runner, self._now = reminders, channel, runner, now
        self._shown: dict[str, tuple[Notice, tuple[Due, ...]]] = {}
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        channel.acted.connect(self._act)
        channel.not_shown.connect(self._tell_here)

    def start(self) -> None:
        """Look a little after the start, and from then on every few minutes."""
        QTimer.singleShot(FIRST_MS, self, self.look)
        self._timer.start()

    def look(self) -> None:
        """Remind of what is due now and was not told before."""
        self._runner.start(self._look(), name="remind")

    def close(self) -> None:
        """Remind no more."""
        self._timer.stop()
        self._channel.close()

    async def _look(self) -> None:
        dues = await to_the_end(self._reminders.to_tell(self._now()))
        if not dues:
            return
        # Kept first: a reminder is rather lost than told at each look.
        await self._reminders.note_told(dues)
        today = self._now().astimezone().date()
        if len(dues) <= _ONE_BY_ONE:
            for due in dues:
                self._show(Notice(due.key, _TITLES[due.kind], due.words(today), _SNOOZES), (due,))
        else:
            told = "\n".join(due.words(today) for due in dues[:_ONE_BY_ONE])
            more = f"\nand {len(dues) - _ONE_BY_ONE} more"
            self._show(Notice(f"many:{dues[0].key}", f"{len(dues)} things are due", told + more, _SNOOZES), dues)

    def _show(self, notice: Notice, dues: tuple[Due, ...]) -> None:
        self._shown[notice.key] = notice, dues
        self._channel.show(notice)

    def _act(self, key: str, action: str) -> None:
        _, dues = self._shown.get(key, (None, ()))
        if not dues:
            return
        if action == OPEN:
            wish = self.review_requested if dues[0].kind is DueKind.REVIEW else self.goal_requested
            wish.emit(int(dues[0].goal_id))
        elif (until := _until(action, self._now())) is not None:
            self._runner.start(self._snooze(dues, until), name="remind later")

    async def _snooze(self, dues: Sequence[Due], until: datetime) -> None:
        for due in dues:
            await self._reminders.snooze(due, until)

    def _tell_here(self, key: str) -> None:
        notice, _ = self._shown.get(key, (None, ()))
        if notice is not None:
            self.told_here.emit(notice.title, notice.text)


def _until(action: str, now: datetime) -> datetime | None:
    """When to remind again: an hour from now, or in the morning of tomorrow or of this day next week."""
    if action == _HOUR:
        return now + timedelta(hours=1)
    days = {_TOMORROW: 1, _WEEK: 7}.get(action)
    if days is None:
        return None
    local = now.astimezone()
    return datetime.combine(local.date() + timedelta(days=days), _MORNING).astimezone()
