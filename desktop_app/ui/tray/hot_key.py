"""Keys that are heard while another program has the keyboard: on X11, where a program may ask for that."""

import ctypes
import logging
import sys
from typing import Any, Final, Optional

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence

_log = logging.getLogger(__name__)

_MODIFIERS: Final = {
    Qt.KeyboardModifier.ShiftModifier: 1,
    Qt.KeyboardModifier.ControlModifier: 4,
    Qt.KeyboardModifier.AltModifier: 8,
    Qt.KeyboardModifier.MetaModifier: 64,
}
# Caps Lock and Num Lock are modifiers to X, and must not matter.
_LOCKS: Final = (0, 2, 16, 18)
_NAMES: Final = {Qt.Key.Key_Space: "space", Qt.Key.Key_Return: "Return", Qt.Key.Key_Tab: "Tab"}
_KEY_PRESS: Final = 2
_ASYNC: Final = 1
_EVENT_BYTES: Final = 192
_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class HotKey(QObject):
    """One combination, held on a connection of its own to the X server until `release`."""

    pressed = Signal()

    def __init__(self, x11: Any, display: int, parent: QObject) -> None:  # noqa: ANN401 - a C library
        super().__init__(parent)
        self._x11 = x11
        self._display: int | None = display
        self._notifier = QSocketNotifier(x11.XConnectionNumber(display), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    @staticmethod
    def grab(keys: str, parent: QObject) -> Optional["HotKey"]:
        """Hear these keys ("Ctrl+Alt+Space"); None where that is not allowed or they are taken."""
        if sys.platform != "linux" or QGuiApplication.platformName() != "xcb":
            return None
        wanted = _for_x(keys)
        if wanted is None:
            return None
        try:
            x11 = _library()
        except OSError:
            return None
        display = x11.XOpenDisplay(None)
        if not display:
            return None
        if not _has_grabbed(x11, display, *wanted):
            x11.XCloseDisplay(display)
            _log.info("the keys for the quick entry are another program's")
            return None
        return HotKey(x11, display, parent)

    def release(self) -> None:
        """Hear them no more."""
        if self._display is not None:
            self._notifier.setEnabled(False)
            self._x11.XCloseDisplay(self._display)
            self._display = None
        self.deleteLater()

    def _read(self) -> None:
        event = ctypes.create_string_buffer(_EVENT_BYTES)
        while self._display is not None and self._x11.XPending(self._display):
            self._x11.XNextEvent(self._display, event)
            if ctypes.cast(event, ctypes.POINTER(ctypes.c_int))[0] == _KEY_PRESS:
                self.pressed.emit()


def _for_x(keys: str) -> tuple[str, int] | None:
    """The name of the key and the mask of its modifiers, as X has them; None for what cannot be a global key."""
    sequence = QKeySequence(keys)
    if sequence.count() != 1:
        return None
    combination = sequence[0]  # type: ignore[index] # its stub does not know
    mask = sum(bit for modifier, bit in _MODIFIERS.items() if combination.keyboardModifiers() & modifier)
    key = combination.key()
    name = _NAMES.get(key) or QKeySequence(key).toString()
    # A key without a modifier would be taken from every other program.
    if not mask & ~1 or not name.isascii():
        return None
    return (name.lower() if len(name) == 1 else name), mask


def _has_grabbed(x11: Any, display: int, name: str, mask: int) -> bool:  # noqa: ANN401 - a C library
    code = x11.XKeysymToKeycode(display, x11.XStringToKeysym(name.encode()))
    if not code:
        return False
    refused: list[int] = []

    def note(_display: int, _error: int) -> int:
        refused.append(1)
        return 0

    handler = _Handler(note)  # without it, a refusal would end the program
    before = x11.XSetErrorHandler(handler)
    try:
        root = x11.XDefaultRootWindow(display)
        for lock in _LOCKS:
            x11.XGrabKey(display, code, mask | lock, root, 0, _ASYNC, _ASYNC)
        x11.XSync(display, 0)
    finally:
        x11.XSetErrorHandler(ctypes.cast(before, _Handler) if before else None)
    return not refused


def _library() -> Any:  # noqa: ANN401 - a C library
    x11 = ctypes.CDLL("libX11.so.6")
    pointer, number, unsigned = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint
    for name, result, arguments in (
        ("XOpenDisplay", pointer, [ctypes.c_char_p]),
        ("XCloseDisplay", number, [pointer]),
        ("XConnectionNumber", number, [pointer]),
        ("XPending", number, [pointer]),
        ("XNextEvent", number, [pointer, pointer]),
        ("XSync", number, [pointer, number]),
        ("XDefaultRootWindow", ctypes.c_ulong, [pointer]),
        ("XStringToKeysym", ctypes.c_ulong, [ctypes.c_char_p]),
        ("XKeysymToKeycode", ctypes.c_ubyte, [pointer, ctypes.c_ulong]),
        ("XGrabKey", number, [pointer, number, unsigned, ctypes.c_ulong, number, number, number]),
        ("XSetErrorHandler", pointer, [_Handler]),
    ):
        function = getattr(x11, name)
        function.restype, function.argtypes = result, arguments
    return x11
