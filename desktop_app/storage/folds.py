"""Summaries of the beginnings of conversations in the database."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.folds import Fold
from desktop_app.domain.ids import ConversationId, MessageId
from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.database import Database
from desktop_app.storage.models import FoldRow


class FoldRepository:
    """Keeps folds; none is ever changed, a longer one is added. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, conversation_id: ConversationId) -> tuple[Fold, ...]:
        """The folds of a conversation, on all of its branches, the oldest first."""
        async with self._database.reading() as session:
            return await load_folds(session, conversation_id)

    @never_left_in_the_middle
    async def add(self, conversation_id: ConversationId, fold: Fold, at: datetime) -> None:
        """Keep a fold that tells of messages that are kept: `up_to` names the last of them."""
        async with self._database.writing() as session:
            session.add(
                FoldRow(
                    conversation_id=conversation_id,
                    up_to_id=fold.up_to,
                    text=fold.text,
                    message_count=fold.message_count,
                    provider=fold.provider,
                    model=fold.model,
                    created_at=at,
                )
            )


async def load_folds(session: AsyncSession, conversation_id: ConversationId) -> tuple[Fold, ...]:
    """The folds of a conversation, the oldest first."""
    query = select(FoldRow).where(FoldRow.conversation_id == conversation_id).order_by(FoldRow.id)
    return tuple(
        Fold(row.text, row.message_count, MessageId(row.up_to_id), row.provider, row.model, row.created_at)
        for row in await session.scalars(query)
    )
