"""Notifications by D-Bus, as the desktops of Linux take them.

The protocol: https://specifications.freedesktop.org/notification/latest/
"""

import logging
import queue
import threading
from typing import Any, Final

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    message_bus,
    new_method_call,
)
from jeepney.io.threading import DBusRouter, open_dbus_router  # type: ignore[import-untyped]
from jeepney.wrappers import DBusErrorResponse, unwrap_msg  # type: ignore[import-untyped]

from desktop_app.paths import APP_NAME
from desktop_app.ui.notifications.channel import OPEN, Notice, NotificationChannel

_log = logging.getLogger(__name__)

_NAME: Final = "org.freedesktop.Notifications"
_SERVICE: Final = DBusAddress("/org/freedesktop/Notifications", bus_name=_NAME, interface=_NAME)
_SIGNALS: Final = MatchRule(type="signal", interface=_NAME, path="/org/freedesktop/Notifications")
_WAIT_S: Final = 10.0
_AS_THE_DESKTOP_LIKES: Final = -1


class BusNotifications(NotificationChannel):
    """Talks to the bus in a thread of its own, which begins with the first notification."""

    def __init__(self) -> None:
        super().__init__()
        # Notices that wait, messages of the bus, and None for the end, in the order of their coming.
        self._inbox: queue.Queue[Notice | Message | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._keys: dict[int, str] = {}

    def show(self, notice: Notice) -> None:
        """Hand it to the thread."""
        self._inbox.put(notice)
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="notifications", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread."""
        if self._thread is not None:
            self._inbox.put(None)
            self._thread.join(1)
            self._thread = None

    def _work(self) -> None:
        try:
            with open_dbus_router("SESSION") as router, router.filter(_SIGNALS, queue=self._inbox):
                unwrap_msg(router.send_and_get_reply(message_bus.AddMatch(_SIGNALS), timeout=_WAIT_S))
                while (came := self._inbox.get()) is not None:
                    if isinstance(came, Notice):
                        self._send(router, came)
                    else:
                        self._take(came)
        except (OSError, KeyError, DBusErrorResponse) as error:
            # No bus, as without a desktop: nothing that a person could mend now.
            _log.info("no notifications: %s", type(error).__name__)
            self._give_up()

    def _send(self, router: DBusRouter, notice: Notice) -> None:
        hints: dict[str, tuple[str, Any]] = {"desktop-entry": ("s", "goalgetter")}
        actions = [word for action in (*notice.actions, (OPEN, "Open")) for word in action]
        body = (APP_NAME, 0, "goalgetter", notice.title, _plain(notice.text), actions, hints, _AS_THE_DESKTOP_LIKES)
        call = new_method_call(_SERVICE, "Notify", "susssasa{sv}i", body)
        try:
            (number,) = unwrap_msg(router.send_and_get_reply(call, timeout=_WAIT_S))
        except (DBusErrorResponse, TimeoutError) as error:
            _log.info("a notification was not taken: %s", type(error).__name__)
            self.not_shown.emit(notice.key)
        else:
            self._keys[number] = notice.key

    def _take(self, message: Message) -> None:
        """A signal of the notification service; it tells of those of other programs, too."""
        member = message.header.fields.get(HeaderFields.member)
        if member == "ActionInvoked":
            number, action = message.body
            if number in self._keys:
                self.acted.emit(self._keys[number], action)
        elif member == "NotificationClosed":
            self._keys.pop(message.body[0], None)

    def _give_up(self) -> None:
        while True:
            try:
                came = self._inbox.get_nowait()
            except queue.Empty:
                return
            if isinstance(came, Notice):
                self.not_shown.emit(came.key)


def _plain(text: str) -> str:
    """Desktops read a little markup in a notification's text; ours has none."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
