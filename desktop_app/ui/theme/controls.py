"""Small controls as the design has them: buttons that take the focus by keyboard alone, icon buttons, menus."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from desktop_app.ui.theme.icons import ICON_PX
from desktop_app.ui.theme.round_windows import make_round
from desktop_app.ui.theme.theme import Theme

# As in the style sheet.
_MENU_ROUND = 10
POPOVER_ROUND = 14


def push_button(text: str, kind: str = "", scale: str = "") -> QPushButton:
    """A button with words; `kind` and `scale` as the style sheet lists them."""
    button = QPushButton(text)
    _dress(button, kind, scale)
    return button


def icon_button(theme: Theme, icon: str, name: str, *, scale: str = "", hint: str = "") -> QToolButton:
    """A square button with an icon. `name` is read out and shown as the tool tip, with `hint` (its keys) behind it."""
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setIconSize(QSize(ICON_PX, ICON_PX))
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({hint})" if hint else name)
    _dress(button, "icon", scale)
    return button


def menu(parent: QWidget) -> QMenu:
    """An empty menu with the design's round corners, which need a window that is see-through."""
    result = QMenu(parent)
    result.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    result.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
    make_round(result, _MENU_ROUND)
    return result


def _dress(button: QPushButton | QToolButton, kind: str, scale: str) -> None:
    if kind:
        button.setProperty("kind", kind)
    if scale:
        button.setProperty("scale", scale)
    # A click keeps the focus where the person writes, and no ring appears under the mouse.
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
