"""The table of what the person chose."""

from sqlalchemy.orm import Mapped, mapped_column

from desktop_app.storage.models.base import Base


class PreferenceRow(Base):
    """What the person chose, as text."""

    __tablename__ = "preferences"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
