"""Notifications over a real bus to a real service, and what becomes of them without one."""

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.ui.notifications.bus import BusNotifications
from desktop_app.ui.notifications.channel import Notice
from tests.ui.goals.waiting import until
from tests.ui.notifications.conftest import Desktop

NOTICE = Notice("key", "A milestone is due", "“10 km <fast> & easy” is due today.", (("hour", "In an hour"),))


async def test_a_notification_is_shown_with_its_buttons_and_tells_which_was_chosen(
    desktop: Desktop, qtbot: QtBot
) -> None:
    channel = BusNotifications()
    acted: list[tuple[str, str]] = []
    channel.acted.connect(lambda key, action: acted.append((key, action)))
    channel.show(NOTICE)
    assert await desktop.next() == {
        "title": "A milestone is due",
        "text": "“10 km &lt;fast&gt; &amp; easy” is due today.",
        "actions": ["hour", "In an hour", "default", "Open"],
        "icon": "goalgetter",
    }
    channel.show(Notice("other", "Another", ""))
    await desktop.next()
    desktop.choose(7, "hour")  # of another program
    desktop.choose(1, "hour")
    desktop.choose(2, "default")
    await until(lambda: len(acted) == 2)
    assert acted == [("key", "hour"), ("other", "default")]
    channel.close()


async def test_a_bus_without_a_service_is_told(bus_address: str, qtbot: QtBot) -> None:
    channel = BusNotifications()
    missed: list[str] = []
    channel.not_shown.connect(missed.append)
    channel.show(NOTICE)
    await until(lambda: missed == ["key"])
    channel.close()


async def test_no_bus_is_told_each_time(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    channel = BusNotifications()
    missed: list[str] = []
    channel.not_shown.connect(missed.append)
    channel.show(NOTICE)
    await until(lambda: missed == ["key"])
    channel.show(Notice("other", "Another", ""))
    await until(lambda: missed == ["key", "other"])
    channel.close()
