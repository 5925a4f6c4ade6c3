"""What model calls used, one row each."""

from dataclasses import asdict

from desktop_app.domain.usage import UsageRecord
from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.database import Database
from desktop_app.storage.models import UsageRecordRow


class UsageRepository:
    """Keeps usage records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def record(self, record: UsageRecord) -> None:
        """Keep what one call used. Raises StorageError."""
        async with self._database.writing() as session:
            session.add(
                UsageRecordRow(
                    at=record.at,
                    provider=record.provider,
                    model=record.model,
                    outcome=record.outcome,
                    conversation_id=record.conversation_id,
                    message_id=record.message_id,
                    **asdict(record.usage),
                )
            )
