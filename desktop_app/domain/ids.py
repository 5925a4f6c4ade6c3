"""The identities that storage gives out; whole numbers, small enough for a model to repeat without a mistake."""

from typing import NewType

GoalId = NewType("GoalId", int)
MilestoneId = NewType("MilestoneId", int)
MeasureId = NewType("MeasureId", int)
CheckInId = NewType("CheckInId", int)
ProposalId = NewType("ProposalId", int)
RevisionId = NewType("RevisionId", int)
ConversationId = NewType("ConversationId", int)
MessageId = NewType("MessageId", int)
QueuedId = NewType("QueuedId", int)
ComparisonId = NewType("ComparisonId", int)
