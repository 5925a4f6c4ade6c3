"""Reminders of what is due, with snooze and an off switch; and what happened since the person was last here."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from desktop_app.domain.check_ins import CheckIn
from desktop_app.domain.due import Due, reminders
from desktop_app.domain.ids import GoalId
from desktop_app.domain.revisions import Revision
from desktop_app.services.preferences import Preferences
from desktop_app.storage.check_ins import CheckInRepository
from desktop_app.storage.due import DueRepository

_SILENT: Final = "silent_reminders"
_FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GoalNews:
    """What happened in one goal: changes and check-ins, newest first."""

    goal_id: GoalId
    title: str
    revisions: tuple[Revision, ...]
    check_ins: tuple[CheckIn, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since a moment, the goal that changed last first, and what is due now. All from stored facts."""

    news: tuple[GoalNews, ...]
    due: tuple[Due, ...]


class ReminderService:
    """Knows what is due and what was told already. Any call may raise StorageError."""

    def __init__(
        self,
        due: DueRepository,
        check_ins: CheckInRepository,
        preferences: Preferences,
        is_on: Callable[[], bool],
    ) -> None:
        """`is_on` is the person's switch."""
        self._due = due
        self._check_ins = check_ins
        self._preferences = preferences
        self._is_on = is_on

    async def due(self, today: date) -> tuple[Due, ...]:
        """All that is due today or is late, the oldest first, whatever was told or snoozed."""
        return reminders(await self._due.due(today), {}, _FOR_EVER)

    async def to_tell(self, now: datetime) -> tuple[Due, ...]:
        """What to remind of now; nothing where reminders are off. Ask every few minutes; note what is told."""
        if not self._is_on():
            return ()
        return reminders(await self._due.due(now.astimezone().date()), self._silent(), now)

    async def note_told(self, dues: Iterable[Due]) -> None:
        """These were told; each is told once."""
        await self._keep({due.key: _FOR_EVER for due in dues})

    async def snooze(self, due: Due, until: datetime) -> None:
        """Remind of this again at a later moment."""
        await self._keep({due.key: until})

    async def since(self, at: datetime, today: date) -> Since:
        """What changed since the person was last here, and what is due."""
        titles: dict[GoalId, str] = {}
        changed: dict[GoalId, list[Revision]] = {}
        for revision, title in await self._due.revisions_since(at):
            titles.setdefault(revision.goal_id, title)
            changed.setdefault(revision.goal_id, []).append(revision)
        checked: dict[GoalId, list[CheckIn]] = {}
        for check_in, title in await self._check_ins.since(at):
            titles.setdefault(check_in.goal_id, title)
            checked.setdefault(check_in.goal_id, []).append(check_in)
        news = (
            GoalNews(goal_id, title, tuple(changed.get(goal_id, ())), tuple(checked.get(goal_id, ())))
            for goal_id, title in titles.items()
        )
        return Since(tuple(news), await self.due(today))

    def _silent(self) -> dict[str, datetime]:
        try:
            kept = json.loads(self._preferences.value(_SILENT) or "{}")
            return {key: datetime.fromisoformat(until) for key, until in kept.items()}
        except (ValueError, TypeError, AttributeError):
            return {}  # told once more rather than never again

    async def _keep(self, new: dict[str, datetime]) -> None:
        silent = {**self._silent(), **new}
        # What is no longer due, being done or moved, need not be remembered.
        still_due = {due.key for due in await self._due.due(date.max)}
        kept = {key: until.isoformat() for key, until in silent.items() if key in still_due}
        await self._preferences.keep(_SILENT, json.dumps(kept))
