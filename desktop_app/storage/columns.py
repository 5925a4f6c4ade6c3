"""Column types that every table shares: aware times in UTC, exact decimals, and text that any database takes."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from desktop_app.domain.goals import storable_text
from desktop_app.domain.measures import number_text

_LARGEST_ID: Final = 2**31 - 1  # of PostgreSQL's integer; SQLite's is larger


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Takes aware datetimes of any zone, gives them back in UTC; a naive one is a ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """What is written: UTC, since SQLite drops the zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """What is read: aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StorableText(TypeDecorator[str]):
    """Text of any length. What no database takes (NUL, lone surrogates) is replaced, so that no text fails a write."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """What is written."""
        return None if value is None else storable_text(value)


class DecimalText(TypeDecorator[Decimal]):
    """A decimal number as text, exactly as it is: SQLite would keep it as a binary fraction."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """What is written."""
        return None if value is None else number_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """What is read."""
        return None if value is None else Decimal(value)


def is_possible_id(number: int) -> bool:
    """Whether a row could have this id; a model may ask for one that no column holds."""
    return 0 < number <= _LARGEST_ID
