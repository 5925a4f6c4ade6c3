"""Who has the profile's window: decided by a lock that ends with its process, before anything of Qt is loaded."""

import json
import os
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.errors import AppError
from desktop_app.file_lock import locked

LOCK_NAME: Final = "window.lock"
ADDRESS_NAME: Final = "window.address"
ANSWER: Final = b"here\n"
PATIENCE_S: Final = 8.0
_PAUSE_S: Final = 0.1


class NoAnswerError(AppError):
    """The profile's window is open, or so it seems, and nobody answers there. `detail` says what to do."""

    def __init__(self, process: str) -> None:
        super().__init__("GoalGetter is open already, but does not answer.")
        self.detail = (
            "It may be busy for a moment. What is written in it is saved as it comes. If it stays like this, "
            f"end it{process} and start it again."
        )


@dataclass(frozen=True, slots=True)
class Call:
    """What a start was given: files (by their whole path) and links, and the desktop's leave to come to the front."""

    items: tuple[str, ...] = ()
    activation: str = ""

    def message(self, token: str) -> bytes:
        """The call as one line, with the word that shows that it comes from this person."""
        return json.dumps({"token": token, **asdict(self)}).encode() + b"\n"


class Instance:
    """The profile's window is this process's until `close`. Later starts call at `listener` and know `token`."""

    def __init__(self, held: ExitStack, listener: socket.socket | None, token: str, address: Path) -> None:
        self._held = held
        self._address = address
        self.listener = listener
        self.token = token

    def hang_up(self) -> None:
        """Answer nobody any more: whoever starts now waits until this process has ended."""
        if self.listener is not None:
            self.listener.close()
            self.listener = None
            with suppress(OSError):
                self._address.unlink(missing_ok=True)

    def close(self) -> None:
        """Let the next start have the window."""
        self.hang_up()
        self._held.close()


def claim(folder: Path, call: Call, patience_s: float = PATIENCE_S) -> Instance | None:
    """Have the window of the profile in `folder`, or None where another process has it and took the call.

    Waits in the calling thread where that process ends or has not begun to listen. Raises NoAnswerError where it
    neither answers nor ends within `patience_s`.
    """
    until = time.monotonic() + patience_s
    while True:
        try:
            if (instance := _take(folder)) is not None:
                return instance
        except OSError:
            # A folder that cannot be written: opening the profile will tell, and two windows could do no harm to it.
            return Instance(ExitStack(), None, "", folder / ADDRESS_NAME)
        if _is_taken_by_the_first(folder, call, until):
            return None
        if time.monotonic() >= until:
            raise NoAnswerError(_process(folder))
        time.sleep(_PAUSE_S)


def _take(folder: Path) -> Instance | None:
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if not stack.enter_context(locked(folder / LOCK_NAME, patience_s=0)):
            return None
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        token = os.urandom(24).hex()
        _write_address(folder / ADDRESS_NAME, listener.getsockname()[1], token)
        return Instance(stack.pop_all(), listener, token, folder / ADDRESS_NAME)


def _write_address(path: Path, port: int, token: str) -> None:
    values = {"port": port, "token": token, "process": os.getpid()}
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(values, file)
    new.replace(path)


def _is_taken_by_the_first(folder: Path, call: Call, until: float) -> bool:
    address = _read_address(folder)
    if address is None:
        return False
    # A person asked for this: the window of that process may come to the front on their behalf.
    _let_come_to_front(int(address["process"]))
    try:
        with socket.create_connection(("127.0.0.1", int(address["port"])), timeout=1) as connection:
            connection.settimeout(max(until - time.monotonic(), 0.1))
            connection.sendall(call.message(str(address["token"])))
            return connection.recv(len(ANSWER), socket.MSG_WAITALL) == ANSWER
    except OSError:
        return False


def _read_address(folder: Path) -> dict[str, Any] | None:
    try:
        values = json.loads((folder / ADDRESS_NAME).read_text("ascii"))
        return {name: values[name] for name in ("port", "token", "process")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _let_come_to_front(process: int) -> None:
    if os.name == "nt":
        import ctypes  # noqa: PLC0415 - of use on Windows alone

        with suppress(OSError, AttributeError):
            ctypes.windll.user32.AllowSetForegroundWindow(process)  # type: ignore[attr-defined,unused-ignore]


def _process(folder: Path) -> str:
    address = _read_address(folder)
    return f" (process {address['process']})" if address else ""


def items_of(arguments: Sequence[str], folder: Path) -> tuple[str, ...]:
    """Links as they are, and files by their whole path, being named from `folder`."""
    return tuple(argument if is_link(argument) else str(folder / argument) for argument in arguments)


def is_link(text: str) -> bool:
    """Whether it is a link that GoalGetter opens, rather than a file."""
    return text.casefold().startswith("goalgetter:")
