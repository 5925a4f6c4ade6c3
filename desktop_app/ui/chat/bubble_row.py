"""What the person wrote: a bubble at the right, what was added to it, and what can be done with it."""

from math import ceil
from typing import Final

from PySide6.QtCore import QRectF, Qt

from desktop_app.ui.chat.display import Box, Glyph, Laid
from desktop_app.ui.chat.icon_row import ICON_PX, add_icons, add_switch, icons_width
from desktop_app.ui.chat.ink import Ink
from desktop_app.ui.chat.items import Action, Attached, YouItem
from desktop_app.ui.chat.plain_rows import PlainRow
from desktop_app.ui.chat.printable import printable
from desktop_app.ui.chat.text_box import Setting, Span, TextBox
from desktop_app.ui.theme.tokens import BUBBLE_WIDTH, CAPTION, SMALL

_PAD_X: Final = 14
_PAD_Y: Final = 9
_ROUND: Final = 14.0
_TAIL: Final = 4.0
_FILE_PX: Final = 24
_LONGEST_NAME: Final = 120


class BubbleRow(PlainRow):
    """The person's words in a bubble. Its icons lie to the left of it, so that nothing moves when they show."""

    def __init__(self, item: YouItem, ink: Ink) -> None:
        self.item = item
        super().__init__(item, ink)
        self._guess += 2 * _PAD_Y + self._below()

    @property
    def actions(self) -> tuple[Action, ...]:
        return self.item.actions

    def count(self) -> int:
        return len(self.pieces)

    def guess(self, unit: int) -> int:
        is_last = unit == self.count() - 1
        return super().guess(unit) + _PAD_Y * ((unit == 0) + is_last) + (self._below() if is_last else 0)

    def make(self, unit: int) -> Laid:
        most = self._most(self.width)
        box = self.laid_text(unit, "text", most - 2 * _PAD_X)
        is_first, is_last = unit == 0, unit == self.count() - 1
        files = self._files(most - 2 * _PAD_X) if is_last else []
        widest = max([box.natural_width, *(file.natural_width + 24 for file in files)])
        width = most if self.count() > 1 else min(most, ceil(widest) + 2 * _PAD_X)
        left = self.width - width
        # What stands at the right of its room has that end in the bubble.
        box.x = self.width - most + _PAD_X if box.is_from_right else left + _PAD_X
        box.y = _PAD_Y if is_first else 0
        below = box.y + (box.height if self.text(unit) or not files else 0)
        height = below + len(files) * _FILE_PX + (_PAD_Y if is_last else 0)
        top, bottom = (_ROUND if is_first else 0.0), (_ROUND if is_last else 0.0)
        corners = (top, top, _TAIL if is_last else 0.0, bottom)
        laid = Laid(height, [Box(QRectF(left, 0, width, height), fill="bubble", corners=corners)], [box])
        for number, file in enumerate(files):
            self._add_file(laid, file, self.item.attached[number], left + _PAD_X, below + number * _FILE_PX)
        if is_last:
            add_icons(laid, self.item.actions, left - 4, height - _PAD_Y - ICON_PX)
            self._add_below(laid)
        return laid

    def _most(self, width: int) -> int:
        return max(min(BUBBLE_WIDTH, width - icons_width(self.item.actions) - 4), 60)

    def _files(self, width: int) -> list[TextBox]:
        setting = Setting(self.ink.font(SMALL), SMALL.line_px, is_wrapped=False)
        return [TextBox(self._file_spans(file, width), setting, width - 24) for file in self.item.attached]

    def _file_spans(self, file: Attached, width: int) -> tuple[Span, ...]:
        name = printable(file.name[:_LONGEST_NAME])
        room = width - 24 - self.ink.width(f"  {file.size_text}", SMALL)
        return (
            Span(self.ink.elided(name, SMALL, room), self.ink.format(SMALL, 0, "text")),
            Span(f"  {file.size_text}", self.ink.format(SMALL, 0, "text_2")),
        )

    def _add_file(self, laid: Laid, text: TextBox, file: Attached, x: int, y: int) -> None:
        laid.shapes.append(Glyph("image" if file.is_image else "file-text", "text_2", x, y + 4))
        text.x, text.y = x + 24, y + (_FILE_PX - SMALL.line_px) // 2
        laid.labels.append(text)

    def _add_below(self, laid: Laid) -> None:
        if self.item.status_text:
            spans = (Span(self.item.status_text, self.ink.format(CAPTION, 0, "text_3")),)
            setting = Setting(self.ink.font(CAPTION), CAPTION.line_px, Qt.AlignmentFlag.AlignRight)
            laid.labels.append(TextBox(spans, setting, self.width, 0, laid.height + 4))
            laid.height += CAPTION.line_px + 4
        if self.item.branch is not None:
            add_switch(laid, self.ink, self.item.branch, self.width, laid.height + 2)
            laid.height += ICON_PX + 2

    def _below(self) -> int:
        """How high what stands below the bubble is, and the files in it."""
        status = CAPTION.line_px + 4 if self.item.status_text else 0
        return status + (ICON_PX + 2 if self.item.branch else 0) + _FILE_PX * len(self.item.attached)

    def _text_width(self, width: int) -> int:
        return max(self._most(width) - 2 * _PAD_X, 60)
