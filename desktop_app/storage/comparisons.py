"""Comparisons of two models in the database, and whose answers were kept."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.comparisons import Comparison, ModelWins, Side
from desktop_app.domain.ids import ComparisonId, ConversationId, MessageId
from desktop_app.domain.messages import Message
from desktop_app.domain.providers import ModelChoice
from desktop_app.endings import never_left_in_the_middle
from desktop_app.errors import NotFoundError
from desktop_app.storage.columns import is_possible_id
from desktop_app.storage.database import Database
from desktop_app.storage.models import ComparisonRow


class ComparisonRepository:
    """Reads and writes comparisons. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def begin(self, conversation_id: ConversationId, first: Message, second: Message, at: datetime) -> Comparison:
        """Note that two stored replies are compared. Which models wrote them is kept though they go."""
        async with self._database.writing() as session:
            row = ComparisonRow(
                conversation_id=conversation_id,
                at=at,
                first_message_id=first.id,
                first_provider=first.provider or "",
                first_model=first.model or "",
                second_message_id=second.id,
                second_provider=second.provider or "",
                second_model=second.model or "",
            )
            session.add(row)
            await session.flush()
            return _comparison_from(row, conversation_id)

    async def comparison(self, comparison_id: ComparisonId) -> Comparison:
        """A comparison of a conversation that still exists. Raises NotFoundError."""
        async with self._database.reading() as session:
            row = await _row(session, comparison_id)
            if row.conversation_id is None:
                raise NotFoundError("The chat of this comparison does not exist any more.")
            return _comparison_from(row, ConversationId(row.conversation_id))

    async def undecided(self, conversation_id: ConversationId) -> Comparison | None:
        """The newest comparison of a conversation, if the person has not decided it yet."""
        query = select(ComparisonRow).where(ComparisonRow.conversation_id == conversation_id)
        async with self._database.reading() as session:
            row = await session.scalar(query.order_by(ComparisonRow.id.desc()).limit(1))
            return None if row is None or row.kept is not None else _comparison_from(row, conversation_id)

    @never_left_in_the_middle
    async def decide(self, comparison_id: ComparisonId, kept: Side) -> None:
        """Note whose answer was kept. Raises NotFoundError."""
        async with self._database.writing() as session:
            (await _row(session, comparison_id)).kept = kept.value

    async def wins(self) -> tuple[ModelWins, ...]:
        """How often each model's answer was kept, the one that won most first."""
        won: Counter[ModelChoice] = Counter()
        decided: Counter[ModelChoice] = Counter()
        first = (ComparisonRow.first_provider, ComparisonRow.first_model)
        second = (ComparisonRow.second_provider, ComparisonRow.second_model)
        query = select(ComparisonRow.kept == Side.FIRST.value, *first, *second).where(ComparisonRow.kept.is_not(None))
        async with self._database.reading() as session:
            for is_first, *names in await session.execute(query):
                models = (ModelChoice(*names[:2]), ModelChoice(*names[2:]))
                decided.update(models)
                won[models[0 if is_first else 1]] += 1
        found = (ModelWins(model, won[model], count) for model, count in decided.items())
        return tuple(sorted(found, key=lambda one: (-one.wins, one.decided, one.model.provider, one.model.model)))


async def _row(session: AsyncSession, comparison_id: ComparisonId) -> ComparisonRow:
    row = await session.get(ComparisonRow, comparison_id) if is_possible_id(comparison_id) else None
    if row is None:
        raise NotFoundError("This comparison does not exist any more.")
    return row


def _comparison_from(row: ComparisonRow, conversation_id: ConversationId) -> Comparison:
    return Comparison(
        ComparisonId(row.id),
        conversation_id,
        (MessageId(row.first_message_id), MessageId(row.second_message_id)),
        None if row.kept is None else Side(row.kept),
    )
