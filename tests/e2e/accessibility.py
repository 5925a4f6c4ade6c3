"""What assistive technology sees of the program: the accessibility tree, read over AT-SPI as a screen reader does."""

import contextlib
import os
import shutil
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, message_bus, new_method_call  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, open_dbus_connection  # type: ignore[import-untyped]

TOOLS = ("dbus-daemon",)
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
ROOT = "/org/a11y/atspi/accessible/root"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
# Bits of the state, as AT-SPI numbers them.
ENABLED, FOCUSABLE, FOCUSED, SHOWING = 8, 11, 12, 25


def missing_tools() -> list[str]:
    """The programs that are needed and not there."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    return missing if any(Path(place).exists() for place in LAUNCHERS) else [*missing, "at-spi2-core"]


@contextlib.contextmanager
def session_bus(home: Path) -> Iterator[str]:
    """A session bus of its own, with the accessibility bus behind it; gives its address."""
    home.mkdir(parents=True, exist_ok=True)
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "XDG_DATA_DIRS": "/usr/share"}
    command = ["dbus-daemon", "--session", "--print-address", "--nofork", "--nopidfile"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as bus:
        assert bus.stdout is not None
        try:
            yield bus.stdout.readline().strip()
        finally:
            bus.terminate()


@dataclass(frozen=True)
class Control:
    """One thing on the screen as it is told to a screen reader."""

    role: str
    name: str
    description: str
    states: int
    depth: int
    path: tuple[str, ...]  # the roles and names above it
    at: tuple[str, str] = ("", "")  # its bus name and path

    def has(self, state: int) -> bool:
        """Whether one bit of the state is set."""
        return bool(self.states >> state & 1)


class Reader:
    """Reads the trees of the programs on one accessibility bus."""

    def __init__(self, session_address: str) -> None:
        with open_dbus_connection(session_address) as session:
            launcher = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            (address,) = _answer(session, launcher, "GetAddress")
        self._bus = open_dbus_connection(address)
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="StateChanged")
        self._moves: deque[Message] = deque(maxlen=1000)
        self._bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=20)
        self._filter = self._bus.filter(rule, queue=self._moves)
        registry = DBusAddress("/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry")
        # Programs tell of nothing that nobody asked for.
        _answer(self._bus, registry, "RegisterEvent", "s", ("object:state-changed:focused",))

    def close(self) -> None:
        """Leave the bus."""
        self._bus.close()

    def focus_moved(self, within_s: float = 10.0) -> tuple[str, str] | None:
        """The bus name and path of what took the keyboard next; None where nothing did."""
        until = time.monotonic() + within_s
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._bus.recv_until_filtered(self._moves, timeout=left)
            except TimeoutError:
                break
            if message.body[0] == "focused" and message.body[1] == 1:
                fields = message.header.fields
                return str(fields[HeaderFields.sender]), str(fields[HeaderFields.path])
        return None

    def press(self, control: Control) -> None:
        """Do what a control is for, without keyboard and pointer."""
        bus_name, path = control.at
        _answer(self._bus, DBusAddress(path, bus_name, "org.a11y.atspi.Action"), "DoAction", "i", (0,))

    def control(self, at: tuple[str, str]) -> Control:
        """What is there, without what is in it."""
        return next(self._walk(*at, 0, ()))

    def window_around(self, at: tuple[str, str]) -> list[Control]:
        """The tree of the window that something is in, also of one that is no child of its program, as popups are."""
        bus_name, path = at
        while True:
            properties = DBusAddress(path, bus_name, "org.freedesktop.DBus.Properties")
            ((_, (_, above)),) = _answer(self._bus, properties, "Get", "ss", (_ACCESSIBLE, "Parent"))
            if str(above) in {ROOT, "/org/a11y/atspi/null"}:
                return list(self._walk(bus_name, path, 0, ()))
            path = str(above)

    def programs(self) -> list[tuple[str, str]]:
        """The bus name and path of each program there."""
        registry = DBusAddress(ROOT, "org.a11y.atspi.Registry", _ACCESSIBLE)
        (children,) = _answer(self._bus, registry, "GetChildren")
        return [(str(name), str(path)) for name, path in children]

    def controls(self, program: tuple[str, str]) -> list[Control]:
        """All of a program's tree, each before what is in it."""
        return list(self._walk(*program, 0, ()))

    def _walk(self, bus_name: str, path: str, depth: int, above: tuple[str, ...]) -> Iterator[Control]:
        at = DBusAddress(path, bus_name, _ACCESSIBLE)
        try:
            (role,) = _answer(self._bus, at, "GetRoleName")
            (low, high), *_ = _answer(self._bus, at, "GetState")
            name, description = self._text(at, "Name"), self._text(at, "Description")
            (children,) = _answer(self._bus, at, "GetChildren")
        except LookupError:
            return  # went away while it was looked at
        yield Control(role, name, description, low | high << 32, depth, above, (bus_name, path))
        for child_bus, child_path in children:
            yield from self._walk(str(child_bus), str(child_path), depth + 1, (*above, f"{role} “{name}”"))

    def _text(self, at: DBusAddress, name: str) -> str:
        properties = at.with_interface("org.freedesktop.DBus.Properties")
        ((_, value),) = _answer(self._bus, properties, "Get", "ss", (_ACCESSIBLE, name))
        return str(value)


def _answer(
    bus: DBusConnection, at: DBusAddress, method: str, signature: str | None = None, body: tuple[Any, ...] = ()
) -> tuple[Any, ...]:
    reply = bus.send_and_get_reply(new_method_call(at, method, signature, body), timeout=20)
    if reply.header.message_type is MessageType.error:
        raise LookupError(f"{method}: {reply.body}")
    return tuple(reply.body)
