"""Where the chat keeps what it keeps."""

from dataclasses import dataclass

from desktop_app.storage.attachments import AttachmentRepository
from desktop_app.storage.comparisons import ComparisonRepository
from desktop_app.storage.conversations import ConversationRepository
from desktop_app.storage.database import Database
from desktop_app.storage.folds import FoldRepository
from desktop_app.storage.unsent import UnsentRepository
from desktop_app.storage.usage import UsageRepository


@dataclass(frozen=True, slots=True)
class ChatRepositories:
    """The repositories that a turn reads and writes."""

    conversations: ConversationRepository
    unsent: UnsentRepository
    attachments: AttachmentRepository
    usage: UsageRepository
    comparisons: ComparisonRepository
    folds: FoldRepository

    @classmethod
    def of(cls, database: Database) -> "ChatRepositories":
        """Those of one database."""
        return cls(
            ConversationRepository(database),
            UnsentRepository(database),
            AttachmentRepository(database),
            UsageRepository(database),
            ComparisonRepository(database),
            FoldRepository(database),
        )
