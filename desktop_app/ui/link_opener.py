"""Opens links that stand in texts: in the browser or the mail program, once the person has seen the address."""

from collections.abc import Awaitable, Callable
from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from desktop_app.ui.tasks import TaskRunner

_OPENED: Final = frozenset({"http", "https", "mailto"})


class LinkOpener(QObject):
    """`confirm` is asked with a question and the address."""

    def __init__(self, parent: QObject, runner: TaskRunner, confirm: Callable[[str, str], Awaitable[bool]]) -> None:
        super().__init__(parent)
        self._runner = runner
        self._confirm = confirm

    def open(self, address: str) -> None:
        """Open an address once the person agreed; one that is no page and no mail is left alone."""
        if can_open(address):
            self._runner.start(self._ask_and_open(address), name="open a link")

    async def _ask_and_open(self, address: str) -> None:
        """The address is shown as the browser will get it: letters that look like others are spelt out in a host."""
        url = QUrl(address)
        shown = url.toString(QUrl.ComponentFormattingOption.FullyEncoded) if url.isValid() else ""
        if shown and await self._confirm("Open this address in your browser?", shown):
            QDesktopServices.openUrl(url)


def can_open(address: str) -> bool:
    """Whether an address leads to a page or a mailbox; scripts, files and the rest do not."""
    url = QUrl(address.strip(), QUrl.ParsingMode.StrictMode)
    has_place = bool(url.host()) if url.scheme().lower() != "mailto" else bool(url.path())
    return url.isValid() and url.scheme().lower() in _OPENED and has_place
