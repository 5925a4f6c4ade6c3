"""The tables, all known once this is imported. Rows stay in `storage`; above it there are the values of `domain`."""

from desktop_app.storage.models.base import Base
from desktop_app.storage.models.conversations import (
    AttachmentRow,
    ComparisonRow,
    ContentRow,
    ConversationRow,
    DraftRow,
    FoldRow,
    MessagePartRow,
    MessageRow,
    QueuedRow,
    ToolCallRow,
)
from desktop_app.storage.models.goals import (
    CheckInRow,
    GoalRow,
    GoalTagRow,
    MeasureRow,
    MilestoneRow,
    ProposalRow,
    RevisionRow,
    TagRow,
)
from desktop_app.storage.models.preferences import PreferenceRow
from desktop_app.storage.models.usage import ReservationRow, UsageQuarterRow, UsageRecordRow

__all__ = [
    "AttachmentRow",
    "Base",
    "CheckInRow",
    "ComparisonRow",
    "ContentRow",
    "ConversationRow",
    "DraftRow",
    "FoldRow",
    "GoalRow",
    "GoalTagRow",
    "MeasureRow",
    "MessagePartRow",
    "MessageRow",
    "MilestoneRow",
    "PreferenceRow",
    "ProposalRow",
    "QueuedRow",
    "ReservationRow",
    "RevisionRow",
    "TagRow",
    "ToolCallRow",
    "UsageQuarterRow",
    "UsageRecordRow",
]
