"""Windows with round corners: see-through ones where the screen can show them, else cut to their shape."""

import ctypes
import ctypes.util
import logging
from functools import cache

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainterPath, QRegion
from PySide6.QtWidgets import QWidget

_log = logging.getLogger(__name__)


def make_round(window: QWidget, radius_px: int) -> None:
    """Let `window`, which its style sheet gives corners of this radius, show nothing beyond them."""
    if can_see_through():
        window.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    else:
        _Cut(window, radius_px)


@cache
def can_see_through() -> bool:
    """Whether what is see-through in a window shows what lies below; an X server without a compositor shows black."""
    if QGuiApplication.platformName() != "xcb":
        return True
    try:
        return _has_compositor()
    except (OSError, AttributeError) as error:
        _log.info("whether there is a compositor is not known: %s", type(error).__name__)
        return True


class _Cut(QObject):
    """Cuts a window to a rounded rectangle, whatever its size."""

    def __init__(self, window: QWidget, radius_px: int) -> None:
        super().__init__(window)
        self._radius_px = radius_px
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and isinstance(watched, QWidget):
            watched.setMask(rounded(watched.width(), watched.height(), self._radius_px))
        return False


def rounded(width: int, height: int, radius_px: int) -> QRegion:
    """A rectangle with round corners."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, width, height), radius_px, radius_px)
    return QRegion(path.toFillPolygon().toPolygon())


def _has_compositor() -> bool:
    """Whether somebody owns the selection that compositors own; asked once, over a connection of its own."""
    x11 = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
    opened = x11.XOpenDisplay(None)
    if not opened:
        return True
    display = ctypes.c_void_p(opened)
    try:
        name = f"_NET_WM_CM_S{x11.XDefaultScreen(display)}".encode()
        atom = ctypes.c_ulong(x11.XInternAtom(display, name, 0))
        return bool(x11.XGetSelectionOwner(display, atom))
    finally:
        x11.XCloseDisplay(display)
