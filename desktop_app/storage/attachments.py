"""What attachments hold, in the database: once however often it is attached."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop_app.domain.messages import AttachmentPart, Message, Part
from desktop_app.endings import never_left_in_the_middle
from desktop_app.storage.database import Database
from desktop_app.storage.models import AttachmentRow, ContentRow, DraftRow, QueuedRow


class AttachmentRepository:
    """Keeps contents by their digest. Any call may raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @never_left_in_the_middle
    async def keep(self, part: AttachmentPart) -> AttachmentPart:
        """Keep what an attachment holds; returns the attachment without it."""
        async with self._database.writing() as session:
            await keep_content(session, part)
        return replace(part, data=None)

    async def with_contents(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """`messages` whose attachments carry what they hold; one whose content is gone stays without."""
        digests = {part.digest for message in messages for part in message.attachments}
        if not digests:
            return tuple(messages)
        async with self._database.reading() as session:
            query = select(ContentRow.digest, ContentRow.data).where(ContentRow.digest.in_(digests))
            contents: dict[str, bytes] = {digest: data for digest, data in await session.execute(query)}  # noqa: C416
        return tuple(replace(message, parts=_filled(message.parts, contents)) for message in messages)

    async def content(self, digest: str) -> bytes | None:
        """What is kept under a digest, None if nothing is."""
        async with self._database.reading() as session:
            data: bytes | None = await session.scalar(select(ContentRow.data).where(ContentRow.digest == digest))
            return data

    @never_left_in_the_middle
    async def tidy(self) -> int:
        """Let go of what nothing refers to; returns how many contents went. Call it while nothing is being attached."""
        async with self._database.writing() as session:
            unused = await _unused(session)
            await session.execute(delete(ContentRow).where(ContentRow.digest.in_(unused)))
            return len(unused)


async def keep_content(session: AsyncSession, part: AttachmentPart) -> None:
    """Keep what an attachment holds, unless it is here already."""
    known = await session.scalar(select(ContentRow.digest).where(ContentRow.digest == part.digest))
    if known is None:
        session.add(ContentRow(digest=part.digest, data=part.data or b""))
        await session.flush()


async def _unused(session: AsyncSession) -> set[str]:
    attached = select(AttachmentRow.digest)
    unused = set(await session.scalars(select(ContentRow.digest).where(ContentRow.digest.not_in(attached))))
    for table in (DraftRow, QueuedRow):
        has_some = func.json_array_length(table.attachments) > 0
        for kept in await session.scalars(select(table.attachments).where(has_some)):
            unused -= {str(one["digest"]) for one in kept}
    return unused


def _filled(parts: Iterable[Part], contents: dict[str, bytes]) -> tuple[Part, ...]:
    return tuple(
        replace(part, data=contents.get(part.digest)) if isinstance(part, AttachmentPart) else part for part in parts
    )
