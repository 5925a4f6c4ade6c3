"""What stands in the box: text that is kept as a draft, or a message that is edited."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop_app.domain.ids import ConversationId
from desktop_app.domain.messages import Message, Unsent
from desktop_app.services.drafts import DraftKeeper
from desktop_app.ui.chat.chat_view import ChatView
from desktop_app.ui.chat.screen import Screen
from desktop_app.ui.tasks import TaskRunner


@dataclass(frozen=True, slots=True)
class BoxServices:
    """The services that keep what is not sent yet."""

    drafts: DraftKeeper


class ComposerDesk(QObject):
    """Keeps the draft of each conversation; while a message is edited the draft waits."""

    send_requested = Signal()

    def __init__(self, view: ChatView, screen: Screen, services: BoxServices, runner: TaskRunner) -> None:
        super().__init__(view)
        self._composer = view.composer
        self._screen = screen
        self._drafts = services.drafts
        self._runner = runner
        self._edited: int | None = None
        self._is_filling = False
        self._composer.send_requested.connect(self.send_requested)
        self._composer.text_changed.connect(self._note_draft)
        self._composer.editing_cancelled.connect(self.stop_editing)
        view.thread_view.quote_requested.connect(self.quote)

    @property
    def unsent(self) -> Unsent:
        """What stands in the box."""
        return Unsent(self._composer.text())

    @property
    def edited_key(self) -> int | None:
        """The row of the message that is edited; None where something new is written."""
        return self._edited

    def show_box(self) -> None:
        """Another conversation is on screen: show its draft."""
        self._edited = None
        self._composer.set_editing("")
        self._fill(self._drafts.draft(self._screen.conversation_id))

    def forget_box(self, conversation_id: ConversationId | None) -> None:
        """What stood in the box of this conversation is sent."""
        if self._edited is not None:
            self.stop_editing()
        else:
            self._drafts.note(conversation_id, Unsent(""))
            if self._screen.conversation_id == conversation_id:
                self._fill(Unsent(""))

    def edit_message(self, key: int, message: Message) -> None:
        """Let the person say something else in the place of a message."""
        self._edited = key
        self._composer.set_editing("Editing your message. The old one stays as another version.")
        self._fill(Unsent(message.text))
        self._composer.focus()

    def stop_editing(self) -> None:
        """Leave the message as it is and go on with the draft."""
        if self._edited is not None:
            self.show_box()

    def quote(self, text: str) -> None:
        """Put `text` into the box as a quotation, with room for an answer below it."""
        quoted = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
        before = self._composer.text().rstrip("\n")
        self._composer.set_text(f"{before}\n\n{quoted}\n\n" if before else f"{quoted}\n\n")
        self._composer.focus()

    def _fill(self, unsent: Unsent) -> None:
        self._is_filling = True
        if unsent.text:
            self._composer.set_text(unsent.text)
        else:
            self._composer.clear()
        self._is_filling = False

    def _note_draft(self) -> None:
        if not self._is_filling and self._edited is None:
            self._drafts.note(self._screen.conversation_id, self.unsent)
