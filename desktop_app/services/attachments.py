"""Attaching text files and images: what may be attached is checked, and kept before the message is sent."""

import asyncio
from pathlib import Path

from desktop_app.domain.attachments import IMAGE_LIMIT_BYTES, attachment, pasted
from desktop_app.domain.messages import AttachmentPart
from desktop_app.errors import InvalidValueError
from desktop_app.storage.attachments import AttachmentRepository


class AttachmentService:
    """Takes files, images and long pasted texts. Any call may raise StorageError."""

    def __init__(self, repository: AttachmentRepository) -> None:
        self._repository = repository

    async def attach(self, name: str, data: bytes) -> AttachmentPart:
        """Keep `data`, as of an image from the clipboard. Raises InvalidValueError for what cannot be attached."""
        return await self._repository.keep(await asyncio.to_thread(attachment, name, data))

    async def attach_file(self, path: Path) -> AttachmentPart:
        """Keep what is in a file now; later changes of it are not followed. Raises InvalidValueError."""
        return await self.attach(path.name, await asyncio.to_thread(_read, path))

    async def attach_paste(self, text: str) -> AttachmentPart:
        """Keep a long pasted text; see `is_long_paste`."""
        return await self.attach("Pasted text.txt", pasted(text))

    async def content(self, part: AttachmentPart) -> bytes | None:
        """What an attachment holds, None if it is gone."""
        return await self._repository.content(part.digest)

    async def tidy(self) -> int:
        """Let go of what no message, draft or waiting message refers to; call it once at start."""
        return await self._repository.tidy()


def _read(path: Path) -> bytes:
    """The file, up to a byte more than any attachment may have: a device or a film must not fill the memory."""
    if not path.is_file():
        raise InvalidValueError(f"“{path.name}” is no file that can be read, so it is not attached.")
    try:
        with path.open("rb") as file:
            return file.read(IMAGE_LIMIT_BYTES + 1)
    except OSError as error:
        raise InvalidValueError(f"“{path.name}” cannot be read, so it is not attached. Is it still there?") from error
