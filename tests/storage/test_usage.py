"""What a model call used is kept to the last micro-dollar."""

from dataclasses import asdict

from sqlalchemy import select

from desktop_app.domain.messages import Message, Role, TextPart
from desktop_app.domain.usage import Usage, UsageRecord
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.models import UsageRecordRow
from desktop_app.storage.usage import UsageRepository
from tests.storage.conftest import NOW


async def test_a_record_is_kept_with_every_figure(database: Database, conversations: ConversationRepository) -> None:
    conversation = await conversations.create("Running", NOW)
    message = await conversations.add_message(conversation.id, Message(Role.YOU, (TextPart("Hi"),)), NOW)
    usage = Usage(1, 2, 3, 4, 5, 123_456_789_012, 310, 4_000, is_estimated=True)
    repository = UsageRepository(database)

    await repository.record(UsageRecord(NOW, "claude", "sonnet", "stopped", usage, conversation.id, message.id))
    await repository.record(UsageRecord(NOW, "ollama", "llama", "complete", Usage()))

    async with database.reading() as session:
        one, other = (await session.scalars(select(UsageRecordRow).order_by(UsageRecordRow.id))).all()
        assert {name: getattr(one, name) for name in asdict(usage)} == asdict(usage)
        assert (one.at, one.provider, one.model, one.outcome) == (NOW, "claude", "sonnet", "stopped")
        assert (one.conversation_id, one.message_id) == (conversation.id, message.id)
        assert (other.cost_micro_usd, other.conversation_id, other.message_id) == (None, None, None)
