"""Which channel this computer's desktop takes notifications by."""

import platform

from desktop_app.ui.notifications.channel import NotificationChannel


def desktop_notifications() -> NotificationChannel:
    """D-Bus on Linux, the tray elsewhere."""
    if platform.system() == "Linux":
        from desktop_app.ui.notifications.bus import BusNotifications

        return BusNotifications()
    from desktop_app.ui.notifications.tray import TrayNotifications

    return TrayNotifications()
