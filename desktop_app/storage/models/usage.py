"""The tables of usage: model calls, and their sums."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop_app.storage.models.base import NEVER_REUSED, Base


class UsageRecordRow(Base):
    """One model call; money in millionths of a US dollar, times in milliseconds.

    `goal_id` is a note, no foreign key: what was spent on a goal stays so when the goal goes. `price_date` is the day
    of the prices that it was counted with.
    """

    __tablename__ = "usage_records"
    __table_args__ = (Index(None, "provider", "model", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    provider: Mapped[str]
    model: Mapped[str]
    outcome: Mapped[str]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cache_read_tokens: Mapped[int]
    cache_write_tokens: Mapped[int]
    reasoning_tokens: Mapped[int]
    cost_micro_usd: Mapped[int | None] = mapped_column(BigInteger)
    time_to_first_token_ms: Mapped[int | None]
    duration_ms: Mapped[int | None]
    is_estimated: Mapped[bool]
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)
    goal_id: Mapped[int | None]
    trace_id: Mapped[str | None]
    price_date: Mapped[date | None]


class UsageQuarterRow(Base):
    """The calls of one model in one quarter of an hour, in sums; written with each call, in its transaction.

    `cost_micro_usd` is that of the calls with a price; `unpriced` counts the others. `timed_output_tokens` came in
    `timed_ms` after their first, in calls that ended well.
    """

    __tablename__ = "usage_quarters"

    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    requests: Mapped[int] = mapped_column(BigInteger)
    errors: Mapped[int] = mapped_column(BigInteger)
    input_tokens: Mapped[int] = mapped_column(BigInteger)
    output_tokens: Mapped[int] = mapped_column(BigInteger)
    cache_read_tokens: Mapped[int] = mapped_column(BigInteger)
    cache_write_tokens: Mapped[int] = mapped_column(BigInteger)
    reasoning_tokens: Mapped[int] = mapped_column(BigInteger)
    cost_micro_usd: Mapped[int] = mapped_column(BigInteger)
    unpriced: Mapped[int] = mapped_column(BigInteger)
    estimated: Mapped[int] = mapped_column(BigInteger)
    timed_output_tokens: Mapped[int] = mapped_column(BigInteger)
    timed_ms: Mapped[int] = mapped_column(BigInteger)


class ReservationRow(Base):
    """What one call that is on may cost at most, until it ended or its program is gone: then it expires."""

    __tablename__ = "budget_reservations"
    __table_args__ = (NEVER_REUSED,)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    worst_micro_usd: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[datetime]
