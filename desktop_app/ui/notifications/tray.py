"""Notifications by the system tray, where there is no D-Bus: Windows and macOS. They have no buttons there."""

from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from desktop_app.ui.notifications.channel import OPEN, Notice, NotificationChannel


class TrayNotifications(NotificationChannel):
    """Shows one at a time, by an icon that is there only meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._icon: QSystemTrayIcon | None = None
        self._key = ""

    def show(self, notice: Notice) -> None:
        """Show it in the place of the one before."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            self.not_shown.emit(notice.key)
            return
        if self._icon is None:
            self._icon = QSystemTrayIcon(QApplication.windowIcon(), self)
            self._icon.messageClicked.connect(self._open)
        self._key = notice.key
        self._icon.show()
        self._icon.showMessage(notice.title, notice.text, QApplication.windowIcon())

    def close(self) -> None:
        """Take the icon away."""
        if self._icon is not None:
            self._icon.hide()

    def _open(self) -> None:
        self.acted.emit(self._key, OPEN)
