"""Export of conversations to files and import from them, off the window's thread."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, assert_never

from desktop_app.domain.archive import ConversationTree
from desktop_app.domain.ids import ConversationId
from desktop_app.endings import to_the_end
from desktop_app.errors import AppError
from desktop_app.services.archive.html_page import as_html
from desktop_app.services.archive.json_format import BETWEEN, FOOT, HEAD, as_json, began_here
from desktop_app.services.archive.markdown_text import as_markdown
from desktop_app.services.archive.reading import Source, trees_in
from desktop_app.storage.archive import ArchiveRepository
from desktop_app.storage.attachments import AttachmentRepository

_CHUNK: Final = 1 << 20
_TITLE: Final = 180
_CANNOT_WRITE: Final = "“{path}” cannot be written; your chats are safe. Choose another folder, or free some space."


class ExportFormat(StrEnum):
    """The kinds of file; the value is the ending of its name."""

    MARKDOWN = "md"
    HTML = "html"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a file would bring: how many conversations, and how many of them are here already.

    `newer` are here, too, but the file has messages of them that are not: they come as copies of their own.
    """

    path: Path
    source: Source | None
    total: int
    known: int
    newer: int = 0

    @property
    def new(self) -> int:
        """How many would be added."""
        return self.total - self.known


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import brought."""

    added: int
    known: int


class ArchiveService:
    """Any call may raise StorageError."""

    def __init__(self, archive: ArchiveRepository, attachments: AttachmentRepository) -> None:
        self._archive = archive
        self._attachments = attachments

    async def export(self, conversation_id: ConversationId, path: Path, kind: ExportFormat) -> None:
        """Write a conversation to a file, wholly or not at all. Raises AppError where it cannot be written."""
        tree = await self._filled(conversation_id)
        await to_the_end(asyncio.to_thread(_write, iter([_text_of(tree, kind)]), path))

    async def export_all(self, path: Path, on_progress: Callable[[int, int], None]) -> int:
        """Write all conversations to one JSON file, wholly or not at all; returns how many. Raises like `export`.

        After each it tells how many of how many are read; what is read waits on disk, so one is in memory at a time.
        """
        ids = await self._archive.conversation_ids()
        try:
            with TemporaryFile("w+", encoding="utf-8", newline="\n") as waiting:
                waiting.write(HEAD)
                for number, conversation_id in enumerate(ids, 1):
                    text = as_json(await self._filled(conversation_id))
                    await asyncio.to_thread(waiting.write, text if number == 1 else BETWEEN + text)
                    on_progress(number, len(ids))
                waiting.write(FOOT)
                waiting.seek(0)
                await to_the_end(asyncio.to_thread(_write, iter(partial(waiting.read, _CHUNK), ""), path))
        except OSError as error:
            raise AppError(_CANNOT_WRITE.format(path=path)) from error
        return len(ids)

    async def preview(self, path: Path) -> ImportPreview:
        """Read a whole file and say what it would bring; nothing is added.

        Raises InvalidValueError where it is none of conversations, or is cut, damaged or too new.
        """
        source: Source | None = None
        total = known = newer = 0
        standing = await self._standing()
        trees = trees_in(path)
        while (found := await asyncio.to_thread(next, trees, None)) is not None:
            source, tree = found
            total += 1
            how = await standing(tree)
            known += how is _Standing.KNOWN
            newer += how is _Standing.NEWER
        return ImportPreview(path, source, total, known, newer)

    async def import_file(self, path: Path, on_progress: Callable[[int], None]) -> ImportReport:
        """Add what is not here yet, telling after each conversation how many of the file were read.

        Where it fails or is cancelled, all that it added is taken back. Raises InvalidValueError like `preview`.
        """
        added: list[ConversationId] = []
        try:
            return await self._import(trees_in(path), added, on_progress)
        except BaseException:
            await to_the_end(self._archive.take_back(added))
            raise

    async def _filled(self, conversation_id: ConversationId) -> ConversationTree:
        """A conversation whose attachments carry what they hold."""
        tree = await self._archive.tree(conversation_id)
        messages = await self._attachments.with_contents([node.message for node in tree.nodes])
        pairs = zip(tree.nodes, messages, strict=True)
        return replace(tree, nodes=tuple(replace(node, message=message) for node, message in pairs))

    async def _import(
        self,
        trees: Iterator[tuple[Source, ConversationTree]],
        added: list[ConversationId],
        on_progress: Callable[[int], None],
    ) -> ImportReport:
        standing = await self._standing()
        taken: set[str] = set()
        read = 0
        while (found := await asyncio.to_thread(next, trees, None)) is not None:
            tree = found[1]
            how = await standing(tree)
            if how is not _Standing.KNOWN and tree.origin not in taken:
                is_newer = how is _Standing.NEWER
                copy = replace(tree, title=f"{tree.title[:_TITLE]} (newer copy)") if is_newer else tree
                await to_the_end(self._add(copy, added))
                taken |= {tree.origin} if tree.origin else set()
            read += 1
            on_progress(read)
        return ImportReport(len(added), read - len(added))

    async def _add(self, tree: ConversationTree, added: list[ConversationId]) -> None:
        """Add one and note it, both even where the import is cancelled meanwhile."""
        added.append(await self._archive.add(tree))

    async def _standing(self) -> "Callable[[ConversationTree], Coroutine[Any, Any, _Standing]]":
        """Tells whether a conversation is here already, imported before or begun here and exported, and all of it."""
        origins, begun_at = await self._archive.origins(), await self._archive.begun_at()

        async def standing(tree: ConversationTree) -> _Standing:
            is_own = began_here(tree) and tree.created_at in begun_at
            if tree.origin not in origins and not is_own:
                return _Standing.NEW
            here = await self._archive.moments(tree.origin, tree.created_at if is_own else None)
            written = {node.message.created_at or tree.created_at for node in tree.nodes}
            return _Standing.KNOWN if written <= here else _Standing.NEWER

        return standing


class _Standing(Enum):
    NEW = auto()
    KNOWN = auto()
    NEWER = auto()  # with messages that are not here


def _write(pieces: Iterable[str], path: Path) -> None:
    half = path.with_name(f".{path.name}.part")
    try:
        with half.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        half.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        raise AppError(_CANNOT_WRITE.format(path=path)) from error


def _text_of(tree: ConversationTree, kind: ExportFormat) -> str:
    match kind:
        case ExportFormat.MARKDOWN:
            return as_markdown(tree)
        case ExportFormat.HTML:
            return as_html(tree)
        case ExportFormat.JSON:
            return HEAD + as_json(tree) + FOOT
        case _:
            assert_never(kind)
