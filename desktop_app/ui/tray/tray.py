"""The program's icon in the system tray, where there is one and it is wanted."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop_app.ui.theme.logo import application_icon
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.tray.hot_key import HotKey
from desktop_app.ui.tray.quick_entry import QuickEntry


class Tray(QObject):
    """Icon, quick entry and the keys for that. Everything is made when it is first wanted."""

    sent = Signal(str)  # a message for a new chat
    open_requested = Signal()
    quit_requested = Signal()

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon: QSystemTrayIcon | None = None
        self._menu: QMenu | None = None
        self._entry: QuickEntry | None = None
        self._hot_key: HotKey | None = None
        self._keys = ""

    def show(self, is_wanted: bool, keys: str) -> None:
        """Be there or not; `keys` open the quick entry from any program, where the platform allows that."""
        if is_wanted and self._icon is None:
            self._make_icon()
        if self._icon is not None:
            self._icon.setVisible(is_wanted)
        self._use_keys(keys if is_wanted else "")

    @property
    def is_shown(self) -> bool:
        """Whether the icon is there."""
        return self._icon is not None and self._icon.isVisible()

    @property
    def entry(self) -> QuickEntry:
        """The box for a quick message."""
        if self._entry is None:
            self._entry = QuickEntry(self._theme)
            self._entry.sent.connect(self.sent)
        return self._entry

    def open_entry(self) -> None:
        """Show the box."""
        self.entry.open()

    def close(self) -> None:
        """Take everything away."""
        self.show(False, "")
        for part in (self._entry, self._menu, self._icon):
            if part is not None:
                part.deleteLater()
        self._entry = self._menu = self._icon = None

    def _make_icon(self) -> None:
        self._icon = QSystemTrayIcon(application_icon(), self)
        self._icon.setToolTip("GoalGetter")
        self._menu = QMenu()
        self._menu.addAction("Quick message…").triggered.connect(self.open_entry)
        self._menu.addAction("Open GoalGetter").triggered.connect(self.open_requested)
        self._menu.addSeparator()
        self._menu.addAction("Quit").triggered.connect(self.quit_requested)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._note_click)

    def _note_click(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self.open_requested.emit()

    def _use_keys(self, keys: str) -> None:
        if keys == self._keys:
            return
        self._keys = keys
        if self._hot_key is not None:
            self._hot_key.release()
            self._hot_key = None
        if keys:
            self._hot_key = HotKey.grab(keys, self)
            if self._hot_key is not None:
                self._hot_key.pressed.connect(self.open_entry)
