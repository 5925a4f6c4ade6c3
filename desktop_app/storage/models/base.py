"""What the tables have in common."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from desktop_app.storage.columns import DecimalText, StorableText, UtcDateTime

# An id is never given out twice: revisions and tool calls name ids of what may be gone.
NEVER_REUSED: Final = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """What the tables have in common: types, and names of constraints that later migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - as SQLAlchemy names it
        str: StorableText,
        datetime: UtcDateTime,
        Decimal: DecimalText,
    }
