"""Small icons that belong to a message: what can be done with it, and the way to its other versions."""

from collections.abc import Iterable
from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, Qt

from desktop_app.ui.chat.display import Hot, HotKind, Laid
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import Action, Branch
from desktop_app.ui.chat.text_box import Setting, Span, TextBox
from desktop_app.ui.theme.tokens import CAPTION

ICON_PX: Final = 22
BRANCH_BACK: Final = "branch_back"
BRANCH_ON: Final = "branch_on"
_STEP: Final = ICON_PX + 2
_ICONS: Final = {
    "copy": "copy",
    "edit": "pencil",
    "retry": "refresh-cw",
    "retry_with": "refresh-cw",
    "trace": "activity",
}


def icons_width(actions: Iterable[Action]) -> int:
    """How much room these icons take, in pixels."""
    return sum(_STEP for _ in actions)


def add_icons(laid: Laid, actions: tuple[Action, ...], right: int, top: int) -> int:
    """Add actions as quiet icons that end at `right`; where they begin."""
    x = right - icons_width(actions)
    left = x
    for action in actions:
        icon = _ICONS.get(action.id, "ellipsis")
        rect = QRectF(x, top, ICON_PX, ICON_PX)
        laid.hots.append(
            Hot(HotKind.ICON, action.id, action.label, rect, icon=icon, enabled=action.enabled, is_quiet=True)
        )
        x += _STEP
    return left


def add_switch(laid: Laid, ink: Ink, branch: Branch, right: int, top: int) -> int:
    """Add ‹ 2/3 › so that it ends at `right`; where it begins."""
    words = f"{branch.number}/{branch.total}"
    wide = ceil(ink.width(words, CAPTION)) + 4
    left = right - 2 * ICON_PX - wide
    told = f"version {branch.number} of {branch.total}"
    for action, label, icon, x, is_enabled in (
        (BRANCH_BACK, f"Earlier version; this is {told}", "chevron-left", left, branch.number > 1),
        (BRANCH_ON, f"Later version; this is {told}", "chevron-right", right - ICON_PX, branch.number < branch.total),
    ):
        rect = QRectF(x, top, ICON_PX, ICON_PX)
        laid.hots.append(Hot(HotKind.ICON, action, label, rect, icon=icon, enabled=is_enabled))
    setting = Setting(ink.font(CAPTION), CAPTION.line_px, Qt.AlignmentFlag.AlignHCenter, is_wrapped=False)
    spans = (Span(words, ink.format(CAPTION, 0, "text_2")),)
    laid.labels.append(TextBox(spans, setting, wide, left + ICON_PX, top + (ICON_PX - CAPTION.line_px) // 2))
    return left
