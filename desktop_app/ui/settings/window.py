"""The settings window: pages at the left, rows at the right. It shows what it is given and says what is wanted."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.settings.declarations import SECTIONS, SETTINGS, Setting
from desktop_app.ui.settings.key_row import KeyRow
from desktop_app.ui.settings.row import SettingRow, small_label
from desktop_app.ui.theme.theme import Theme

# Each page with what it is about and the beginnings of its settings' ids.
PAGES: Final = {
    "Providers": (
        "Where replies come from. A change counts from the next message on.",
        ("llm.claude.", "llm.openai.", "llm.ollama.", "llm.builtin."),
    ),
    "Limits": ("What may be spent. A change counts at once.", ("budget.",)),
    "Reliability": (
        "What happens when a provider fails. A change counts from the next message on.",
        ("llm.reliability.",),
    ),
    "Coach": ("What the coach may do, and when you are reminded.", ("goals.",)),
    "Privacy": ("What leaves this computer, and what is written on it.", ("llm.local_only", "tracing.")),
    "Window": ("How you reach GoalGetter. A change counts at once.", ("window.",)),
    "About": ("This program, and how it is set up.", ()),
}
_ICONS: Final = {
    "Providers": "server",
    "Limits": "wallet",
    "Reliability": "activity",
    "Coach": "message-square",
    "Privacy": "lock",
    "Window": "monitor",
    "About": "circle-alert",
}
_SIZE: Final = QSize(1080, 760)
_NAV_PX: Final = 180
_ENTRY_PX: Final = 32
_PAGE_PX: Final = 860


class SettingsWindow(QWidget):
    """A window of its own beside the chat; Esc closes it."""

    entered = Signal(str, str)  # a setting's id and the text
    page_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Settings")
        self.setProperty("surface", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._theme = theme
        self.rows: dict[str, SettingRow] = {}
        self.keys: dict[str, KeyRow] = {}
        self.pages = QListWidget()
        self.about = small_label()
        self.about.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.about.setAccessibleName("About GoalGetter")
        self._keys_card, self._keys_column = _card("Keys")
        self._stack = QStackedWidget()
        self._build()
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))

    def show_page(self, name: str) -> None:
        """Turn to a page."""
        self.pages.setCurrentRow(list(PAGES).index(name))

    def add_key(self, provider: str, label: str) -> KeyRow:
        """A row for the key of a provider."""
        row = self.keys[provider] = KeyRow(provider, label)
        self._keys_column.addWidget(row)
        return row

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._navigation())
        for name, (words, beginnings) in PAGES.items():
            self._stack.addWidget(self._page(name, words, beginnings))
        row.addWidget(self._stack, 1)
        self.pages.currentRowChanged.connect(self._turn)
        self.pages.setCurrentRow(0)
        self.pages.setFocus()

    def _navigation(self) -> QFrame:
        side = QFrame()
        side.setProperty("kind", "sidebar")
        side.setFixedWidth(_NAV_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 16, 10, 10)
        title = QLabel("Settings")
        title.setProperty("role", "body")
        title.setProperty("strong", True)
        title.setContentsMargins(8, 0, 0, 4)
        self.pages.setIconSize(QSize(16, 16))
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name in PAGES:
            item = QListWidgetItem(self._theme.icon(_ICONS[name]), name, self.pages)
            item.setSizeHint(QSize(0, _ENTRY_PX))
        self.pages.setAccessibleName("Pages of settings")
        self.pages.setFrameShape(QFrame.Shape.NoFrame)
        column.addWidget(title)
        column.addWidget(self.pages, 1)
        return side

    def _page(self, name: str, words: str, beginnings: tuple[str, ...]) -> QScrollArea:
        inside = QWidget()
        inside.setMaximumWidth(_PAGE_PX)
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        title = QLabel(name)
        title.setProperty("role", "title")
        title.setProperty("strong", True)
        column.addWidget(title)
        column.addWidget(small_label(words))
        if name == "Providers":
            column.addWidget(self._keys_card)
        shown = [one for one in SETTINGS if _is_shown(one) and one.id.startswith(beginnings)] if beginnings else []
        for section in dict.fromkeys(one.section for one in shown):
            column.addWidget(self._section(section, [one for one in shown if one.section == section]))
        if name == "About":
            column.addWidget(self.about)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    def _section(self, section: str, settings: Sequence[Setting]) -> QFrame:
        card, column = _card(SECTIONS[section])
        for declared in settings:
            row = self.rows[declared.id] = SettingRow(declared)
            row.entered.connect(self.entered)
            column.addWidget(row)
        return card

    def _turn(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.page_chosen.emit(list(PAGES)[index])


def _is_shown(declared: Setting) -> bool:
    return not declared.is_secret and not declared.is_chosen_in_list


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("kind", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(17, 12, 17, 12)
    heading = QLabel(title)
    heading.setProperty("strong", True)
    column.addWidget(heading)
    return card, column
