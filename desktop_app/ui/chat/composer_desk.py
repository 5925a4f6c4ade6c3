"""What stands in the box and above it: drafts, a message that is edited, attachments, messages that wait."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog

from desktop_app.domain.attachments import MOST_ATTACHMENTS
from desktop_app.domain.ids import ConversationId, QueuedId
from desktop_app.domain.messages import AttachmentPart, Message, QueuedMessage, Unsent
from desktop_app.errors import AppError, InvalidValueError
from desktop_app.services.attachments import AttachmentService
from desktop_app.services.chat import MessageQueue
from desktop_app.services.drafts import DraftKeeper
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.message_items import attached_item
from desktop_app.ui.chat.queue_view import Waiting
from desktop_app.ui.chat.screen import Screen
from desktop_app.ui.tasks import TaskRunner


@dataclass(frozen=True, slots=True)
class BoxServices:
    """The services that keep what is not sent yet."""

    drafts: DraftKeeper
    queue: MessageQueue
    attachments: AttachmentService


class ComposerDesk(QObject):
    """Keeps the draft of each conversation; while a message is edited the draft waits."""

    queue_grew = Signal()

    def __init__(self, view: ChatView, screen: Screen, services: BoxServices, runner: TaskRunner) -> None:
        super().__init__(view)
        self._view = view
        self._composer = view.composer
        self._screen = screen
        self._drafts = services.drafts
        self._queue = services.queue
        self._attachments = services.attachments
        self._runner = runner
        self._attached: tuple[AttachmentPart, ...] = ()
        self._waiting: tuple[QueuedMessage, ...] = ()
        self._edited: int | None = None
        self._edited_waiting: QueuedId | None = None
        self._is_filling = False
        self._has_begun = False
        self._connect()

    @property
    def unsent(self) -> Unsent:
        """What stands in the box."""
        return Unsent(self._composer.text(), self._attached)

    @property
    def edited_key(self) -> int | None:
        """The row of the message that is edited; None where something new is written."""
        return self._edited

    @property
    def has_waiting(self) -> bool:
        """Whether messages wait in the conversation on screen, as far as that is known."""
        return bool(self._waiting)

    @property
    def is_editing_waiting(self) -> bool:
        """Whether a message that waits is edited."""
        return self._edited_waiting is not None

    def show_box(self) -> None:
        """Another conversation is on screen: show its draft, and what waits in it."""
        self._end_editing()
        self._fill(self._drafts.draft(self._screen.conversation_id))
        self.refresh_queue()

    def begin(self) -> None:
        """Show what stood in the box of a new chat at the last end; what was typed meanwhile stays, below it."""
        self._has_begun = True
        typed = self._composer.text()
        if not typed.strip():
            self.show_box()
            return
        kept = self._drafts.draft(None)
        if kept.text:
            self._composer.set_text(f"{kept.text}\n\n{typed}")
        self._show_attached(kept.attachments)
        self._note_draft()

    def forget_box(self, conversation_id: ConversationId | None) -> None:
        """What stood in the box of this conversation is sent."""
        if self._edited is not None:
            self.stop_editing()
        else:
            self._drafts.note(conversation_id, Unsent(""))
            if self._screen.conversation_id == conversation_id:
                self._fill(Unsent(""))

    # Editing

    def edit_message(self, key: int, message: Message) -> None:
        """Let the person say something else in the place of a message."""
        self._edited, self._edited_waiting = key, None
        self._begin_editing("Editing your message. The old one stays as another version.", Unsent(message.text))

    def stop_editing(self) -> None:
        """Leave the message as it is and go on with the draft."""
        if self._edited is not None or self._edited_waiting is not None:
            self._end_editing()
            self._fill(self._drafts.draft(self._screen.conversation_id))

    def quote(self, text: str) -> None:
        """Put `text` into the box as a quotation, with room for an answer below it."""
        quoted = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        before = self._composer.text().rstrip("\n")
        self._composer.set_text(f"{before}\n\n{quoted}\n\n" if before else f"{quoted}\n\n")
        self._composer.focus()

    def _begin_editing(self, words: str, unsent: Unsent) -> None:
        self._composer.set_editing(words)
        self._fill(unsent)
        self._composer.focus()

    def _end_editing(self) -> None:
        self._edited = self._edited_waiting = None
        self._composer.set_editing("")

    def _fill(self, unsent: Unsent) -> None:
        self._is_filling = True
        if unsent.text:
            self._composer.set_text(unsent.text)
        else:
            self._composer.clear()
        self._show_attached(unsent.attachments)
        self._is_filling = False

    def _note_draft(self) -> None:
        # What is typed before the drafts are there is no draft yet: `begin` puts it below the one that was kept.
        if self._has_begun and not self._is_filling and self._edited is None and self._edited_waiting is None:
            self._drafts.note(self._screen.conversation_id, self.unsent)

    # Messages that wait

    def enqueue(self) -> None:
        """Let what stands in the box wait until the reply has ended; what was edited takes its place."""
        conversation_id = self._screen.conversation_id
        if conversation_id is None:
            return
        if self._edited_waiting is not None:
            self._start(self._queue.change(self._edited_waiting, self.unsent), "change a waiting message")
            self.stop_editing()
        else:
            self._start(self._add(conversation_id, self.unsent), "let a message wait")

    def refresh_queue(self) -> None:
        """Show what waits in the conversation on screen."""
        self._runner.start(self._show_queue(), name="show what waits")

    async def _add(self, conversation_id: ConversationId, unsent: Unsent) -> None:
        await self._queue.add(conversation_id, unsent)
        if unsent == self.unsent:
            self.forget_box(conversation_id)
        self.queue_grew.emit()

    async def _show_queue(self) -> None:
        conversation_id = self._screen.conversation_id
        waiting = await self._queue.waiting(conversation_id) if conversation_id is not None else ()
        if conversation_id != self._screen.conversation_id:
            return
        self._waiting = waiting
        self.show_waiting()

    def show_waiting(self) -> None:
        """Show again what waits, after a reply began or ended."""
        items = [Waiting(message.id, _words(message.unsent)) for message in self._waiting]
        self._view.queue.show_items(items, may_send=not self._composer.is_streaming)

    def _edit_waiting(self, queued_id: int) -> None:
        message = next((one for one in self._waiting if one.id == queued_id), None)
        if message is not None:
            self._edited, self._edited_waiting = None, message.id
            self._begin_editing("Editing a message that waits.", message.unsent)

    def _drop_waiting(self, queued_id: int) -> None:
        if queued_id == self._edited_waiting:
            self.stop_editing()
        self._start(self._queue.drop(QueuedId(queued_id)), "drop a waiting message")

    def _move_waiting(self, queued_id: int, index: int) -> None:
        self._start(self._queue.move(QueuedId(queued_id), index), "move a waiting message")

    def _start(self, change: Awaitable[object], name: str) -> None:
        self._runner.start(self._change(change), name=name, on_error=self._refuse)

    async def _change(self, change: Awaitable[object]) -> None:
        try:
            await change
        finally:
            await self._show_queue()

    # Attachments

    def _attach_files(self, paths: list[Path]) -> None:
        for path in paths:
            self._runner.start(self._attach(self._attachments.attach_file(path)), name="attach", on_error=self._refuse)

    def _attach_image(self, image: QImage) -> None:
        self._runner.start(self._attach_encoded(image), name="attach an image", on_error=self._refuse)

    def _attach_text(self, text: str) -> None:
        self._runner.start(
            self._attach(self._attachments.attach_paste(text)), name="attach a text", on_error=self._refuse
        )

    async def _attach_encoded(self, image: QImage) -> None:
        data = await asyncio.to_thread(_png, image)
        await self._attach(self._attachments.attach("Pasted image.png", data))

    async def _attach(self, keeping: Awaitable[AttachmentPart]) -> None:
        screen = self._screen.number
        part = await keeping
        if screen != self._screen.number:
            return
        if len(self._attached) >= MOST_ATTACHMENTS:
            raise InvalidValueError(f"“{part.name}” is not attached: a message takes {MOST_ATTACHMENTS} files at most.")
        if part.digest not in {one.digest for one in self._attached}:
            self._show_attached((*self._attached, part))
            self._note_draft()

    def _detach(self, index: int) -> None:
        self._show_attached(self._attached[:index] + self._attached[index + 1 :])
        self._note_draft()
        self._composer.focus()

    def _show_attached(self, attached: tuple[AttachmentPart, ...]) -> None:
        self._attached = attached
        self._composer.show_attached(tuple(attached_item(part) for part in attached))

    def _refuse(self, error: AppError) -> None:
        self._composer.complain(str(error))

    def _choose_files(self) -> None:
        dialog = QFileDialog(self._view, "Attach text files or images")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._attach_names)
        dialog.open()

    def _attach_names(self, names: list[str]) -> None:
        self._attach_files([Path(name) for name in names])

    def _connect(self) -> None:
        composer, queue = self._composer, self._view.queue
        composer.text_changed.connect(self._note_draft)
        composer.editing_cancelled.connect(self.stop_editing)
        composer.files_offered.connect(self._attach_files)
        composer.image_offered.connect(self._attach_image)
        composer.long_text_offered.connect(self._attach_text)
        composer.attachment_removed.connect(self._detach)
        composer.attach_requested.connect(self._choose_files)
        self._view.files_dropped.connect(self._attach_files)
        self._view.thread_view.quote_requested.connect(self.quote)
        queue.edit_requested.connect(self._edit_waiting)
        queue.drop_requested.connect(self._drop_waiting)
        queue.moved.connect(self._move_waiting)


def _words(unsent: Unsent) -> str:
    names = ", ".join(part.name for part in unsent.attachments)
    return " · ".join(part for part in (unsent.text, names) if part)


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())
