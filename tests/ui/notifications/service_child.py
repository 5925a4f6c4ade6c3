"""A notification service on the session bus: tells each notification as a line of JSON, and acts as it is told to.

A line of its input is a number and an action, which is then reported as chosen by the person.
"""

import json
import sys
import threading
from typing import Any

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    MessageType,
    message_bus,
    new_method_return,
    new_signal,
)
from jeepney.io.threading import open_dbus_connection  # type: ignore[import-untyped]

NAME = "org.freedesktop.Notifications"
SERVICE = DBusAddress("/org/freedesktop/Notifications", bus_name=NAME, interface=NAME)


def main() -> None:
    """Serve until the input ends."""
    connection = open_dbus_connection("SESSION")
    hello = message_bus.RequestName(NAME)
    hello.header.serial = next(connection.outgoing_serial)
    connection.send(hello)
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
    for line in sys.stdin:
        number, action = line.split()
        connection.send(new_signal(SERVICE, "ActionInvoked", "us", (int(number), action)))


def serve(connection: Any) -> None:  # noqa: ANN401 - of a library without types
    """Answer calls for ever."""
    count = 0
    while True:
        message = connection.receive()
        header = message.header
        if header.message_type is MessageType.method_return:
            print(json.dumps("ready"), flush=True)  # noqa: T201 - read by the test
        elif header.fields.get(HeaderFields.member) == "Notify":
            count += 1
            _, _, icon, title, text, actions, _, _ = message.body
            connection.send(new_method_return(message, "u", (count,)))
            told = json.dumps({"title": title, "text": text, "actions": actions, "icon": icon})
            print(told, flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
